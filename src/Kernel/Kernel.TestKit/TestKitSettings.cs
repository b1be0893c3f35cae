using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The settings in <c>akka.test</c>.</summary>
public sealed class TestKitSettings : IExtension
{
    private int _testActors;

    /// <summary>Reads the settings.</summary>
    /// <param name="config">A configuration that has <c>akka.test</c>.</param>
    public TestKitSettings(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", allowInfinite: false);
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", allowInfinite: false);
        TestTimeFactor = config.GetDouble("akka.test.timefactor");
        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"akka.test.timefactor must be positive, but is {TestTimeFactor}");
    }

    /// <summary>A time limit for <c>Ask</c> in tests.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long to wait for one message outside of <c>Within</c>.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an <c>EventFilter</c> waits after its code has returned.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What all time limits are multiplied by.</summary>
    public double TestTimeFactor { get; }

    /// <summary>A name that no test actor of this system has had yet.</summary>
    internal string NextTestActorName() => $"testActor{Interlocked.Increment(ref _testActors)}";
}
