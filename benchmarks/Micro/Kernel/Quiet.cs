using Akka.Actor;
using Akka.Configuration;

namespace Micro.Kernel;

/// <summary>What a measurement needs: nothing else that runs, and nothing left over.</summary>
internal static class Quiet
{
    /// <summary>An actor system that logs nothing.</summary>
    public static ActorSystem System() => ActorSystem.Create("benchmark", ConfigurationFactory.ParseString(
        "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }"));

    /// <summary>Bytes that are reachable, once everything else is collected.</summary>
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
