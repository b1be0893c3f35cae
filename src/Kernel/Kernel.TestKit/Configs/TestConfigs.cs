using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>Configurations to build a test's actor system from.</summary>
public static class TestConfigs
{
    /// <summary>The test kit's defaults.</summary>
    public static Config DefaultConfig => ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.reference.conf");

    /// <summary>Selects <see cref="TestScheduler"/>: virtual time.</summary>
    public static Config TestSchedulerConfig => ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.TestScheduler.conf");

    /// <summary>Logs whatever the kernel can log.</summary>
    internal static Config FullDebugConfig => ConfigurationFactory.ParseString(
        """
        akka {
          log-dead-letters-during-shutdown = true
          loglevel = DEBUG
          stdout-loglevel = DEBUG
          actor.debug {
            receive = on
            autoreceive = on
            lifecycle = on
            event-stream = on
            unhandled = on
            fsm = on
            router-misconfiguration = on
          }
        }
        """);
}
