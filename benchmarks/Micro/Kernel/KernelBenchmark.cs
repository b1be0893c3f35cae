namespace Micro.Kernel;

/// <summary>What the actor kernel costs: <c>dotnet run -c Release --project benchmarks/Micro -- kernel [tell|memory|actors]</c>.</summary>
internal static class KernelBenchmark
{
    public static async Task Run(string[] args)
    {
        var only = args.Length > 0 ? args[0] : null;
        if (only is null or "tell")
            await TellBenchmark.Run();
        if (only is null or "memory")
            await MemoryBenchmark.Run();
        if (only is null or "actors")
            await ActorsBenchmark.Run();
    }

    public static string Config => "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off";

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public static long LiveBytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
