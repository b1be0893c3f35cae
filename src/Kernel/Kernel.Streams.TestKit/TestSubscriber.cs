using Akka.Actor;
using Akka.TestKit;
using Reactive.Streams;

namespace Akka.Streams.TestKit;

/// <summary>Probes at the end of a stream. <see cref="TestSink"/> makes them.</summary>
public static partial class TestSubscriber
{
    /// <summary>What a probe sees.</summary>
    public interface ISubscriberEvent : INoSerializationVerificationNeeded;

    /// <summary>The stream has begun.</summary>
    /// <param name="Subscription">What ties it to the probe.</param>
    public readonly record struct OnSubscribe(ISubscription Subscription) : ISubscriberEvent;

    /// <summary>An element has come.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="Element">The element.</param>
    public readonly record struct OnNext<T>(T Element) : ISubscriberEvent;

    /// <summary>The stream has ended.</summary>
    public sealed class OnComplete : ISubscriberEvent
    {
        /// <summary>The only instance.</summary>
        public static readonly OnComplete Instance = new();

        private OnComplete()
        {
        }

        /// <inheritdoc/>
        public override string ToString() => nameof(OnComplete);
    }

    /// <summary>The stream has failed.</summary>
    /// <param name="Cause">Why.</param>
    public readonly record struct OnError(Exception Cause) : ISubscriberEvent;

    /// <summary>A probe that asks for elements through a method of its own; nothing comes that was not asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public sealed class Probe<T> : ManualProbe<T>
    {
        internal Probe(TestKitBase testKit)
            : base(testKit)
        {
        }

        /// <summary>Waits until the stream has begun.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public Probe<T> EnsureSubscription(CancellationToken cancellationToken = default)
        {
            if (Subscription is null)
                ExpectSubscription(cancellationToken);
            return this;
        }

        /// <inheritdoc cref="EnsureSubscription"/>
        public async Task EnsureSubscriptionAsync(CancellationToken cancellationToken = default)
        {
            if (Subscription is null)
                await ExpectSubscriptionAsync(cancellationToken);
        }

        /// <summary>Asks for elements.</summary>
        /// <param name="n">How many; at least one.</param>
        /// <returns>This probe.</returns>
        public Probe<T> Request(long n)
        {
            EnsureSubscription().Subscription!.Request(n);
            return this;
        }

        /// <inheritdoc cref="Request"/>
        public async Task RequestAsync(long n)
        {
            await EnsureSubscriptionAsync();
            Subscription!.Request(n);
        }

        /// <summary>Asks for an element and waits for it.</summary>
        /// <param name="element">What it must be.</param>
        /// <returns>This probe.</returns>
        public Probe<T> RequestNext(T element)
        {
            Request(1).ExpectNext(element);
            return this;
        }

        /// <summary>Asks for an element and waits for it.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element.</returns>
        public T RequestNext(CancellationToken cancellationToken = default) => Request(1).ExpectNext(cancellationToken);

        /// <summary>Asks for an element and waits for it.</summary>
        /// <param name="timeout">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element.</returns>
        public T RequestNext(TimeSpan timeout, CancellationToken cancellationToken = default) => Request(1).ExpectNext(timeout, cancellationToken);

        /// <inheritdoc cref="RequestNext(CancellationToken)"/>
        public async Task<T> RequestNextAsync(CancellationToken cancellationToken = default)
        {
            await RequestAsync(1);
            return await ExpectNextAsync(cancellationToken);
        }

        /// <summary>Wants no more.</summary>
        /// <returns>This probe.</returns>
        public Probe<T> Cancel()
        {
            EnsureSubscription().Subscription!.Cancel();
            return this;
        }

        /// <inheritdoc cref="Cancel"/>
        public async Task CancelAsync(CancellationToken cancellationToken = default)
        {
            await EnsureSubscriptionAsync(cancellationToken);
            Subscription!.Cancel();
        }
    }
}
