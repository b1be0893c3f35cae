namespace Reactive.Streams;

/// <summary>What a receiver may ask of its sender (Reactive Streams, Subscription).</summary>
public interface ISubscription
{
    /// <summary>Asks for more elements.</summary>
    /// <param name="n">How many; at least one.</param>
    void Request(long n);

    /// <summary>Asks for no more.</summary>
    void Cancel();
}
