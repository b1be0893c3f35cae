using System.Diagnostics;
using ActorServer.Dispatch;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Polling;
using Akka.Dispatch;

namespace Micro.Server;

/// <summary>What a fiber occupies while it waits, and what a turn costs.</summary>
internal static class FibersBenchmark
{
    public static void Run(int count)
    {
        var loop = new EventLoop("fibers", Pollers.Create(Pollers.Auto), Report);
        var fibers = new FiberScheduler(loop, Report);
        using var done = new ManualResetEventSlim();
        loop.Execute(new ActionRunnable(() => fibers.Spawn("main", Main())));
        done.Wait();
        loop.Shutdown();

        async Frame Main()
        {
            await Generation(1000, "warm-up");
            await Generation(count, $"{count:N0} fibers");
            await Turns(20_000_000);
            done.Set();
        }

        async Frame Generation(int size, string what)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var all = new Fiber[size];
            var array = GC.GetTotalMemory(forceFullCollection: false) - before;
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < size; i++) all[i] = fibers.Spawn("one of many", Sleep());
            await Fiber.Yield(); // all of them sleep now
            var spawned = Stopwatch.GetElapsedTime(begun);
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before - array;
            foreach (var fiber in all) await fiber.Join();
            Console.WriteLine($"{what}: {(double)bytes / size:N0} bytes each while asleep; {spawned.TotalNanoseconds / size:N0} ns to spawn one and put it to sleep");
        }

        async Frame Turns(int turns)
        {
            var begun = Stopwatch.GetTimestamp();
            var others = Enumerable.Range(0, 100).Select(_ => fibers.Spawn("yielding", Yield(turns / 100))).ToList();
            foreach (var other in others) await other.Join();
            Console.WriteLine($"100 fibers in turns: {Stopwatch.GetElapsedTime(begun).TotalNanoseconds / turns:N0} ns a turn");
        }

        static async Frame Yield(int times)
        {
            for (var i = 0; i < times; i++) await Fiber.Yield();
        }

        static async Frame Sleep() => await Fiber.Sleep(TimeSpan.FromSeconds(1));

        static void Report(Exception exception) => Console.Error.WriteLine(exception);
    }
}
