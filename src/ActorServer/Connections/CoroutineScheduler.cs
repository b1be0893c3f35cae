using ActorServer.Dispatch;
using Akka.Dispatch;

namespace ActorServer.Connections;

/// <summary>
/// Resumes the coroutines of one event loop: those that are ready, in turn; the suspended ones wait in the loop's poller. Knows how many
/// are in each state. On the loop's thread only, but for <see cref="Count"/>.
/// </summary>
internal sealed class CoroutineScheduler : IRunnable
{
    private readonly Queue<CoroutineConnection> _ready = new();
    private readonly long[] _counts = new long[Enum.GetValues<CoroutineState>().Length];
    private bool _scheduled;

    /// <summary>How many coroutines are in a state other than INIT: those are the open connections that are in no other. Any thread.</summary>
    public long Count(CoroutineState state) => Volatile.Read(ref _counts[(int)state]);

    /// <summary>Queues a coroutine to be resumed in the loop's next turn; one that is queued already is not queued twice.</summary>
    public void MakeReady(CoroutineConnection coroutine)
    {
        if (coroutine.IsReady) return;
        coroutine.IsReady = true;
        _ready.Enqueue(coroutine);
        Schedule();
    }

    /// <summary>Changes a coroutine's state. One thread writes the counts: no lock, and nothing atomic but the store.</summary>
    public void Move(ref CoroutineState state, CoroutineState to)
    {
        if (state == to) return;
        Volatile.Write(ref _counts[(int)state], _counts[(int)state] - 1);
        Volatile.Write(ref _counts[(int)to], _counts[(int)to] + 1);
        state = to;
    }

    /// <summary>For the loop: resumes those that were ready when its turn began.</summary>
    public void Run()
    {
        _scheduled = false;
        var loop = EventLoop.Current;
        for (var turns = _ready.Count; turns > 0; turns--)
        {
            var coroutine = _ready.Dequeue();
            coroutine.IsReady = false;
            try
            {
                coroutine.Resume();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                coroutine.Fail(exception);
            }

            loop.ForgetContext();
        }

        if (_ready.Count > 0) Schedule();
    }

    /// <summary>As <see cref="Run"/>.</summary>
    public void Execute() => Run();

    private void Schedule()
    {
        if (_scheduled) return;
        _scheduled = true;
        EventLoop.Current.Execute(this);
    }
}
