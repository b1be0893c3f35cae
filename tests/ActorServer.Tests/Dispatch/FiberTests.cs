using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.Dispatch;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Polling;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>The fiber scheduler by itself: turns, time, joins, cancellation, what is reported, and that it stays on its thread.</summary>
public sealed class FiberTests : IDisposable
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
            var stop = false;
            var sleeper = _fibers.Spawn("sleeper", Sleep(5, "slept"));
            _loop.After(TimeSpan.FromMilliseconds(20), new ActionRunnable(() => stop = true));
            while (!stop) await Fiber.Yield();
            Assert.Equal(FiberState.Ended, sleeper.State);
        });
    }

    [Fact]
    public void Sleepers_wake_in_the_order_of_their_time()
    {
        Run(async () =>
        {
            var all = new[] { 60, 20, 40, 1, 80 }.Select(time => _fibers.Spawn("sleeper", Sleep(time, $"{time}"))).ToList();
            all[4].Cancel(); // leaves the others in order
            foreach (var fiber in all[..4]) await fiber.Join();
        });
        Assert.Equal("1 20 40 60", Logged);
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
    public void Join_gives_the_result_before_and_after_the_end()
    {
        Run(async () =>
        {
            var fiber = _fibers.Spawn("adder", Add(20, 22));
            Assert.Equal(42, await fiber.Join());
            Assert.Equal(FiberState.Ended, fiber.Control.State);
            Assert.Equal(42, await fiber.Join());
        });
    }

    [Fact]
    public void What_escapes_goes_to_every_joiner_and_to_nobody_else()
    {
        Run(async () =>
        {
            var failing = _fibers.Spawn("failing", Fail());
            var joiners = Names("one", "two").ConvertAll(name => _fibers.Spawn(name, Await(failing, name)));
            foreach (var joiner in joiners) await joiner.Join();
        });
        Assert.Equal("one:broken two:broken", Logged);
        Assert.Empty(_reports);

        async Frame Await(Fiber fiber, string name)
        {
            try
            {
                await fiber.Join();
            }
            catch (InvalidDataException exception)
            {
                Log($"{name}:{exception.Message}");
            }
        }
    }

    [Fact]
    public void What_escapes_while_nobody_joins_is_reported_and_a_later_join_gets_it_still()
    {
        Run(async () =>
        {
            var failing = _fibers.Spawn("failing", Fail());
            await Fiber.Sleep(TimeSpan.FromMilliseconds(1));
            Assert.Equal(FiberState.Ended, failing.State);
            var caught = await Catch(failing);
            Assert.IsType<InvalidDataException>(caught);
        });
        var report = Assert.IsType<FiberFailedException>(Assert.Single(_reports));
        Assert.Equal(("fiber 'failing' failed: broken", "failing"), (report.Message, report.Fiber.Name));
        Assert.IsType<InvalidDataException>(report.InnerException);
    }

    [Theory, InlineData("asleep"), InlineData("blocked"), InlineData("joining"), InlineData("ready"), InlineData("not begun")]
    public void Cancelling_ends_a_fiber_whatever_it_waits_for(string state)
    {
        var never = new Signal("never", outside: true);
        Run(async () =>
        {
            var endless = _fibers.Spawn("endless", Wait(never));
            var fiber = _fibers.Spawn("cancelled", state switch
            {
                "asleep" => Sleep(600_000, "slept"),
                "blocked" => Wait(never),
                "joining" => Join(endless),
                _ => Count("yielding", int.MaxValue),
            });
            if (state != "not begun") await Fiber.Yield();
            Assert.Equal(state switch
            {
                "asleep" => FiberState.Sleeping,
                "blocked" or "joining" => FiberState.Blocked,
                _ => FiberState.Ready,
            }, fiber.State);
            var log = Logged;
            fiber.Cancel();
            fiber.Cancel();
            var caught = await Catch(fiber);
            Assert.IsType<OperationCanceledException>(caught);
            Assert.True(fiber.IsCancelled);
            Assert.Equal(log, Logged);
            fiber.Cancel(); // ended: nothing
            Assert.Equal((0, 1, 2), (_fibers.Sleeping, _fibers.Blocked, _fibers.Alive)); // this one and the endless one
            endless.Cancel();
        });
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_cancelled_fiber_may_wait_while_it_cleans_up()
    {
        Run(async () =>
        {
            var fiber = _fibers.Spawn("careful", Careful());
            await Fiber.Yield();
            fiber.Cancel();
            Assert.IsType<OperationCanceledException>(await Catch(fiber));
        });
        Assert.Equal("cleaning cleaned", Logged);

        async Frame Careful()
        {
            try
            {
                await Fiber.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                Log("cleaning");
                await Fiber.Sleep(TimeSpan.FromMilliseconds(1));
                Log("cleaned");
            }
        }
    }

    [Fact]
    public void One_that_cancels_itself_ends_where_it_next_waits()
    {
        Run(async () =>
        {
            var fiber = _fibers.Spawn("suicidal", Suicidal());
            Assert.IsType<OperationCanceledException>(await Catch(fiber));
        });
        Assert.Equal("still here", Logged);

        async Frame Suicidal()
        {
            Fiber.Current!.Cancel();
            Log("still here");
            await Fiber.Yield();
            Log("not any more");
        }
    }

    [Fact]
    public void A_signal_lets_one_waiter_go_on_and_none_is_lost()
    {
        var signal = new Signal("go");
        Run(async () =>
        {
            signal.Set(); // nobody waits: kept for the next
            var all = Names("a", "b", "c").ConvertAll(name => _fibers.Spawn(name, Waiter(name)));
            await Fiber.Yield();
            Log("|");
            signal.Set();
            all[1].Cancel(); // it was let go on, and does not any more: the next one does
            Assert.IsType<OperationCanceledException>(await Catch(all[1]));
            await all[2].Join();
        });
        Assert.Equal("a | c", Logged);

        async Frame Waiter(string name)
        {
            await signal.Wait();
            Log(name);
        }
    }

    [Fact]
    public void Fibers_that_join_each_other_are_reported_by_name()
    {
        Fiber? first = null, second = null;
        Post(() =>
        {
            first = _fibers.Spawn("first", JoinLater(() => second!));
            second = _fibers.Spawn("second", JoinLater(() => first!));
        });
        Assert.True(_reported.Wait(Patience));
        Assert.Equal("deadlock: nothing can wake the 2 fibers that are left: 'first' waits for the end of 'second'; 'second' waits for the end of 'first'",
            Assert.IsType<FiberDeadlockException>(Assert.Single(_reports)).Message);
        Post(() => first!.Cancel()); // a way out: the other one's join ends with it
        Assert.True(_reported.Wait(Patience));
        Assert.Equal("fiber 'second' failed: fiber 'first' was cancelled", _reports.Last().Message);
        Post(() => Log($"{_fibers.Alive} left"));
        Assert.Equal("0 left", Logged);

        async Frame JoinLater(Func<Fiber> other)
        {
            await Fiber.Yield();
            await other().Join();
        }
    }

    [Fact]
    public void A_fiber_that_waits_for_a_signal_that_only_fibers_set_is_reported_when_it_is_alone()
    {
        Post(() => _fibers.Spawn("lonely", Wait(new Signal("reply"))));
        Assert.True(_reported.Wait(Patience));
        Assert.Equal("deadlock: nothing can wake the fiber that is left: 'lonely' waits for signal 'reply'", Assert.Single(_reports).Message);
    }

    [Fact]
    public void Waiting_for_the_outside_or_for_time_is_no_deadlock()
    {
        var outside = new Signal("a message", outside: true);
        var idle = new ManualResetEventSlim();
        Post(() =>
        {
            var fiber = _fibers.Spawn("outsider", Wait(outside));
            _fibers.Spawn("joiner", Join(fiber));
            _fibers.Spawn("sleeper", Sleep(10, "slept"));
        });
        Post(() => _loop.After(TimeSpan.FromMilliseconds(40), new ActionRunnable(idle.Set)));
        Assert.True(idle.Wait(Patience));
        Assert.Empty(_reports);
        Post(() => Assert.Equal((2, 0), (_fibers.Blocked, _fibers.Sleeping)));
        Post(outside.Set);
        Eventually(() => _fibers.Alive == 0);
        Assert.Empty(_reports);
        idle.Dispose();
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
