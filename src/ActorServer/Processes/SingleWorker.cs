using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Server;
using ActorServer.Topologies;
using Akka.Actor;

namespace ActorServer.Processes;

/// <summary>
/// A worker process that serves one connection, on its main thread, and ends with it. It has no actors: what supervises it is in the process
/// that has started it.
/// </summary>
/// <param name="channel">The channel to the server.</param>
/// <param name="topology">The name of the server's topology.</param>
/// <param name="board">What is counted on.</param>
internal sealed class SingleWorker(ControlChannel channel, string topology, CounterBoard board)
{
    /// <summary>What the runtime does not need for one connection, and would take time and memory to set up.</summary>
    public static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    /// <summary>What a process that has nobody left to tell it to stop gets beyond its time.</summary>
    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private LeanSettings _settings = null!;
    private ServingContext? _serving; // what the connection is served with, once there is one

    /// <summary>
    /// Waits for the connection, and serves it. What can be done before there is one is done before: threads are started, and the code is loaded.
    /// </summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (channel.Receive(out _, wait: true) != Control.Settings) return 1;
        _settings = LeanSettings.Read(channel.Payload);
        var date = new HttpDate(DateTimeOffset.UtcNow);
        var handler = HandlerLoader.LoadAlone(_settings.Handler, _settings.Protocol);
        var protocol = Protocols.Factory(_settings.Protocol, _settings.Http, _settings.Line, date);
        var metrics = new ServerMetrics(board);
        var deadlines = new Deadlines(date, new LoopWatch(TimeSpan.Zero, _settings.Handler, metrics));
        WarmUp(Context(new ServerMetrics(new CounterBoard()), WarmUpReply, 1));
        new Thread(Obey) { Name = "control", IsBackground = true }.Start();
        channel.TrySend(Control.Ready);
        if (Await() is not { } given) return 0;
        var serving = Context(metrics, handler, given.Id);
        lock (_gate)
        {
            _serving = serving;
            Monitor.Pulse(_gate);
        }

        if (Serve(serving, new ConnectionSocket(given.Descriptor), given) is { } failure)
            channel.TrySend(Control.Log, failure.ToString(), (byte)Akka.Event.LogLevel.ErrorLevel);
        return 0;

        ServingContext Context(ServerMetrics counted, ExchangeHandler answers, long id) => new()
        {
            Limits = _settings.Limits,
            Info = new ServerInfo { Topology = topology, Engine = Blocking.Engine, Metrics = counted, IsWorkerProcess = true },
            Protocol = protocol,
            Handler = answers,
            Deadlines = deadlines,
            Permits = new Permits(1),
            FirstConnection = id - 1,
        };
    }

    /// <summary>
    /// One request on a socket of our own, counted nowhere: what serving takes is loaded and compiled by now instead of on the first client's
    /// time. The configured handler does not get to see it, whatever the protocol: nobody has asked.
    /// </summary>
    private static void WarmUp(ServingContext context)
    {
        var (client, server) = DescriptorChannel.Pair();
        using (client)
        {
            client.TrySend("GET / HTTP/1.1\r\nHost: localhost:80\r\nUser-Agent: warm-up\r\nAccept: */*\r\nConnection: close\r\n\r\n"u8);
            client.EndStream();
            Serve(context, new ConnectionSocket(server.Descriptor, _ => server.Dispose()), new Given(server.Descriptor, 1, 0, ""));
        }
    }

    /// <summary>What a warm-up is answered with, by what the simplest handler uses of a reply.</summary>
    private static ValueTask WarmUpReply(Exchange exchange)
    {
        if (exchange is HttpExchange http)
        {
            http.Response.ContentType = "text/plain";
            http.Response.Write("warm"u8);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Serves a connection, on the calling thread.</summary>
    /// <returns>What it failed of; null when it did not.</returns>
    private static Exception? Serve(ServingContext context, ConnectionSocket socket, Given given)
    {
        var worker = new Worker(context.Info.Metrics.NewCounters()) { Blocks = true };
        var conversation = new Conversation(context, worker, socket, given.Thread);
        conversation.Info.ActorPath = given.Actor;
        conversation.Start(ActorRefs.Nobody, dispatcher: "");
        var failure = new BlockingConnection(conversation).Run() ?? conversation.Crash;
        conversation.End();
        return failure;
    }

    /// <summary>The connection that this process is for; null when there will be none.</summary>
    private Given? Await()
    {
        while (true)
        {
            switch (channel.Receive(out var descriptor, wait: true))
            {
                case Control.Ping:
                    channel.TrySend(Control.Pong);
                    break;
                case Control.Connection:
                    return Given.Parse(channel.Payload, descriptor);
                case Control.Drain or Control.Cut or Control.End:
                    return null;
            }
        }
    }

    /// <summary>What the server wants while the connection is served; without a server the process ends in its own time.</summary>
    private void Obey()
    {
        var serving = Serving();
        while (true)
        {
            switch (channel.Receive(out _, wait: true))
            {
                case Control.Ping:
                    channel.TrySend(Control.Pong);
                    break;
                case Control.Drain:
                    Drain(serving);
                    break;
                case Control.Cut:
                    serving.Deadlines.AbortAll(EndReason.AppShutdownTimeout, serving);
                    break;
                case Control.End:
                    Drain(serving);
                    Thread.Sleep(_settings.Drain);
                    serving.Deadlines.AbortAll(EndReason.AppShutdownTimeout, serving);
                    Thread.Sleep(CutGrace);
                    Environment.Exit(1);
                    return;
            }
        }
    }

    /// <summary>What the connection is served with, as soon as there is one: until then it is the main thread that the server talks to.</summary>
    private ServingContext Serving()
    {
        lock (_gate)
        {
            while (_serving is null) Monitor.Wait(_gate);
            return _serving;
        }
    }

    private static void Drain(ServingContext serving)
    {
        serving.Info.StartDraining();
        serving.Info.Unbound(ServerActor.LastCall);
    }

    /// <summary>A connection as it is handed over.</summary>
    /// <param name="Descriptor">The socket.</param>
    /// <param name="Id">Counted from 1 per server.</param>
    /// <param name="Thread">The kernel's id of the thread that accepted it.</param>
    /// <param name="Actor">The path of the actor that owns this process.</param>
    internal sealed record Given(int Descriptor, long Id, int Thread, string Actor)
    {
        public static Given Parse(ReadOnlySpan<byte> bytes, int descriptor) => new(
            descriptor, BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), new string(MemoryMarshal.Cast<byte, char>(bytes[12..])));

        public byte[] Write()
        {
            var bytes = new byte[12 + sizeof(char) * Actor.Length];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Id);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Thread);
            MemoryMarshal.AsBytes(Actor.AsSpan()).CopyTo(bytes.AsSpan(12));
            return bytes;
        }
    }
}
