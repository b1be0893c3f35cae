using Akka.Streams.Dsl;
using Akka.TestKit;

namespace Akka.Streams.TestKit;

/// <summary>The end of a stream in the test's hands.</summary>
public static class TestSink
{
    /// <summary>Makes a sink that asks only when the test does, and shows the test what comes.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="testKit">The test.</param>
    /// <returns>The sink.</returns>
    public static Sink<T, TestSubscriber.Probe<T>> SinkProbe<T>(this TestKitBase testKit) => Sink.FromGraph(new SinkProbeStage<T>(testKit));
}
