using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Publishes events to those who have subscribed to their classifier or one above it. A subclass says what the classifier of an event
/// is and how an event reaches a subscriber. Safe for any number of threads.
/// </summary>
/// <typeparam name="TEvent">The class of events.</typeparam>
/// <typeparam name="TClassifier">The class of classifiers.</typeparam>
/// <typeparam name="TSubscriber">The class of subscribers.</typeparam>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
    where TClassifier : notnull
    where TSubscriber : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TClassifier, List<TSubscriber>> _subscriptions = [];
    private readonly Dictionary<TClassifier, TSubscriber[]> _receivers = [];

    /// <summary>Subscribes.</summary>
    /// <param name="subscriber">Who gets the events.</param>
    /// <param name="classifier">Which events.</param>
    /// <returns>False when the subscriber gets them already.</returns>
    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            if (_subscriptions.Any(entry => IsSubClassification(entry.Key, classifier) && entry.Value.Contains(subscriber)))
                return false;
            if (!_subscriptions.TryGetValue(classifier, out var subscribers))
                _subscriptions.Add(classifier, subscribers = []);
            subscribers.Add(subscriber);
            _receivers.Clear();
            return true;
        }
    }

    /// <summary>Ends all subscriptions of one.</summary>
    /// <param name="subscriber">Who got the events.</param>
    /// <returns>False when there were none.</returns>
    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_gate)
        {
            _receivers.Clear();
            return _subscriptions.Values.Count(subscribers => subscribers.Remove(subscriber)) > 0;
        }
    }

    /// <summary>Ends a subscription.</summary>
    /// <param name="subscriber">Who got the events.</param>
    /// <param name="classifier">Which events.</param>
    /// <returns>False when there was none.</returns>
    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            _receivers.Clear();
            return _subscriptions.TryGetValue(classifier, out var subscribers) && subscribers.Remove(subscriber);
        }
    }

    /// <summary>Publishes an event.</summary>
    /// <param name="event">The event.</param>
    public virtual void Publish(TEvent @event)
    {
        foreach (var subscriber in ReceiversOf(GetClassifier(@event)))
            Publish(@event, subscriber);
    }

    /// <summary>Whether one classifier is the same as another or beneath it.</summary>
    /// <param name="parent">The other.</param>
    /// <param name="child">The one.</param>
    /// <returns>True when who subscribes to the other gets the one's events.</returns>
    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    /// <summary>Brings an event to a subscriber.</summary>
    /// <param name="event">The event.</param>
    /// <param name="subscriber">The subscriber.</param>
    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    /// <summary>Whether an event belongs to a classifier.</summary>
    /// <param name="event">The event.</param>
    /// <param name="classifier">The classifier.</param>
    /// <returns>True when it does.</returns>
    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    /// <summary>The classifier of an event.</summary>
    /// <param name="event">The event.</param>
    /// <returns>The classifier.</returns>
    protected abstract TClassifier GetClassifier(TEvent @event);

    private TSubscriber[] ReceiversOf(TClassifier classifier)
    {
        lock (_gate)
        {
            if (!_receivers.TryGetValue(classifier, out var receivers))
            {
                receivers = [.. _subscriptions.Where(entry => IsSubClassification(entry.Key, classifier)).SelectMany(static entry => entry.Value).Distinct()];
                _receivers.Add(classifier, receivers);
            }

            return receivers;
        }
    }
}

/// <summary>A bus whose subscribers are actors.</summary>
/// <typeparam name="TEvent">The class of events.</typeparam>
/// <typeparam name="TClassifier">The class of classifiers.</typeparam>
public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>
    where TEvent : notnull
    where TClassifier : notnull
{
    /// <inheritdoc/>
    protected override void Publish(TEvent @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);
}
