using System.Collections.Concurrent;
using ActorServer.Dispatch;
using ActorServer.Tests.Support;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>Threads that block: how many, for whom, and for how long.</summary>
public sealed class BlockingThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Exception> _reported = new();

    [Fact]
    public void Threads_that_are_to_be_ready_are_there_before_there_is_work_and_stay_after_it()
    {
        var threads = Make(new ThreadSet("test", 3) { Ready = true });
        Assert.Equal(3, threads.Alive);
        using var done = new CountdownEvent(10);
        for (var i = 0; i < 10; i++) threads.Execute(new Work(() => done.Signal()));
        Assert.True(done.Wait(Patience));
        Assert.Equal(3, threads.Alive);
        threads.Shutdown();
        Eventually.True(() => threads.Alive == 0, "all threads end");
        Assert.Throws<RejectedExecutionException>(() => threads.Execute(new Work(() => { })));
    }

    [Fact]
    public void Work_beyond_the_threads_waits_its_turn_and_is_done_though_they_are_shut_down()
    {
        var threads = Make(new ThreadSet("test", 2) { Ready = true });
        using var gate = new SemaphoreSlim(0);
        var order = new ConcurrentQueue<int>();
        using var done = new CountdownEvent(6);
        for (var i = 0; i < 6; i++)
        {
            var number = i;
            threads.Execute(new Work(() =>
            {
                if (number < 2) gate.Wait(Patience);
                order.Enqueue(number);
                done.Signal();
            }));
        }

        threads.Shutdown();
        Assert.Empty(order);
        gate.Release(); // one thread does the rest
        Eventually.True(() => order.Count == 5, "the queue is empty");
        gate.Release();
        Assert.True(done.Wait(Patience));
        Assert.Equal([2, 3, 4, 5], order.Where(number => number >= 2));
        Eventually.True(() => threads.Alive == 0, "all threads end");
    }

    [Fact]
    public void A_spare_thread_waits_for_a_moment_and_ends()
    {
        var threads = Make(new ThreadSet("test", 8) { Spares = 1 });
        using var together = new Barrier(4);
        for (var i = 0; i < 4; i++) threads.Execute(new Work(() => together.SignalAndWait(Patience)));
        Eventually.True(() => threads.Alive == 1, "three of four threads end at once");
        Eventually.True(() => threads.Alive == 0, "the spare thread ends");
        using var done = new ManualResetEventSlim();
        threads.Execute(new Work(done.Set));
        Assert.True(done.Wait(Patience));
        threads.Shutdown();
    }

    [Fact]
    public void What_gives_itself_more_to_do_stays_on_its_thread()
    {
        var threads = Make(new ThreadSet("test", 4));
        var tids = new HashSet<int>();
        using var done = new ManualResetEventSlim();
        Work work = null!;
        work = new Work(() =>
        {
            tids.Add(Environment.CurrentManagedThreadId);
            if (work.Runs < 100) threads.Execute(work);
            else done.Set();
        });
        threads.Execute(work);
        Assert.True(done.Wait(Patience));
        Assert.Single(tids);
        threads.Shutdown();
    }

    [Fact]
    public void A_failure_is_reported_and_the_thread_goes_on()
    {
        var threads = Make(new ThreadSet("test", 1) { Ready = true });
        using var done = new ManualResetEventSlim();
        threads.Execute(new Work(() => throw new InvalidDataException("on purpose")));
        threads.Execute(new Work(done.Set));
        Assert.True(done.Wait(Patience));
        Assert.IsType<InvalidDataException>(Assert.Single(_reported));
        threads.Shutdown();
    }

    [Fact]
    public void Work_for_which_no_thread_could_be_started_is_done_when_there_is_one_again()
    {
        var left = 2;
        var threads = new BlockingThreads("test", new ThreadSet("test", 4), _reported.Enqueue, (thread, seat) =>
        {
            if (Interlocked.Decrement(ref left) >= 0) throw new OutOfMemoryException("on purpose");
            thread.UnsafeStart(seat);
        });
        using var done = new ManualResetEventSlim();
        threads.Execute(new Work(done.Set));
        Assert.True(done.Wait(Patience));
        Assert.Equal(["on purpose", "on purpose"], _reported.Select(exception => exception.Message));
        Eventually.True(() => threads.Alive == 0, "the thread ends");
        threads.Shutdown();
    }

    private BlockingThreads Make(ThreadSet set) => new("test", set, _reported.Enqueue);

    private sealed class Work(Action action) : IRunnable
    {
        public int Runs { get; private set; }

        public void Run()
        {
            Runs++;
            action();
        }

        public void Execute() => Run();
    }
}
