using Akka.Actor;
using Akka.TestKit;
using Reactive.Streams;

namespace Akka.Streams.TestKit;

/// <summary>What probes are made of.</summary>
public static class StreamTestKit
{
    /// <summary>What ties a source's probe to the stream.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public sealed class PublisherProbeSubscription<T> : ISubscription
    {
        private readonly TestProbe _probe;
        private readonly Action<T> _next;
        private readonly Action _complete;
        private readonly Action<Exception> _error;

        internal PublisherProbeSubscription(TestProbe probe, Action<T> next, Action complete, Action<Exception> error)
        {
            _probe = probe;
            _next = next;
            _complete = complete;
            _error = error;
        }

        /// <summary>Tells the probe what the stream asks for.</summary>
        /// <param name="n">How many elements.</param>
        public void Request(long n) => _probe.Ref.Tell(new TestPublisher.RequestMore(this, n), ActorRefs.NoSender);

        /// <summary>Tells the probe that the stream wants no more.</summary>
        public void Cancel() => Cancel(SubscriptionWithCancelException.NoMoreElementsNeeded.Instance);

        /// <summary>Tells the probe that the stream wants no more.</summary>
        /// <param name="cause">Why.</param>
        public void Cancel(Exception cause) => _probe.Ref.Tell(new TestPublisher.CancelSubscription(this, cause), ActorRefs.NoSender);

        /// <summary>Waits until the stream asks for elements.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>For how many.</returns>
        public long ExpectRequest(CancellationToken cancellationToken = default) =>
            _probe.ExpectMsg<TestPublisher.RequestMore>(IsMine, cancellationToken: cancellationToken).NrOfElements;

        /// <inheritdoc cref="ExpectRequest(CancellationToken)"/>
        public async Task<long> ExpectRequestAsync(CancellationToken cancellationToken = default) =>
            (await _probe.ExpectMsgAsync<TestPublisher.RequestMore>(IsMine, cancellationToken: cancellationToken)).NrOfElements;

        /// <summary>Waits until the stream asks for a number of elements.</summary>
        /// <param name="n">For how many it must.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        public void ExpectRequest(long n, CancellationToken cancellationToken = default) =>
            _probe.ExpectMsg<TestPublisher.RequestMore>(e => IsMine(e) && e.NrOfElements == n, cancellationToken: cancellationToken);

        /// <summary>Waits until the stream wants no more; what it asked for before does not count.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        public void ExpectCancellation(CancellationToken cancellationToken = default) =>
            _probe.FishForMessage<TestPublisher.CancelSubscription>(e => ReferenceEquals(e.Subscription, this), cancellationToken: cancellationToken);

        /// <inheritdoc cref="ExpectCancellation(CancellationToken)"/>
        public async Task ExpectCancellationAsync(CancellationToken cancellationToken = default) => await _probe
            .FishForMessageAsync<TestPublisher.CancelSubscription>(e => ReferenceEquals(e.Subscription, this), cancellationToken: cancellationToken);

        /// <summary>Gives the stream an element.</summary>
        /// <param name="element">The element.</param>
        public void SendNext(T element) => _next(element);

        /// <summary>Ends the stream.</summary>
        public void SendComplete() => _complete();

        /// <summary>Fails the stream.</summary>
        /// <param name="cause">Why.</param>
        public void SendError(Exception cause) => _error(cause);

        private bool IsMine(TestPublisher.RequestMore e) => ReferenceEquals(e.Subscription, this);
    }
}
