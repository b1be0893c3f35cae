using ActorServer.IO.Native;
using ActorServer.IO.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// What all acceptors do alike, whichever way they accept: give a new connection to a worker, and see that descriptors are left for
/// everything else.
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="listener">The listening socket.</param>
/// <param name="placement">Who gets a connection.</param>
/// <param name="log">Where to say that accepting pauses.</param>
internal sealed class Admission(ServerContext context, ListenSocket listener, Placement placement, ILoggingAdapter log)
{
    // Descriptors kept free for everything else: a runtime that can open none cannot even load the code that serves a request.
    private const int Reserve = 32;

    private static readonly TimeSpan PauseTime = TimeSpan.FromMilliseconds(250);

    // Without a pause for so long, a shortage is over.
    private static readonly TimeSpan Recovery = 4 * PauseTime;

    private readonly int _ceiling = Ceiling;
    private bool _short;
    private long _lastPause;

    /// <summary>Told to the acceptor when it may look whether there are descriptors again.</summary>
    public sealed class PauseOver : IDeadLetterSuppression
    {
        public static readonly PauseOver Instance = new();
    }

    /// <summary>Whether no further connection should be accepted, as far as the table of open files tells now.</summary>
    public bool IsFull => IsNearlyFull(DescriptorTable.NextFree(listener.Descriptor));

    private static int Ceiling => DescriptorTable.Capacity - Math.Min(Reserve, DescriptorTable.Capacity / 4);

    /// <summary>A server that cannot open a descriptor for one client is not ready.</summary>
    /// <param name="listener">The listening socket.</param>
    /// <exception cref="SystemCallException">The table of open files is nearly full before the first client came.</exception>
    public static void CheckDescriptors(ListenSocket listener)
    {
        if (DescriptorTable.NextFree(listener.Descriptor) >= Ceiling)
            throw new SystemCallException($"accept({listener.EndPoint})", Errno.EMFILE, $"of {DescriptorTable.Capacity} descriptors none is left for clients: raise the limit of open files (ulimit -n)");
    }

    /// <summary>Gives a connection, for which a permit was taken, to the worker whose turn it is.</summary>
    public void Admit(ConnectionSocket socket)
    {
        if (_short && Environment.TickCount64 - _lastPause > Recovery.TotalMilliseconds)
        {
            _short = false;
            log.Warning("there are descriptors and memory for new connections again: accepting goes on");
        }

        var worker = placement.Next();
        worker.Assigned();
        context.Info.Metrics.Accepted();
        worker.Actor.Tell(new Accepted(socket, ThreadCalls.CurrentThreadId));
    }

    /// <summary>Whether the table of open files is nearly full: the kernel gives the lowest number that is free.</summary>
    /// <param name="descriptor">The last one that it gave.</param>
    public bool IsNearlyFull(int descriptor) => descriptor >= _ceiling;

    /// <summary>Counts a pause, and says so in the log if the shortage is a new one.</summary>
    /// <returns>How long to pause.</returns>
    public TimeSpan Pause()
    {
        context.Info.Metrics.AcceptPaused();
        _lastPause = Environment.TickCount64;
        if (!_short)
        {
            _short = true;
            log.Warning("out of descriptors or memory for a new connection: accepting pauses, {0} ms at a time, until there are some; raise the limit of "
                + "open files (ulimit -n) or lower actor-server.limits.max-connections", PauseTime.TotalMilliseconds);
        }

        return PauseTime;
    }
}

/// <summary>A new connection, on its way from an acceptor to a <see cref="ConnectionsActor"/>.</summary>
/// <param name="Socket">The connection; owned by the receiver.</param>
/// <param name="Thread">The kernel's id of the thread that accepted it.</param>
public sealed record Accepted(ConnectionSocket Socket, int Thread);
