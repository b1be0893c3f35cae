using System.Threading.Channels;

namespace Akka.Streams.Dsl;

/// <summary>Sources of channels.</summary>
public static class ChannelSource
{
    /// <summary>Gives what is written to the materialized channel.</summary>
    public static Source<T, ChannelWriter<T>> Create<T>(int bufferSize, bool singleWriter = false, BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait) =>
        Source.Channel<T>(bufferSize, singleWriter, fullMode);

    /// <summary>Gives what a channel has.</summary>
    public static Source<T, NotUsed> FromReader<T>(ChannelReader<T> reader) => Source.ChannelReader(reader);
}

/// <summary>Sinks of channels.</summary>
public static class ChannelSink
{
    /// <summary>Gives the elements to whoever reads the materialized channel.</summary>
    public static Sink<T, ChannelReader<T>> AsReader<T>(int bufferSize, bool singleReader = false, BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait) =>
        Sink.ChannelReader<T>(bufferSize, singleReader, fullMode);

    /// <summary>Writes the elements to a channel, and its end if it is told to.</summary>
    public static Sink<T, NotUsed> FromWriter<T>(ChannelWriter<T> writer, bool isOwner) => Sink.FromWriter(writer, isOwner);
}
