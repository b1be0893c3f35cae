using System.Globalization;
using System.Runtime.InteropServices;
using ActorServer.Configuration;
using ActorServer.IO.Native;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;
using ActorServer.Server;
using Akka.Configuration;

namespace ActorServer.Processes;

/// <summary>
/// The other side of a process topology: this process is a worker that a server has started, on the descriptors that it was given. It ends
/// when it is told to, or when the server is gone.
/// </summary>
public static class WorkerProcess
{
    /// <summary>The first argument of a worker. A program of your own that starts a server can be its workers, too: see <see cref="Run"/>.</summary>
    public const string Verb = "worker";

    private const int Channel = 0, Blocks = 1, Listener = 2; // the descriptors that it is given, in order

    /// <summary>Serves until it is told to end. To be called first of all by a program whose first argument is <see cref="Verb"/>.</summary>
    /// <param name="args">The program's arguments, as the server has put them.</param>
    /// <returns>The exit code: 0 when it ended as it was told, 1 when it failed, 2 when it was not started by a server.</returns>
    public static int Run(string[] args)
    {
        ControlChannel channel;
        try
        {
            channel = new ControlChannel(new DescriptorChannel(ChildProcess.Given(Channel)), ControlChannel.LongestSettings);
        }
        catch (SystemCallException)
        {
            Console.Error.WriteLine("actorserver: worker is for the server itself, which starts its processes with it (see: actorserver run --help)");
            return 2;
        }

        AppDomain.CurrentDomain.UnhandledException += (_, crash) => channel.TrySend(Control.Failed, crash.ExceptionObject.ToString() ?? "");
        try
        {
            return new Pooled(channel, args).Run();
        }
        catch (Exception exception) when (exception is InvalidConfigurationException or PlatformNotSupportedException or SystemCallException)
        {
            channel.TrySend(Control.Failed, exception.Message);
            return 1;
        }
    }

    /// <summary>One of several that each run a server of their own.</summary>
    private sealed class Pooled(ControlChannel channel, string[] args)
    {
        private RunningServer _server = null!;

        public int Run()
        {
            if (channel.Receive(out _, wait: true) != Control.Settings) return 1;
            var settings = ServerSettings.Load(ConfigurationFactory.ParseString(System.Text.Encoding.UTF8.GetString(channel.Payload)));
            var inherits = args[4] == "inherit";
            var place = new WorkerPlace
            {
                Topology = args[1],
                Board = new CounterBoard(SharedBlocks.Open(ChildProcess.Given(Blocks)), Number(args[2]), Number(args[3])),
                Listener = inherits ? ListenSocket.Inherit(ChildProcess.Given(Listener)) : null,
            };
            using var logs = new ControlLogs(channel);
            _server = RunningServer.StartWorkerAsync(settings, place, logs).GetAwaiter().GetResult();
            _ = _server.Stopped.ContinueWith(stopped => Ended(stopped.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Drain);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Drain);
            channel.TrySend(Control.Ready, descriptor: inherits ? -1 : _server.Listener.Descriptor);
            return Obey();
        }

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        /// <summary>What the server wants, until it is gone.</summary>
        private int Obey()
        {
            while (true)
            {
                switch (channel.Receive(out var descriptor, wait: true))
                {
                    case Control.Ping:
                        channel.TrySend(Control.Pong);
                        break;
                    case Control.Drain:
                        _ = _server.StopAsync();
                        break;
                    case Control.Cut:
                        _ = _server.StopAsync();
                        _server.CutDrain();
                        break;
                    case Control.End:
                        _server.StopAsync().GetAwaiter().GetResult();
                        return _server.Stopped.Result is null ? 0 : 1;
                    default:
                        if (descriptor >= 0) new ConnectionSocket(descriptor).Dispose(); // of a later version's message
                        break;
                }
            }
        }

        private void Drain(PosixSignalContext signal)
        {
            signal.Cancel = true;
            _ = _server.StopAsync();
        }

        /// <summary>The server of this process has stopped, for whichever reason: nothing is left to be told.</summary>
        private void Ended(Exception? failure)
        {
            if (failure is not null) channel.TrySend(Control.Failed, failure.ToString());
            channel.Shutdown();
        }
    }
}
