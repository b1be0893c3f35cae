using Akka.Util;

namespace Akka.Streams;

/// <summary>Where elements are offered to a source.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public interface ISourceQueue<in T>
{
    /// <summary>Offers an element; any thread may.</summary>
    /// <param name="element">The element.</param>
    /// <returns>What has become of it; with <see cref="OverflowStrategy.Backpressure"/> not before there is room.</returns>
    Task<IQueueOfferResult> OfferAsync(T element);

    /// <summary>Waits for the end of the source.</summary>
    /// <returns>Completes or fails with it.</returns>
    Task WatchCompletionAsync();
}

/// <summary>Where elements are offered to a source that ends on request.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public interface ISourceQueueWithComplete<in T> : ISourceQueue<T>
{
    /// <summary>Completes the source after what it holds.</summary>
    void Complete();

    /// <summary>Fails the source at once.</summary>
    /// <param name="ex">Why.</param>
    void Fail(Exception ex);
}

/// <summary>Where a sink's elements are taken.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public interface ISinkQueue<T>
{
    /// <summary>Takes an element.</summary>
    /// <returns>The element, or none when the stream is over.</returns>
    Task<Option<T>> PullAsync();

    /// <summary>Cancels the stream.</summary>
    void Cancel();
}
