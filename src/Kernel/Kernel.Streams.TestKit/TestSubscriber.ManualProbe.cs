using Akka.Actor;
using Akka.TestKit;
using Reactive.Streams;

namespace Akka.Streams.TestKit;

public static partial class TestSubscriber
{
    /// <summary>
    /// A probe that sees what comes, and leaves it to the test to ask. Its waits are those of <see cref="Akka.TestKit.TestProbe"/>.
    /// </summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public class ManualProbe<T>
    {
        internal ManualProbe(TestKitBase testKit) => TestProbe = testKit.CreateTestProbe();

        /// <summary>What the events are sent to.</summary>
        protected TestProbe TestProbe { get; }

        /// <summary>What ties the stream to the probe, once <see cref="ExpectSubscription"/> has seen it.</summary>
        protected ISubscription? Subscription { get; private set; }

        /// <summary>Waits until the stream has begun.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What ties it to the probe.</returns>
        public ISubscription ExpectSubscription(CancellationToken cancellationToken = default) =>
            Subscription = TestProbe.ExpectMsg<OnSubscribe>(cancellationToken: cancellationToken).Subscription;

        /// <inheritdoc cref="ExpectSubscription"/>
        public async Task<ISubscription> ExpectSubscriptionAsync(CancellationToken cancellationToken = default) =>
            Subscription = (await TestProbe.ExpectMsgAsync<OnSubscribe>(cancellationToken: cancellationToken)).Subscription;

        /// <summary>Waits until anything happens.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What.</returns>
        public ISubscriberEvent ExpectEvent(CancellationToken cancellationToken = default) => ExpectEvent((TimeSpan?)null, cancellationToken);

        /// <summary>Waits until anything happens.</summary>
        /// <param name="max">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What.</returns>
        public ISubscriberEvent ExpectEvent(TimeSpan? max, CancellationToken cancellationToken = default) =>
            TestProbe.ExpectMsg<ISubscriberEvent>(max, cancellationToken: cancellationToken);

        /// <summary>Waits for an event.</summary>
        /// <param name="e">What it must be.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectEvent(ISubscriberEvent e, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectMsg(e, cancellationToken: cancellationToken);
            return this;
        }

        /// <summary>Waits for an element.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element.</returns>
        public T ExpectNext(CancellationToken cancellationToken = default) => ExpectNext(null, cancellationToken);

        /// <summary>Waits for an element.</summary>
        /// <param name="timeout">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element.</returns>
        public T ExpectNext(TimeSpan? timeout, CancellationToken cancellationToken = default) =>
            TestProbe.ExpectMsg<OnNext<T>>(timeout, cancellationToken: cancellationToken).Element;

        /// <inheritdoc cref="ExpectNext(CancellationToken)"/>
        public Task<T> ExpectNextAsync(CancellationToken cancellationToken = default) => ExpectNextAsync(null, cancellationToken);

        /// <inheritdoc cref="ExpectNext(TimeSpan?, CancellationToken)"/>
        public async Task<T> ExpectNextAsync(TimeSpan? timeout, CancellationToken cancellationToken = default) =>
            (await TestProbe.ExpectMsgAsync<OnNext<T>>(timeout, cancellationToken: cancellationToken)).Element;

        /// <summary>Waits for an element.</summary>
        /// <param name="element">What it must be.</param>
        /// <param name="timeout">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNext(T element, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectMsg(new OnNext<T>(element), timeout, cancellationToken: cancellationToken);
            return this;
        }

        /// <summary>Waits for elements.</summary>
        /// <param name="elems">What they must be, in order.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNext(params T[] elems) => ExpectNextN(elems);

        /// <summary>Waits for an element.</summary>
        /// <typeparam name="TOther">Its class.</typeparam>
        /// <param name="predicate">What must be true of it.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element.</returns>
        public TOther ExpectNext<TOther>(Predicate<TOther> predicate, CancellationToken cancellationToken = default)
            where TOther : T => (TOther)TestProbe.ExpectMsg<OnNext<T>>(
                next => next.Element is TOther other && predicate(other), cancellationToken: cancellationToken).Element!;

        /// <summary>Waits for an element.</summary>
        /// <typeparam name="TOther">Its class.</typeparam>
        /// <param name="predicate">What must be true of it.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> MatchNext<TOther>(Predicate<TOther> predicate, CancellationToken cancellationToken = default)
            where TOther : T
        {
            ExpectNext(predicate, cancellationToken);
            return this;
        }

        /// <summary>Waits for elements.</summary>
        /// <param name="elems">What they must be, in any order.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNextUnordered(params T[] elems) => ExpectNextUnorderedN(elems);

        /// <summary>Waits for elements.</summary>
        /// <param name="all">What they must be, in any order.</param>
        /// <param name="timeout">How long for each.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNextUnorderedN(IEnumerable<T> all, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            var left = all.ToList();
            while (left.Count > 0)
            {
                TestProbe.ExpectMsg<OnNext<T>>(
                    next => left.Remove(next.Element), timeout, $"one of [{string.Join(", ", left)}]", cancellationToken);
            }

            return this;
        }

        /// <summary>Waits for elements.</summary>
        /// <param name="n">How many.</param>
        /// <param name="timeout">How long for each.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The elements.</returns>
        public IEnumerable<T> ExpectNextN(long n, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            var elements = new List<T>();
            while (elements.Count < n)
                elements.Add(ExpectNext(timeout, cancellationToken));
            return elements;
        }

        /// <summary>Waits for elements.</summary>
        /// <param name="all">What they must be, in order.</param>
        /// <param name="timeout">How long for each.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNextN(IEnumerable<T> all, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            foreach (var element in all)
                TestProbe.ExpectMsg(new OnNext<T>(element), timeout, cancellationToken: cancellationToken);
            return this;
        }

        /// <summary>Waits for elements.</summary>
        /// <param name="n">How many.</param>
        /// <param name="timeout">How long for each.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The elements.</returns>
        public async IAsyncEnumerable<T> ExpectNextNAsync(
            long n,
            TimeSpan? timeout = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var i = 0L; i < n; i++)
                yield return await ExpectNextAsync(timeout, cancellationToken);
        }

        /// <summary>Waits for the stream's end.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectComplete(CancellationToken cancellationToken = default) => ExpectComplete(null, cancellationToken);

        /// <summary>Waits for the stream's end.</summary>
        /// <param name="timeout">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectComplete(TimeSpan? timeout, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectMsg<OnComplete>(timeout, cancellationToken: cancellationToken);
            return this;
        }

        /// <inheritdoc cref="ExpectComplete(CancellationToken)"/>
        public async Task ExpectCompleteAsync(CancellationToken cancellationToken = default) =>
            await TestProbe.ExpectMsgAsync<OnComplete>(cancellationToken: cancellationToken);

        /// <summary>Waits for the stream's failure.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>Why it has failed.</returns>
        public Exception ExpectError(CancellationToken cancellationToken = default) =>
            TestProbe.ExpectMsg<OnError>(cancellationToken: cancellationToken).Cause;

        /// <inheritdoc cref="ExpectError"/>
        public async Task<Exception> ExpectErrorAsync(CancellationToken cancellationToken = default) =>
            (await TestProbe.ExpectMsgAsync<OnError>(cancellationToken: cancellationToken)).Cause;

        /// <summary>Waits until the stream has begun, and failed at once.</summary>
        /// <param name="signalDemand">Whether to ask for an element, which a lazy source waits for.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>Why it has failed.</returns>
        public Exception ExpectSubscriptionAndError(bool signalDemand = true, CancellationToken cancellationToken = default)
        {
            Begin(signalDemand, cancellationToken);
            return ExpectError(cancellationToken);
        }

        /// <summary>Waits until the stream has begun, and ended at once.</summary>
        /// <param name="signalDemand">Whether to ask for an element, which a lazy source waits for.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectSubscriptionAndComplete(bool signalDemand = true, CancellationToken cancellationToken = default)
        {
            Begin(signalDemand, cancellationToken);
            return ExpectComplete(cancellationToken);
        }

        /// <summary>Waits for an element or a failure.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element, or why the stream has failed.</returns>
        public object? ExpectNextOrError(CancellationToken cancellationToken = default) => ExpectEvent(cancellationToken) switch
        {
            OnNext<T> next => next.Element,
            OnError error => error.Cause,
            var other => throw Unexpected("OnNext or OnError", other),
        };

        /// <summary>Waits for an element or the end.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The element, or <see cref="OnComplete"/>.</returns>
        public object? ExpectNextOrComplete(CancellationToken cancellationToken = default) => ExpectEvent(cancellationToken) switch
        {
            OnNext<T> next => next.Element,
            OnComplete complete => complete,
            var other => throw Unexpected("OnNext or OnComplete", other),
        };

        /// <summary>Sees that nothing comes.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNoMsg(CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectNoMsg(cancellationToken);
            return this;
        }

        /// <summary>Sees that nothing comes.</summary>
        /// <param name="remaining">For how long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>This probe.</returns>
        public ManualProbe<T> ExpectNoMsg(TimeSpan remaining, CancellationToken cancellationToken = default)
        {
            TestProbe.ExpectNoMsg(remaining, cancellationToken);
            return this;
        }

        /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
        public async Task ExpectNoMsgAsync(TimeSpan remaining, CancellationToken cancellationToken = default) =>
            await TestProbe.ExpectNoMsgAsync(remaining, cancellationToken);

        /// <inheritdoc cref="TestKitBase.Within{T}(TimeSpan, Func{T}, TimeSpan?, CancellationToken)"/>
        public TOther Within<TOther>(TimeSpan max, Func<TOther> function, CancellationToken cancellationToken = default) =>
            TestProbe.Within(max, function, cancellationToken: cancellationToken);

        /// <summary>Asks for all elements, and waits for the end.</summary>
        /// <param name="atMost">How long.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>The elements.</returns>
        /// <exception cref="ArgumentException">The stream has failed.</exception>
        public IList<T> ToStrict(TimeSpan atMost, CancellationToken cancellationToken = default)
        {
            var subscription = Subscription ?? ExpectSubscription(cancellationToken);
            subscription.Request(long.MaxValue);
            var elements = new List<T>();
            var deadline = TestKitBase.Now + atMost;
            while (true)
            {
                var left = deadline - TestKitBase.Now;
                switch (ExpectEvent(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken))
                {
                    case OnNext<T> next:
                        elements.Add(next.Element);
                        break;
                    case OnComplete:
                        return elements;
                    case OnError error:
                        throw new ArgumentException($"The stream failed after [{string.Join(", ", elements)}]", nameof(atMost), error.Cause);
                }
            }
        }

        internal void See(ISubscriberEvent e) => TestProbe.Ref.Tell(e, ActorRefs.NoSender);

        private static InvalidOperationException Unexpected(string expected, object found) => new($"Expected {expected}, found {found}");

        private void Begin(bool signalDemand, CancellationToken cancellationToken)
        {
            var subscription = ExpectSubscription(cancellationToken);
            if (signalDemand)
                subscription.Request(1);
        }
    }
}
