using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>The order of an event loop: its timers, and the phases of its turn.</summary>
public sealed class LoopTimersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Exception> _reported = new();
    private readonly EventLoop _loop;

    public LoopTimersTests() => _loop = new EventLoop("timers under test", Pollers.Create(Pollers.Auto), _reported.Enqueue, keepsHandlers: true);

    public void Dispose()
    {
        _loop.Shutdown();
        Assert.Empty(_reported);
    }

    [Fact]
    public void The_heap_gives_timers_by_time_and_those_of_one_tick_as_they_were_added()
    {
        var random = new Random(4711);
        var heap = new TimerHeap();
        var added = new List<(long Due, int Number, TimerHeap.Timer Timer)>();
        for (var number = 0; number < 5000; number++)
        {
            var timer = new TimerHeap.Timer(new ActionRunnable(() => { }));
            var due = random.Next(500); // ten of each
            heap.Add(timer, due);
            added.Add((due, number, timer));
            if (number % 3 != 0) continue;
            var gone = random.Next(added.Count);
            heap.Remove(added[gone].Timer);
            heap.Remove(added[gone].Timer); // is not there any more
            added.RemoveAt(gone);
        }

        var expected = added.OrderBy(entry => entry.Due).ThenBy(entry => entry.Number).ToList();
        Assert.Equal(expected.Count, heap.Count);
        foreach (var (due, _, timer) in expected)
        {
            Assert.Null(heap.TakeDue(due - 1));
            Assert.Same(timer, heap.TakeDue(due));
        }

        Assert.Equal((0, -1), (heap.Count, heap.Wait()));
    }

    [Fact]
    public void Timers_within_one_millisecond_fire_in_the_order_of_their_microseconds()
    {
        var fired = new ConcurrentQueue<int>();
        using var done = new CountdownEvent(4);
        OnLoop(() =>
        {
            List<ITimer> made = [];
            long start;
            do // each counts from its own start: an interruption in between would be another order
            {
                made.ForEach(timer => timer.Dispose());
                made.Clear();
                start = Stopwatch.GetTimestamp();
                foreach (var microseconds in (int[])[900, 300, 600, 1])
                {
                    made.Add(_loop.Time.CreateTimer(state =>
                    {
                        fired.Enqueue((int)state!);
                        done.Signal();
                    }, microseconds, TimeSpan.FromMicroseconds(microseconds), Timeout.InfiniteTimeSpan));
                }
            }
            while (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMicroseconds(200));

            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(2)) { } // all are due at the next look
        });
        Assert.True(done.Wait(Patience));
        Assert.Equal([1, 300, 600, 900], fired);
    }

    [Fact]
    public void A_timer_is_never_early_and_fires_on_the_loop()
    {
        Thread? loop = null;
        OnLoop(() => loop = Thread.CurrentThread);
        var start = Stopwatch.GetTimestamp();
        var late = TimeSpan.Zero;
        Thread? fired = null;
        using var done = new ManualResetEventSlim();
        using var timer = _loop.Time.CreateTimer(_ => // from another thread
        {
            (late, fired) = (Stopwatch.GetElapsedTime(start), Thread.CurrentThread);
            done.Set();
        }, null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        Assert.True(done.Wait(Patience));
        Assert.True(late >= TimeSpan.FromMilliseconds(20), $"it fired after {late}");
        Assert.Same(loop, fired);
    }

    [Fact]
    public void Timers_repeat_change_and_end_from_any_thread()
    {
        using var thrice = new CountdownEvent(3);
        using var changed = new ManualResetEventSlim();
        var repeating = _loop.Time.CreateTimer(_ =>
        {
            if (!thrice.IsSet) thrice.Signal();
        }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.True(thrice.Wait(Patience));
        repeating.Dispose();
        Assert.False(repeating.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));

        using var later = _loop.Time.CreateTimer(_ => changed.Set(), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Assert.True(later.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan));
        Assert.True(changed.Wait(Patience));
        Assert.Throws<ArgumentOutOfRangeException>(() => later.Change(TimeSpan.FromMilliseconds(-2), Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Delays_are_the_loops_timers_and_can_be_cancelled()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), _loop.Time);
        using var cancelled = new CancellationTokenSource();
        var delay = Task.Delay(TimeSpan.FromHours(1), _loop.Time, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => delay);
    }

    [Fact]
    public void A_turn_goes_through_its_phases_with_ticks_in_between()
    {
        var order = new ConcurrentQueue<string>();
        using var done = new ManualResetEventSlim();
        OnLoop(() =>
        {
            _loop.Time.CreateTimer(_ => Note("timer", done.Set), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            _loop.Closing(Callback("close"));
            _loop.Immediate(Callback("check"));
            _loop.Execute(Callback("put off"));
            _loop.NextTick(Callback("tick"));
            Note("callback");
        });
        Assert.True(done.Wait(Patience));
        Assert.Equal(["callback", "tick", "put off", "tick of put off", "check", "tick of check", "close", "tick of close", "timer"], order);

        ActionRunnable Callback(string name) => new(() => Note(name, name == "tick" ? null : () => _loop.NextTick(new ActionRunnable(() => Note($"tick of {name}")))));

        void Note(string name, Action? then = null)
        {
            order.Enqueue(name);
            then?.Invoke();
        }
    }

    private void OnLoop(Action action)
    {
        using var done = new ManualResetEventSlim();
        _loop.Execute(new ActionRunnable(() =>
        {
            try
            {
                action();
            }
            finally
            {
                done.Set();
            }
        }));
        Assert.True(done.Wait(Patience));
    }
}
