using Akka.Streams.Dsl;
using Akka.TestKit;

namespace Akka.Streams.TestKit;

/// <summary>The begin of a stream in the test's hands.</summary>
public static class TestSource
{
    /// <summary>Makes a source that gives what the test sends, and shows the test what is asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="testKit">The test.</param>
    /// <returns>The source. It asks for as many elements as its input buffer holds, and again when half of them have gone.</returns>
    public static Source<T, TestPublisher.Probe<T>> SourceProbe<T>(this TestKitBase testKit) => Source.FromGraph(new SourceProbeStage<T>(testKit));
}
