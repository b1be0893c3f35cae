using System.Collections.Concurrent;
using ActorServer.Configuration;
using ActorServer.Dispatch.Stealing;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch.Stealing;

/// <summary>Threads that steal from each other: nothing is lost, nobody is idle while there is work, and nobody is awake while there is none.</summary>
public sealed class WorkStealingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<WorkStealing> _made = [];
    private readonly ConcurrentQueue<Exception> _reported = new();

    public void Dispose() => _made.ForEach(threads => threads.Shutdown());

    [Fact]
    public void Tasks_that_spawn_tasks_from_several_threads_all_run_once()
    {
        const int roots = 2_000, width = 4, depth = 3, all = roots * (1 + width + width * width + width * width * width);
        var threads = Make(4);
        var (runs, left) = (0, all);
        using var done = new ManualResetEventSlim();
        Parallel.For(0, roots, _ => threads.Execute(Spawn(depth)));
        Assert.True(done.Wait(Patience), $"{left} tasks are lost");
        Assert.Equal(all, runs);
        Eventually.True(() => threads.Workers.Sum(worker => worker.Done) == all, "all are counted");
        Eventually.True(() => threads.GlobalDepth == 0 && threads.Workers.All(worker => worker.Depth == 0), "nothing is left");

        Work Spawn(int generations) => new(() =>
        {
            Interlocked.Increment(ref runs);
            for (var n = 0; n < width && generations > 0; n++) threads.Execute(Spawn(generations - 1));
            if (Interlocked.Decrement(ref left) == 0) done.Set();
        });
    }

    [Fact]
    public void One_submission_at_a_time_is_never_left_lying()
    {
        var threads = Make(3);
        using var ran = new SemaphoreSlim(0);
        for (var n = 0; n < 20_000; n++)
        {
            threads.Execute(new Work(() => ran.Release()));
            Assert.True(ran.Wait(Patience), $"submission {n} woke nobody");
        }
    }

    [Fact]
    public void What_a_blocked_thread_has_in_its_deque_is_stolen_oldest_first()
    {
        var threads = Make(2);
        using var gate = new ManualResetEventSlim();
        using var done = new CountdownEvent(10);
        var order = new ConcurrentQueue<int>();
        threads.Execute(new Work(() =>
        {
            for (var n = 0; n < 10; n++)
            {
                var number = n;
                threads.Execute(new Work(() =>
                {
                    order.Enqueue(number);
                    done.Signal();
                }));
            }

            gate.Wait(Patience);
        }));
        Assert.True(done.Wait(Patience), "work lies in a deque while another thread has none");
        gate.Set();
        Assert.Equal(Enumerable.Range(0, 10), order);
        Eventually.True(() => threads.Workers.Sum(worker => worker.Steals) == 10, "ten steals are counted");
    }

    [Fact]
    public void A_thread_does_last_what_it_put_in_first_and_still_comes_to_what_waits_outside()
    {
        var threads = Make(1);
        using var ready = new ManualResetEventSlim();
        using var outside = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var stop = false;
        Work? again = null;
        again = new Work(() =>
        {
            if (!Volatile.Read(ref stop)) threads.Execute(again!); // keeps itself busy for ever
        });
        threads.Execute(new Work(() =>
        {
            threads.Execute(new Work(() => order.Enqueue("first")));
            threads.Execute(new Work(() => order.Enqueue("last")));
            threads.Execute(again);
            ready.Set();
        }));
        Assert.True(ready.Wait(Patience));
        threads.Execute(new Work(outside.Set));
        Assert.True(outside.Wait(Patience), "own work starves what comes from outside");
        Eventually.True(() => order.Count == 2, "and the newest the oldest");
        Volatile.Write(ref stop, true);
    }

    [Fact]
    public void Among_short_runs_a_thread_takes_a_share_of_what_waits_outside_and_among_long_ones_nothing()
    {
        var threads = Make(1);
        Assert.Equal(0, MostInItsDeque(TimeSpan.FromMilliseconds(2)));
        Eventually.True(() => MostInItsDeque(TimeSpan.Zero) > 0, "forty runs of no time are taken one by one");

        int MostInItsDeque(TimeSpan time)
        {
            const int runs = 40;
            using var gate = new ManualResetEventSlim();
            using var done = new CountdownEvent(runs);
            var most = 0;
            threads.Execute(new Work(() =>
            {
                gate.Wait(Patience);
                Thread.Sleep(time);
            }));
            for (var n = 0; n < runs; n++)
            {
                threads.Execute(new Work(() =>
                {
                    most = Math.Max(most, threads.Workers[0].Depth);
                    Thread.Sleep(time);
                    done.Signal();
                }));
            }

            gate.Set();
            Assert.True(done.Wait(Patience));
            return most;
        }
    }

    [Fact]
    public void Threads_without_work_sleep()
    {
        var threads = Make(3);
        var tids = new ConcurrentBag<int>();
        using var all = new Barrier(3);
        for (var n = 0; n < 3; n++)
        {
            threads.Execute(new Work(() =>
            {
                tids.Add(IO.Native.ThreadCalls.CurrentThreadId);
                all.SignalAndWait(Patience);
            }));
        }

        Eventually.True(() => tids.Count == 3 && threads.Workers.All(worker => worker.Idle > TimeSpan.Zero), "all threads run, and sleep");
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        Eventually.True(() => tids.All(KernelThreads.WaitsInFutex), "all are parked");
        Eventually.True(() =>
        {
            var before = tids.Sum(KernelThreads.Switches);
            Thread.Sleep(300);
            return tids.Sum(KernelThreads.Switches) == before;
        }, "they stay parked");
    }

    [Fact]
    public void What_fails_is_reported_and_the_thread_goes_on_until_it_is_shut_down()
    {
        var threads = Make(1);
        using var done = new ManualResetEventSlim();
        threads.Execute(new Work(() => throw new InvalidOperationException("on purpose")));
        threads.Execute(new Work(done.Set));
        Assert.True(done.Wait(Patience));
        Assert.Equal("on purpose", Assert.Single(_reported).Message);
        threads.Shutdown();
        Assert.Throws<RejectedExecutionException>(() => threads.Execute(new Work(() => { })));
    }

    [Theory]
    [InlineData("work-stealing-executor")]
    [InlineData("\"ActorServer.Dispatch.Stealing.WorkStealingConfigurator, ActorServer.Server\"")]
    public async Task Any_actor_can_have_it_as_its_dispatcher(string executor)
    {
        var config = Akka.Configuration.ConfigurationFactory.ParseString($"stealing {{ type = Dispatcher, executor = {executor}, workers = 2 }}");
        using var system = ActorSystem.Create("stealing", config.WithFallback(ServerSettings.Load().Config));
        var echo = system.ActorOf(Props.Create(() => new Echo()).WithDispatcher("stealing"));
        for (var n = 0; n < 1000; n++) Assert.Equal(n, await echo.Ask<int>(n, Patience));
        Assert.StartsWith("stealing-", await echo.Ask<string>("thread", Patience), StringComparison.Ordinal);
    }

    private WorkStealing Make(int workers)
    {
        var threads = new WorkStealing("test.thief", workers, _reported.Enqueue);
        _made.Add(threads);
        return threads;
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message is "thread" ? Thread.CurrentThread.Name! : message);
    }

    private sealed class Work(Action run) : IRunnable
    {
        public void Run() => run();

        public void Execute() => run();
    }
}
