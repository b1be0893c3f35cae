using System.Runtime.Versioning;
using System.Text;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.IO.Polling;
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
/// that has started it. Its other thread, <c>control</c>, obeys that process while there is a client, and looks at the deadlines.
/// </summary>
/// <param name="channel">The channel to the server.</param>
/// <param name="topology">The name of the server's topology.</param>
/// <param name="board">What is counted on.</param>
[SupportedOSPlatform("linux")]
internal sealed class SingleWorker(ControlChannel channel, string topology, CounterBoard board)
{
    /// <summary>What a process that has nobody left to tell it to stop gets beyond its time.</summary>
    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(1);

    // Milliseconds until the other thread begins. To wake it takes as long as to serve, and most clients are gone by then.
    private const int Unattended = 50;

    private readonly Alarm _attention = new(); // due when the other thread is to begin
    private LeanSettings _settings = null!;
    private Deadlines _deadlines = null!;
    private ServingContext _serving = null!; // what the connection is served with, once there is one

    /// <summary>
    /// Waits for the connection, and serves it. What can be done before there is one is done before: threads are started, and the code is loaded.
    /// </summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (channel.Receive(out _, wait: true) != Control.Settings) return 1;
        _settings = LeanSettings.Read(channel.Payload);
        var date = new HttpDate(DateTimeOffset.UtcNow);
        var handler = HandlerLoader.LoadAlone(_settings.Handler, _settings.Protocol, out var warmUp);
        var protocol = Protocols.Factory(_settings.Protocol, _settings.Http, _settings.Line, date);
        var metrics = new ServerMetrics(board);
        var counters = metrics.NewCounters();
        _deadlines = new Deadlines(date, new LoopWatch(TimeSpan.Zero, _settings.Handler, metrics));
        var (client, server) = ConnectionSocket.Pair(); // the first client is our own
        // Not Encoding.Latin1: it would have to be compiled.
        client.Send(Encoding.UTF8.GetBytes($"GET {warmUp ?? "/"} HTTP/1.1\r\nHost: localhost:80\r\nUser-Agent: warm-up\r\nAccept: */*\r\nConnection: close\r\n\r\n"));
        if (_settings.Protocol != "http") client.ShutdownWrite(); // to which this is a few lines, and no last one
        new Thread(() => Attend(client)) { Name = "control", IsBackground = true }.Start();
        WarmUp(server, Context(new ServerMetrics(new CounterBoard()), warmUp is null ? WarmUpReply : handler, 1));
        channel.TrySend(Control.Ready);
        if (Await(channel) is not { } given) return 0;
        var since = Environment.TickCount64;
        _serving = Context(metrics, handler, given.Id);
        _attention.Set(Unattended * 1_000_000);
        Serve(_serving, counters, given);
        var early = Workforce.PerConnection.BurstTime - (Environment.TickCount64 - since);
        if (early > 0) Thread.Sleep((int)early);
        return 0;

        ServingContext Context(ServerMetrics counted, ExchangeHandler answers, long id) => new()
        {
            Limits = _settings.Limits,
            Info = new ServerInfo { Topology = topology, Engine = Blocking.Engine, Metrics = counted, IsWorkerProcess = true },
            Protocol = protocol,
            Handler = answers,
            Deadlines = _deadlines,
            Permits = new Permits(1),
            FirstConnection = id - 1,
        };
    }

    /// <summary>
    /// Serves a client of our own, which is handed over as others are, and counted nowhere: what serving takes is loaded and compiled by now
    /// instead of on the first client's time. The configured handler gets to see the request if it says so (<see cref="IWarmUp"/>).
    /// </summary>
    private void WarmUp(ConnectionSocket server, ServingContext context)
    {
        var (near, far) = DescriptorChannel.Pair();
        using (server)
        using (var sender = new ControlChannel(near)) sender.TrySend(Control.Connection, new Given(-1, 1, 0, "").Write(), server.Descriptor);
        using (var receiver = new ControlChannel(far)) Serve(context, context.Info.Metrics.NewCounters(), Await(receiver)!);
        // What else is called for the first time when a client is there.
        _attention.Set(long.MaxValue);
        _attention.Clear();
        Thread.Sleep(0);
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

    /// <summary>Serves a connection, on the calling thread; what it failed of is logged.</summary>
    private void Serve(ServingContext context, Counters counters, Given given)
    {
        var conversation = new Conversation(context, new Worker(counters) { Blocks = true }, new ConnectionSocket(given.Descriptor), given.Thread);
        conversation.Info.ActorPath = given.Actor;
        conversation.Start(ActorRefs.Nobody, dispatcher: "");
        var failure = new BlockingConnection(conversation).Run() ?? conversation.Crash;
        conversation.End();
        if (failure is not null) channel.TrySend(Control.Log, failure.ToString(), (byte)Akka.Event.LogLevel.ErrorLevel);
    }

    /// <summary>The connection that this process is for; null when there will be none.</summary>
    private static Given? Await(ControlChannel from)
    {
        while (true)
        {
            switch (from.Receive(out var descriptor, wait: true))
            {
                case Control.Ping:
                    from.TrySend(Control.Pong);
                    break;
                case Control.Connection:
                    return Given.Parse(from.Payload, descriptor);
                case Control.Drain or Control.Cut or Control.End:
                    return null;
            }
        }
    }

    /// <summary>The thread <c>control</c>: is the client of the warm-up, then waits for the true one to stay.</summary>
    private void Attend(ConnectionSocket client)
    {
        using (client)
        {
            client.Block();
            var reply = new byte[4096];
            while (client.Receive(reply) > 0) { }
        }

        _attention.Wait();
        Obey();
    }

    /// <summary>What the server wants while the connection is served, and what its deadlines want.</summary>
    private void Obey()
    {
        do _deadlines.Look();
        while (!channel.Await(Deadlines.Resolution) || Obeyed());
        Drain(_serving);
        LookFor(_settings.Drain);
        _deadlines.AbortAll(EndReason.AppShutdownTimeout, _serving);
        LookFor(CutGrace);
        Environment.Exit(1);
    }

    /// <summary>Does as the server says.</summary>
    /// <returns>Whether there is a server; without one the process ends in its own time.</returns>
    private bool Obeyed()
    {
        switch (channel.Receive(out _, wait: false))
        {
            case Control.Ping:
                channel.TrySend(Control.Pong);
                break;
            case Control.Drain:
                Drain(_serving);
                break;
            case Control.Cut:
                _deadlines.AbortAll(EndReason.AppShutdownTimeout, _serving);
                break;
            case Control.End:
                return false;
        }

        return true;
    }

    private void LookFor(TimeSpan time)
    {
        for (var end = Environment.TickCount64 + time.TotalMilliseconds; Environment.TickCount64 < end; Thread.Sleep(Deadlines.Resolution)) _deadlines.Look();
    }

    private static void Drain(ServingContext serving)
    {
        serving.Info.StartDraining();
        serving.Info.Unbound(ServerActor.LastCall);
    }
}
