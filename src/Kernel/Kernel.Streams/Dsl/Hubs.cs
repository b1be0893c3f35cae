using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

/// <summary>A source that takes elements of any number of streams, which come and go.</summary>
public static class MergeHub
{
    /// <summary>Makes the source; its value is the sink for the other streams.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="perProducerBufferSize">How many elements to hold of each stream.</param>
    /// <returns>The source.</returns>
    public static Source<T, Sink<T, NotUsed>> Source<T>(int perProducerBufferSize = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perProducerBufferSize, 1);
        return Dsl.Source.FromGraph(new MergeHubSource<T>(perProducerBufferSize));
    }
}

/// <summary>A sink that gives its elements to any number of streams, which come and go, as slowly as the slowest.</summary>
public static class BroadcastHub
{
    /// <summary>Makes the sink; its value is the source for the other streams.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="bufferSize">By how many elements one stream may be behind another.</param>
    /// <returns>The sink.</returns>
    public static Sink<T, Source<T, NotUsed>> Sink<T>(int bufferSize = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        return Dsl.Sink.FromGraph(new FanOutHubSink<T>(bufferSize, 1, null));
    }
}

/// <summary>A sink that gives each element to one of any number of streams, which come and go.</summary>
public static class PartitionHub
{
    /// <summary>Makes the sink; its value is the source for the other streams.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="partitioner">Names the stream by its place, given their number; a negative number drops the element.</param>
    /// <param name="startAfterNrOfConsumers">How many streams to wait for at first.</param>
    /// <param name="bufferSize">How many elements to hold for each stream.</param>
    /// <returns>The sink.</returns>
    public static Sink<T, Source<T, NotUsed>> Sink<T>(Func<int, T, int> partitioner, int startAfterNrOfConsumers, int bufferSize = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        return Dsl.Sink.FromGraph(new FanOutHubSink<T>(bufferSize, Math.Max(1, startAfterNrOfConsumers), partitioner));
    }
}
