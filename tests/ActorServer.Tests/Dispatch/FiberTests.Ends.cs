using ActorServer.Dispatch.Fibers;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>How fibers end: joins, failures, cancellation, and what is reported of those that wait for each other.</summary>
public sealed partial class FiberTests
{
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
            while (failing.State != FiberState.Ended) await Fiber.Yield();
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
}
