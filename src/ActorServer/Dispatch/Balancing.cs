using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// One message queue that several worker actors take from (Akka's balancing mailbox): each message goes to whoever is free first, so that
/// none waits behind a slow one while a worker is idle.
/// </summary>
/// <remarks>
/// A worker that is busy takes the next message by itself. One that finds none is idle, and is told when there is something again: one at
/// a time, which calls the next if there is more.
/// </remarks>
internal sealed class Balancing
{
    private readonly ConcurrentQueue<IRunnable> _messages = new();
    private readonly Stack<IActorRef> _idle = new(); // guarded by itself
    private int _idleCount;
    private int _coming;

    /// <summary>Puts a message into the queue. Any thread.</summary>
    public void Schedule(IRunnable message)
    {
        _messages.Enqueue(message);
        Call();
    }

    /// <summary>Calls an idle worker, if there is something to do, and none is on its way.</summary>
    private void Call()
    {
        while (true)
        {
            Interlocked.MemoryBarrier(); // what was enqueued, or who became idle, is seen before we look
            if (_messages.IsEmpty || Volatile.Read(ref _idleCount) == 0 || Interlocked.CompareExchange(ref _coming, 1, 0) != 0) return;
            IActorRef? worker;
            lock (_idle)
            {
                if (_idle.TryPop(out worker)) Volatile.Write(ref _idleCount, _idle.Count);
            }

            if (worker is not null)
            {
                worker.Tell(Come.Instance, ActorRefs.NoSender);
                return;
            }

            Volatile.Write(ref _coming, 0); // and look again, for who counted on us
        }
    }

    /// <summary>Told to a worker that was idle.</summary>
    private sealed class Come
    {
        public static readonly Come Instance = new();
    }

    /// <summary>One of the workers. Its dispatcher has a thread for each.</summary>
    internal sealed class Worker(Balancing balancing) : UntypedActor
    {
        protected override void PreStart() => BecomeIdle();

        protected override void OnReceive(object message)
        {
            if (message is not Come)
            {
                Unhandled(message);
                return;
            }

            var any = balancing._messages.TryDequeue(out var next);
            Volatile.Write(ref balancing._coming, 0);
            balancing.Call();
            for (; any; any = balancing._messages.TryDequeue(out next)) next!.Run();
            BecomeIdle();
        }

        private void BecomeIdle()
        {
            lock (balancing._idle)
            {
                balancing._idle.Push(Self);
                Volatile.Write(ref balancing._idleCount, balancing._idle.Count);
            }

            balancing.Call();
        }
    }
}
