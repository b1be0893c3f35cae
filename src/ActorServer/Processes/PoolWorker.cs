using System.Runtime.InteropServices;
using System.Text;
using ActorServer.Configuration;
using ActorServer.IO.Sockets;
using ActorServer.Server;
using Akka.Configuration;

namespace ActorServer.Processes;

/// <summary>A worker process that is one of several, each of which runs a server of its own.</summary>
/// <param name="channel">The channel to the server that has started them.</param>
/// <param name="place">What it has in common with the others.</param>
internal sealed class PoolWorker(ControlChannel channel, WorkerPlace place)
{
    private RunningServer _server = null!;

    public int Run()
    {
        if (channel.Receive(out _, wait: true) != Control.Settings) return 1;
        var settings = ServerSettings.Load(ConfigurationFactory.ParseString(Encoding.UTF8.GetString(channel.Payload)));
        using var logs = new ControlLogs(channel);
        _server = RunningServer.StartWorkerAsync(settings, place, logs).GetAwaiter().GetResult();
        _ = _server.Stopped.ContinueWith(stopped => Ended(stopped.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Drain);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Drain);
        channel.TrySend(Control.Ready, descriptor: place.Listener is not null ? -1 : _server.Listener.Descriptor);
        return Obey();
    }

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
