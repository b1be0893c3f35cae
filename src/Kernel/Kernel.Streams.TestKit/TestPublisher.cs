using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Reactive.Streams;

namespace Akka.Streams.TestKit;

/// <summary>Probes at the begin of a stream. <see cref="TestSource"/> makes them.</summary>
public static class TestPublisher
{
    /// <summary>What a probe sees.</summary>
    public interface IPublisherEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The stream has begun.</summary>
    /// <param name="Subscription">What ties it to the probe.</param>
    public readonly record struct Subscribe(ISubscription Subscription) : IPublisherEvent;

    /// <summary>The stream wants no more.</summary>
    /// <param name="Subscription">What ties it to the probe.</param>
    /// <param name="Cause">Why.</param>
    public readonly record struct CancelSubscription(ISubscription Subscription, Exception Cause) : IPublisherEvent;

    /// <summary>The stream asks for elements.</summary>
    /// <param name="Subscription">What ties it to the probe.</param>
    /// <param name="NrOfElements">For how many.</param>
    public readonly record struct RequestMore(ISubscription Subscription, long NrOfElements) : IPublisherEvent;

    /// <summary>A probe that leaves it to the test to keep count of what is asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public class ManualProbe<T>
    {
        internal ManualProbe(TestKitBase testKit) => TestProbe = testKit.CreateTestProbe();

        internal TestProbe TestProbe { get; }

        /// <summary>Waits until the stream has begun.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What ties it to the probe.</returns>
        public StreamTestKit.PublisherProbeSubscription<T> ExpectSubscription(CancellationToken cancellationToken = default) =>
            (StreamTestKit.PublisherProbeSubscription<T>)TestProbe.ExpectMsg<Subscribe>(cancellationToken: cancellationToken).Subscription;

        /// <inheritdoc cref="ExpectSubscription"/>
        public async Task<StreamTestKit.PublisherProbeSubscription<T>> ExpectSubscriptionAsync(CancellationToken cancellationToken = default) =>
            (StreamTestKit.PublisherProbeSubscription<T>)(await TestProbe.ExpectMsgAsync<Subscribe>(cancellationToken: cancellationToken)).Subscription;

        /// <summary>Waits until the stream asks for a number of elements.</summary>
        /// <param name="subscription">What ties it to the probe.</param>
        /// <param name="nrOfElements">For how many it must.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectRequest(ISubscription subscription, int nrOfElements, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectMsg(new RequestMore(subscription, nrOfElements), cancellationToken: cancellationToken);
            return this;
        }

        /// <summary>Sees that nothing happens.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNoMsg(CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectNoMsg(cancellationToken);
            return this;
        }

        /// <summary>Sees that nothing happens.</summary>
        /// <param name="duration">For how long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectNoMsg(duration, cancellationToken);
            return this;
        }

        /// <summary>Waits until anything happens.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What.</returns>
        public IPublisherEvent ExpectEvent(CancellationToken cancellationToken = default) =>
            TestProbe.ExpectMsg<IPublisherEvent>(cancellationToken: cancellationToken);

        /// <inheritdoc cref="TestKitBase.Within{T}(TimeSpan, Func{T}, TimeSpan?, CancellationToken)"/>
        public TOther Within<TOther>(TimeSpan max, Func<TOther> function, CancellationToken cancellationToken = default) =>
            TestProbe.Within(max, function, cancellationToken: cancellationToken);

        internal void Subscribe(StreamTestKit.PublisherProbeSubscription<T> subscription) => TestProbe.Ref.Tell(new Subscribe(subscription), ActorRefs.NoSender);
    }

    /// <summary>A probe that sends an element only when one was asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public sealed class Probe<T> : ManualProbe<T>
    {
        private StreamTestKit.PublisherProbeSubscription<T>? _subscription;

        internal Probe(TestKitBase testKit, long initialPendingRequests)
            : base(testKit) => Pending = initialPendingRequests;

        /// <summary>How many elements the stream has asked for, as far as the probe has looked, that were not sent yet.</summary>
        public long Pending { get; private set; }

        private StreamTestKit.PublisherProbeSubscription<T> Subscription => _subscription ??= ExpectSubscription();

        /// <summary>Waits until the stream has begun.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        public void EnsureSubscription(CancellationToken cancellationToken = default) => _subscription ??= ExpectSubscription(cancellationToken);

        /// <inheritdoc cref="EnsureSubscription"/>
        public async Task EnsureSubscriptionAsync(CancellationToken cancellationToken = default) =>
            _subscription ??= await ExpectSubscriptionAsync(cancellationToken);

        /// <summary>Waits until an element is asked for, and sends it.</summary>
        /// <param name="element">The element.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public Probe<T> SendNext(T element, CancellationToken cancellationToken = default)
        {
            if (Pending == 0)
                Pending = Subscription.ExpectRequest(cancellationToken);
            Pending--;
            return UnsafeSendNext(element);
        }

        /// <summary>Sends elements, each when one is asked for.</summary>
        /// <param name="elements">The elements.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public Probe<T> SendNext(IEnumerable<T> elements, CancellationToken cancellationToken = default)
        {
            foreach (var element in elements)
                SendNext(element, cancellationToken);
            return this;
        }

        /// <inheritdoc cref="SendNext(T, CancellationToken)"/>
        public async Task SendNextAsync(T element, CancellationToken cancellationToken = default)
        {
            await EnsureSubscriptionAsync(cancellationToken);
            if (Pending == 0)
                Pending = await Subscription.ExpectRequestAsync(cancellationToken);
            Pending--;
            UnsafeSendNext(element);
        }

        /// <summary>Sends an element whether one is asked for or not.</summary>
        /// <param name="element">The element.</param>
        /// <returns>This probe.</returns>
        public Probe<T> UnsafeSendNext(T element)
        {
            Subscription.SendNext(element);
            return this;
        }

        /// <summary>Ends the stream behind what was sent.</summary>
        /// <returns>This probe.</returns>
        public Probe<T> SendComplete()
        {
            Subscription.SendComplete();
            return this;
        }

        /// <inheritdoc cref="SendComplete"/>
        public async Task SendCompleteAsync(CancellationToken cancellationToken = default)
        {
            await EnsureSubscriptionAsync(cancellationToken);
            SendComplete();
        }

        /// <summary>Fails the stream.</summary>
        /// <param name="cause">Why.</param>
        /// <returns>This probe.</returns>
        public Probe<T> SendError(Exception cause)
        {
            Subscription.SendError(cause);
            return this;
        }

        /// <summary>Waits until the stream asks for elements.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>For how many.</returns>
        public long ExpectRequest(CancellationToken cancellationToken = default)
        {
            var requested = Subscription.ExpectRequest(cancellationToken);
            Pending += requested;
            return requested;
        }

        /// <inheritdoc cref="ExpectRequest"/>
        public async Task<long> ExpectRequestAsync(CancellationToken cancellationToken = default)
        {
            await EnsureSubscriptionAsync(cancellationToken);
            var requested = await Subscription.ExpectRequestAsync(cancellationToken);
            Pending += requested;
            return requested;
        }

        /// <summary>Waits until the stream wants no more.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public Probe<T> ExpectCancellation(CancellationToken cancellationToken = default)
        {
            Subscription.ExpectCancellation(cancellationToken);
            return this;
        }

        /// <inheritdoc cref="ExpectCancellation"/>
        public async Task ExpectCancellationAsync(CancellationToken cancellationToken = default)
        {
            await EnsureSubscriptionAsync(cancellationToken);
            await Subscription.ExpectCancellationAsync(cancellationToken);
        }
    }
}
