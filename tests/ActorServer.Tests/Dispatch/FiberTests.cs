using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.Dispatch;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Polling;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>The fiber scheduler by itself: turns, time, and that it stays on its thread; how fibers end is in the other part.</summary>
public sealed partial class FiberTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<Exception> _reports = new();
    private readonly SemaphoreSlim _reported = new(0);
    private readonly List<string> _log = [];
    private readonly EventLoop _loop;
    private readonly FiberScheduler _fibers;

    public FiberTests()
    {
        _loop = new EventLoop("fibers", Pollers.Create(Pollers.Auto), _reports.Enqueue);
        _fibers = new FiberScheduler(_loop, exception =>
        {
            _reports.Enqueue(exception);
            _reported.Release();
        });
    }

    public void Dispose()
    {
        _loop.Shutdown();
        _reported.Dispose();
    }

    [Fact]
    public void Those_that_are_ready_run_in_the_order_they_came_and_take_turns_at_each_yield()
    {
        Run(async () =>
        {
            var all = Names("a", "b", "c").ConvertAll(name => _fibers.Spawn(name, Count(name, 3)));
            Log("spawned"); // none has begun: this fiber runs until it waits
            foreach (var fiber in all) await fiber.Join();
        });
        Assert.Equal("spawned a1 b1 c1 a2 b2 c2 a3 b3 c3", Logged);
    }

    [Fact]
    public void A_fiber_that_keeps_yielding_starves_neither_the_loop_nor_the_sleepers()
    {
        Run(async () =>
        {
            var ticked = false;
            var sleeper = _fibers.Spawn("sleeper", Sleep(5, "slept"));
            _loop.After(TimeSpan.FromMilliseconds(20), new ActionRunnable(() => ticked = true));
            while (!ticked || sleeper.State != FiberState.Ended) await Fiber.Yield(); // for ever, if it starves either
        });
    }

    [Fact]
    public void Sleepers_wake_in_the_order_of_their_time()
    {
        Run(async () =>
        {
            var all = new[] { 600, 200, 400, 1, 800 }.Select(time => _fibers.Spawn("sleeper", Sleep(time, $"{time}"))).ToList();
            all[4].Cancel(); // leaves the others in order
            foreach (var fiber in all[..4]) await fiber.Join();
        });
        Assert.Equal("1 200 400 600", Logged);
    }

    [Fact]
    public void Sleep_takes_its_time_and_no_time_is_a_yield()
    {
        var elapsed = TimeSpan.Zero;
        Run(async () =>
        {
            var begun = Stopwatch.GetTimestamp();
            await Fiber.Sleep(TimeSpan.FromMilliseconds(25));
            elapsed = Stopwatch.GetElapsedTime(begun);
            _fibers.Spawn("other", Count("other", 1));
            await Fiber.Sleep(TimeSpan.Zero);
            Assert.Equal("other1", Logged);
            Assert.Throws<ArgumentOutOfRangeException>(() => Fiber.Sleep(TimeSpan.FromMilliseconds(-1)));
        });
        Assert.InRange(elapsed, TimeSpan.FromMilliseconds(25), Patience);
    }

    [Fact]
    public void A_loop_whose_clock_is_a_moment_ahead_does_not_lose_the_only_sleeper()
    {
        var untilTheNextTick = new ActionRunnable(() =>
        {
            for (var tick = Environment.TickCount64; Environment.TickCount64 == tick;) Thread.SpinWait(10);
        });
        Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                _loop.Execute(untilTheNextTick); // the loop counts whole ticks: one begins before the fiber has slept as long
                await Fiber.Sleep(TimeSpan.FromMilliseconds(0.95));
            }
        });
    }

    [Fact]
    public void The_heap_of_sleepers_stays_one_whoever_leaves()
    {
        Run(async () =>
        {
            var random = new Random(7);
            var all = Enumerable.Range(0, 500).Select(_ => random.Next(1, 60)).Select(time => (Time: time, Fiber: _fibers.Spawn("sleeper", Sleep(time, $"{time}")))).ToList();
            await Fiber.Yield();
            Assert.Equal(500, _fibers.Sleeping);
            var left = all.Where((_, i) => i % 3 != 0).ToList();
            foreach (var (_, fiber) in all.Except(left)) fiber.Cancel();
            foreach (var (_, fiber) in left) await fiber.Join();
            Assert.Equal(left.Count, _log.Count);
        });
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_hundred_thousand_fibers_yield_sleep_and_join_on_one_thread()
    {
        const int count = 100_000;
        var (peak, ran, strangers) = (0, 0, 0);
        Run(async () =>
        {
            var all = new Fiber<int>[count];
            for (var i = 0; i < count; i++) all[i] = _fibers.Spawn("one of many", Work(i));
            await Fiber.Yield(); // each of them has yielded once
            peak = _fibers.Alive;
            var sum = 0L;
            foreach (var fiber in all) sum += await fiber.Join();
            Assert.Equal((long)count * (count - 1) / 2, sum);
        });
        Assert.Equal((count + 1, count, 0), (peak, ran, strangers));

        async Frame<int> Work(int number)
        {
            for (var i = 0; i < 3; i++)
            {
                await Fiber.Yield();
                if (!_loop.IsCurrent) strangers++;
            }

            await Fiber.Sleep(TimeSpan.FromMilliseconds(number % 50));
            if (!_loop.IsCurrent) strangers++;
            ran++;
            return number;
        }
    }

    [Fact]
    public void All_of_it_happens_on_the_scheduler_s_thread()
    {
        var threads = new HashSet<(int Id, bool FromPool, string? Name)>();
        var outside = new Signal("outside", outside: true);
        Run(async () =>
        {
            Note();
            await Fiber.Yield();
            Note();
            await Fiber.Sleep(TimeSpan.FromMilliseconds(1));
            Note();
            ThreadPool.QueueUserWorkItem(_ => _loop.Execute(new ActionRunnable(outside.Set)));
            await outside.Wait();
            Note();
            await Catch(_fibers.Spawn("failing", Fail()));
            Note();
            await Sleep(1, "a call");
            Note();
        });
        var only = Assert.Single(threads);
        Assert.Equal((false, "fibers"), (only.FromPool, only.Name));

        void Note() => threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name));
    }

    [Fact]
    public void Once_warm_waiting_and_calling_allocate_nothing()
    {
        var (ping, pong) = (new Signal("ping"), new Signal("pong"));
        var least = long.MaxValue;
        Run(async () =>
        {
            var stop = false;
            var other = _fibers.Spawn("other", Echo(() => stop));
            for (var window = 0; window < 8; window++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 100; i++)
                {
                    await Fiber.Yield();
                    ping.Set();
                    await pong.Wait();
#if !DEBUG // without optimisation the compiler makes classes of state machines
                    if (await Add(i, 1) != i + 1) Assert.Fail("a call returned another's result");
#endif
                    if (i % 50 == 0) await Fiber.Sleep(TimeSpan.FromMilliseconds(1));
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            stop = true;
            ping.Set();
            await other.Join();
        });
        Assert.Equal(0, least);

        async Frame Echo(Func<bool> stop)
        {
            while (true)
            {
                await ping.Wait();
                if (stop()) return;
                pong.Set();
            }
        }
    }

    [Fact]
    public void Calls_take_no_stack_however_deep()
    {
        Run(async () => Assert.Equal(200_000, await Depth(200_000)));

        async Frame<int> Depth(int left)
        {
            if (left == 0)
            {
                await Fiber.Yield();
                return 0;
            }

            return 1 + await Depth(left - 1);
        }
    }

    [Fact]
    public void A_call_runs_once_and_not_before_it_is_awaited()
    {
        Run(async () =>
        {
            var call = Count("called", 1);
            Assert.Empty(_log);
            await call;
            Assert.Equal("called1", Logged);
            Assert.Throws<InvalidOperationException>(() => _fibers.Spawn("again", call));
            var spawned = Count("spawned", 1);
            var fiber = _fibers.Spawn("spawned", spawned);
            Assert.Throws<InvalidOperationException>(() => spawned.GetAwaiter());
            await fiber.Join();
            Assert.Throws<InvalidOperationException>(() => spawned.GetAwaiter());
        });
    }

    [Fact]
    public async Task Outside_of_a_fiber_nothing_of_it_can_be_awaited()
    {
        Assert.Null(Fiber.Current);
        Assert.Throws<InvalidOperationException>(() => Fiber.Yield());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await new Signal("x").Wait());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Fail());
        Assert.Contains("event loop fibers", Assert.Throws<InvalidOperationException>(() => _fibers.Spawn("stranger", Fail())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_fiber_leaves_in_an_AsyncLocal_the_next_does_not_find()
    {
        var local = new AsyncLocal<string>();
        string? found = "";
        Run(async () =>
        {
            _fibers.Spawn("first", Leave());
            await _fibers.Spawn("second", Find()).Join();
        });
        Assert.Null(found);

        async Frame Leave()
        {
            local.Value = "left behind";
            await Fiber.Yield();
        }

        async Frame Find()
        {
            await Fiber.Yield();
            found = local.Value;
        }
    }

    private static List<string> Names(params string[] names) => [.. names];

    private static void Eventually(Func<bool> condition) => Support.Eventually.True(condition, "the fibers end");

    private static async Frame<int> Add(int a, int b)
    {
        await Fiber.Yield();
        return a + b;
    }

    private static async Frame Fail()
    {
        await Fiber.Yield();
        throw new InvalidDataException("broken");
    }

    private static async Frame Wait(Signal signal) => await signal.Wait();

    private static async Frame Join(Fiber fiber) => await fiber.Join();

    private static async Frame<Exception?> Catch(Fiber fiber)
    {
        try
        {
            await fiber.Join();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Frame Count(string name, int times)
    {
        for (var i = 1; i <= times; i++)
        {
            Log($"{name}{i}");
            await Fiber.Yield();
        }
    }

    private async Frame Sleep(int milliseconds, string done)
    {
        await Fiber.Sleep(TimeSpan.FromMilliseconds(milliseconds));
        Log(done);
    }

    private string Logged => string.Join(' ', _log);

    private void Log(string text) => _log.Add(text);

    /// <summary>Does something on the loop's thread, and waits until it is done.</summary>
    private void Post(Action action)
    {
        Exception? failure = null;
        using var done = new ManualResetEventSlim();
        _loop.Execute(new ActionRunnable(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            done.Set();
        }));
        Assert.True(done.Wait(Patience));
        if (failure is not null) throw failure;
    }

    /// <summary>Runs a fiber to its end.</summary>
    private void Run(Func<Frame> body)
    {
        Exception? failure = null;
        using var done = new ManualResetEventSlim();
        Post(() => _fibers.Spawn("main", Main()));
        Assert.True(done.Wait(Patience), $"the fiber did not end: {string.Join(", ", _reports)}");
        if (failure is not null) throw new InvalidOperationException($"the fiber failed: {failure}", failure);

        async Frame Main()
        {
            try
            {
                await body();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            done.Set();
        }
    }
}
