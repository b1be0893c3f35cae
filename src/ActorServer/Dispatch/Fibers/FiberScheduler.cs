using System.Diagnostics;
using Akka.Dispatch;

namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// Runs fibers on an event loop, on its thread: those that are ready in turn, one until it waits for something, then the next. Those that
/// are not ready wait in the queue of what they wait for, or among the sleepers. Cooperative: nobody is interrupted.
/// </summary>
/// <remarks>
/// A turn of the loop runs the fibers that were ready when it began, so that fibers which keep yielding do not starve the sockets. All
/// members but the counts: on the loop's thread only. What a fiber leaves in an async local is gone when it waits.
/// </remarks>
public sealed class FiberScheduler : IRunnable
{
    private readonly EventLoop _loop;
    private readonly Action<Exception> _report;
    private readonly ActionRunnable _ring;
    private readonly Sleepers _sleeping = new();
    private readonly HashSet<Fiber> _alive = [];
    private int _blocked;
    private int _outside; // of those, how many wait for something that no fiber brings about
    private long _sleeps;
    private long _alarm = long.MaxValue; // when the loop is going to wake us
    private bool _scheduled;

    /// <summary>Makes a scheduler without fibers.</summary>
    /// <param name="loop">The loop that it runs on, among the loop's other work.</param>
    /// <param name="report">
    /// Receives what would otherwise be lost: a <see cref="FiberFailedException"/> of a fiber that fails while nobody joins it, and a
    /// <see cref="FiberDeadlockException"/>. Must not throw.
    /// </param>
    public FiberScheduler(EventLoop loop, Action<Exception> report)
    {
        (_loop, _report) = (loop, report);
        _ring = new ActionRunnable(Ring);
    }

    /// <summary>Fibers that have not ended. As the other counts: any thread may look, and sees a moment's value.</summary>
    public int Alive => _alive.Count;

    /// <summary>Fibers that wait for their turn.</summary>
    public int Ready => ReadyQueue.Count;

    /// <summary>Fibers that wait for time to pass.</summary>
    public int Sleeping => _sleeping.Count;

    /// <summary>Fibers that wait for a signal or for another fiber.</summary>
    public int Blocked => _blocked;

    internal FiberQueue ReadyQueue { get; } = new("a turn");

    /// <summary>Makes a fiber of a call; it begins when its turn comes.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="frame">The call of an <c>async Frame</c> method, neither awaited nor spawned before.</param>
    /// <exception cref="InvalidOperationException">The calling thread is not the loop's, or the frame was used already.</exception>
    public Fiber Spawn(string name, Frame frame)
    {
        var fiber = new Fiber(this, name, frame.Box);
        MakeReady(fiber);
        _alive.Add(fiber);
        return fiber;
    }

    /// <summary>As <see cref="Spawn(string, Frame)"/>, with a result.</summary>
    /// <typeparam name="T">What the method returns.</typeparam>
    /// <param name="name">For reports.</param>
    /// <param name="frame">The call.</param>
    public Fiber<T> Spawn<T>(string name, Frame<T> frame) => new(this, name, frame);

    /// <summary>For the loop: gives a turn to each fiber that is ready.</summary>
    public void Run()
    {
        _scheduled = false;
        WakeSleepers();
        for (var turns = ReadyQueue.Count; turns > 0; turns--)
        {
            var fiber = ReadyQueue.First!;
            ReadyQueue.Remove(fiber);
            fiber.Turn();
            _loop.ForgetContext();
        }

        if (ReadyQueue.Count > 0) Schedule();
        else if (_sleeping.Count > 0) SetAlarm();
        else if (_alive.Count > 0 && _outside == 0) _report(new FiberDeadlockException(_alive));
    }

    /// <summary>For an executor that has lost its thread; see <see cref="Run"/>.</summary>
    public void Execute() => Run();

    internal void Block(Fiber fiber, FiberQueue queue)
    {
        if (queue == ReadyQueue)
        {
            MakeReady(fiber);
            return;
        }

        fiber.State = FiberState.Blocked;
        queue.Enqueue(fiber);
        _blocked++;
        if (queue.IsOutside) _outside++;
    }

    internal void Sleep(Fiber fiber, TimeSpan time)
    {
        fiber.State = FiberState.Sleeping;
        var ticks = time.TotalSeconds * Stopwatch.Frequency;
        var now = Stopwatch.GetTimestamp();
        fiber.Alarm = (ticks < long.MaxValue - now ? now + (long)Math.Ceiling(ticks) : long.MaxValue, _sleeps++);
        _sleeping.Add(fiber);
    }

    /// <summary>Ends a fiber's wait, of whatever kind.</summary>
    internal void Wake(Fiber fiber)
    {
        if (fiber.State == FiberState.Sleeping) _sleeping.Remove(fiber);
        if (fiber.Queue is { } queue)
        {
            queue.Remove(fiber);
            _blocked--;
            if (queue.IsOutside) _outside--;
        }

        MakeReady(fiber);
    }

    internal void Ended(Fiber fiber, Exception? failure)
    {
        _alive.Remove(fiber);
        if (failure is not null) _report(new FiberFailedException(fiber, failure));
    }

    private void MakeReady(Fiber fiber)
    {
        if (!_loop.IsCurrent) throw new InvalidOperationException($"fiber {fiber} belongs to the event loop {_loop.Id}, and to its thread alone");
        fiber.State = FiberState.Ready;
        ReadyQueue.Enqueue(fiber);
        Schedule();
    }

    private void Schedule()
    {
        if (_scheduled) return;
        _scheduled = true;
        _loop.Execute(this);
    }

    private void WakeSleepers()
    {
        if (_sleeping.Count == 0) return;
        var now = Stopwatch.GetTimestamp();
        while (_sleeping.Count > 0 && _sleeping.First.Alarm.Due <= now) Wake(_sleeping.First);
    }

    private void Ring()
    {
        _alarm = long.MaxValue; // set anew if need be: the loop's clock is not ours, and may have rung a moment early
        Run();
    }

    private void SetAlarm()
    {
        var due = _sleeping.First.Alarm.Due;
        if (due >= _alarm) return;
        _alarm = due;
        var delay = (double)(due - Stopwatch.GetTimestamp()) / Stopwatch.Frequency;
        _loop.After(TimeSpan.FromSeconds(Math.Clamp(delay, 0, int.MaxValue / 1000)), _ring);
    }
}

/// <summary>A fiber failed, and nobody was there to join it.</summary>
/// <param name="fiber">The fiber.</param>
/// <param name="failure">What it threw.</param>
public sealed class FiberFailedException(Fiber fiber, Exception failure) : Exception($"fiber {fiber} failed: {failure.Message}", failure)
{
    /// <summary>The fiber.</summary>
    public Fiber Fiber => fiber;
}

/// <summary>
/// Fibers wait for each other, and nothing else is under way that could end it: no fiber is ready, sleeps, or waits for an event from
/// outside. They can still be cancelled.
/// </summary>
/// <param name="alive">Those that are left; all of them wait.</param>
public sealed class FiberDeadlockException(IReadOnlyCollection<Fiber> alive) : Exception(Describe(alive))
{
    private const int Named = 20;

    private static string Describe(IReadOnlyCollection<Fiber> alive)
    {
        var waits = alive.Take(Named).Select(fiber => $"{fiber} waits for {(fiber.Queue!.What is Fiber other ? $"the end of {other}" : fiber.Queue.What)}");
        var rest = alive.Count > Named ? $"; and {alive.Count - Named} more" : "";
        return $"deadlock: nothing can wake {(alive.Count == 1 ? "the fiber that is" : $"the {alive.Count} fibers that are")} left: {string.Join("; ", waits)}{rest}";
    }
}
