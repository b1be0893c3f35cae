using System.Globalization;
using ActorServer.Configuration;
using ActorServer.IO.Native;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;

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
            if (args.Length != 5) throw new ArgumentException("a worker has five arguments", nameof(args));
            channel = new ControlChannel(new DescriptorChannel(ChildProcess.Given(Channel)), ControlChannel.LongestSettings);
        }
        catch (Exception exception) when (exception is SystemCallException or ArgumentException)
        {
            Console.Error.WriteLine("actorserver: worker is for the server itself, which starts its processes with it (see: actorserver run --help)");
            return 2;
        }

        AppDomain.CurrentDomain.UnhandledException += (_, crash) => channel.TrySend(Control.Failed, crash.ExceptionObject.ToString() ?? "");
        try
        {
            var mode = (WorkerMode)Number(args[4]);
            var board = new CounterBoard(SharedBlocks.Open(ChildProcess.Given(Blocks)), Number(args[2]), Number(args[3]));
            if (mode != WorkerMode.Single) return Pool(channel, args[1], board, mode);
            return OperatingSystem.IsLinux() ? new SingleWorker(channel, args[1], board).Run() : throw new PlatformNotSupportedException(DescriptorChannel.Unavailable);
        }
        catch (Exception exception) when (exception is InvalidConfigurationException or PlatformNotSupportedException or SystemCallException)
        {
            channel.TrySend(Control.Failed, exception.Message);
            return 1;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Pool(ControlChannel channel, string topology, CounterBoard board, WorkerMode mode) => new PoolWorker(channel, new WorkerPlace
    {
        Topology = topology,
        Board = board,
        Listener = mode == WorkerMode.Inherit ? ListenSocket.Inherit(ChildProcess.Given(Listener)) : null,
    }).Run();
}
