using System.Diagnostics;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// Timers by when they are due: a binary min-heap that orders by the ticks of <see cref="Stopwatch"/> (nanoseconds on Linux), and those
/// of one tick by when they were added. A timer knows its place, so that one that is called off leaves at once. One thread at a time.
/// </summary>
internal sealed class TimerHeap
{
    private Timer[] _heap = new Timer[16];
    private long _added;

    /// <summary>How many timers there are.</summary>
    public int Count { get; private set; }

    /// <summary>A timer.</summary>
    /// <param name="run">What to run when it is due.</param>
    public sealed class Timer(IRunnable run)
    {
        internal long Due;
        internal long Number;
        internal int Place = -1;

        /// <summary>What to run when it is due.</summary>
        public IRunnable Run => run;

        internal bool IsBefore(Timer other) => Due != other.Due ? Due < other.Due : Number < other.Number;
    }

    /// <summary>When a delay that begins now is over, in ticks of <see cref="Stopwatch"/>.</summary>
    /// <param name="delay">How long; a negative one is over now.</param>
    public static long DueAfter(TimeSpan delay)
    {
        var ticks = Math.Max(delay.TotalSeconds, 0) * Stopwatch.Frequency;
        return Stopwatch.GetTimestamp() + (long)Math.Min(ticks, long.MaxValue / 2);
    }

    /// <summary>Adds a timer that is not in a heap.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="due">When, in ticks of <see cref="Stopwatch"/>.</param>
    public void Add(Timer timer, long due)
    {
        Debug.Assert(timer.Place < 0, "The timer is in the heap already.");
        (timer.Due, timer.Number) = (due, _added++);
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        Rise(Count++, timer);
    }

    /// <summary>Adds a timer that tells an actor a message.</summary>
    /// <param name="delay">How long to wait.</param>
    /// <param name="receiver">The actor.</param>
    /// <param name="message">The message.</param>
    public void Add(TimeSpan delay, IActorRef receiver, object message) => Add(new Timer(new Telling(receiver, message)), DueAfter(delay));

    /// <summary>Takes a timer out, if it is still in.</summary>
    /// <param name="timer">The timer.</param>
    public void Remove(Timer timer)
    {
        var place = timer.Place;
        if (place < 0) return;
        timer.Place = -1;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (last == timer) return;
        if (place > 0 && last.IsBefore(_heap[(place - 1) / 2])) Rise(place, last);
        else Sink(place, last);
    }

    /// <summary>Takes out the first timer that is due.</summary>
    /// <param name="now">In ticks of <see cref="Stopwatch"/>.</param>
    /// <returns>Null when none is.</returns>
    public Timer? TakeDue(long now)
    {
        if (Count == 0 || _heap[0].Due > now) return null;
        var first = _heap[0];
        Remove(first);
        return first;
    }

    /// <summary>How long a poller may wait for the first timer: milliseconds, rounded up; -1 when there is none.</summary>
    public int Wait()
    {
        if (Count == 0) return -1;
        var left = Math.Max(_heap[0].Due - Stopwatch.GetTimestamp(), 0);
        return (int)Math.Min(Math.Ceiling(left * 1000.0 / Stopwatch.Frequency), int.MaxValue);
    }

    private void Rise(int place, Timer timer)
    {
        for (int parent; place > 0 && timer.IsBefore(_heap[parent = (place - 1) / 2]); place = parent) Put(place, _heap[parent]);
        Put(place, timer);
    }

    private void Sink(int place, Timer timer)
    {
        for (int child; (child = place * 2 + 1) < Count; place = child)
        {
            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child])) child++;
            if (!_heap[child].IsBefore(timer)) break;
            Put(place, _heap[child]);
        }

        Put(place, timer);
    }

    private void Put(int place, Timer timer)
    {
        _heap[place] = timer;
        timer.Place = place;
    }

    private sealed class Telling(IActorRef receiver, object message) : IRunnable
    {
        public void Run() => receiver.Tell(message, ActorRefs.NoSender);

        public void Execute() => Run();
    }
}
