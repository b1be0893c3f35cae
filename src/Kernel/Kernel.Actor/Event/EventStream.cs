using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>
/// Publishes events to the actors that have subscribed to their class, a base class or an interface of it. Publishing locks nothing.
/// </summary>
public class EventStream : LoggingBus
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IActorRef, HashSet<Type>> _channels = [];
    private readonly bool _debug;

    /// <summary>Who gets events of a class; replaced as a whole when subscriptions change.</summary>
    private ConcurrentDictionary<Type, IActorRef[]> _receivers = new();

    /// <summary>Watches subscribers, so that one that ends is forgotten; none before the system has started.</summary>
    private IActorRef? _unsubscriber;

    /// <summary>Creates a stream.</summary>
    /// <param name="debug">Whether subscriptions are logged.</param>
    public EventStream(bool debug) => _debug = debug;

    /// <inheritdoc/>
    public override void Publish(object @event)
    {
        var receivers = Volatile.Read(ref _receivers);
        var type = @event.GetType();
        if (!receivers.TryGetValue(type, out var actors))
            actors = receivers.GetOrAdd(type, FindReceivers(type));
        foreach (var actor in actors)
            actor.Tell(@event, ActorRefs.NoSender);
    }

    /// <inheritdoc/>
    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        IActorRef? unsubscriber;
        lock (_gate)
        {
            if (!_channels.TryGetValue(subscriber, out var channels))
                _channels.Add(subscriber, channels = []);
            if (!channels.Add(channel))
                return false;
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
            unsubscriber = _unsubscriber;
        }

        unsubscriber?.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        if (_debug)
            Publish(new Debug("EventStream", GetType(), $"subscribing {subscriber} to channel {channel}"));
        return true;
    }

    /// <inheritdoc/>
    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(subscriber, out var channels) || !channels.Remove(channel))
                return false;
            if (channels.Count == 0)
                Forget(subscriber);
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }

        if (_debug)
            Publish(new Debug("EventStream", GetType(), $"unsubscribing {subscriber} from channel {channel}"));
        return true;
    }

    /// <inheritdoc/>
    public override bool Unsubscribe(IActorRef subscriber)
    {
        lock (_gate)
        {
            if (!_channels.ContainsKey(subscriber))
                return false;
            Forget(subscriber);
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }

        if (_debug)
            Publish(new Debug("EventStream", GetType(), $"unsubscribing {subscriber} from all channels"));
        return true;
    }

    internal void StartUnsubscriber(ActorSystemImpl system)
    {
        var unsubscriber = system.SystemActorOf(
            Props.From(() => new EventStreamUnsubscriber(this)).WithDispatcher(Dispatchers.InternalDispatcherId),
            "eventStreamUnsubscriber");
        lock (_gate)
        {
            _unsubscriber = unsubscriber;
            foreach (var subscriber in _channels.Keys)
                unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        }
    }

    private void Forget(IActorRef subscriber)
    {
        _channels.Remove(subscriber);
        _unsubscriber?.Tell(new EventStreamUnsubscriber.Unregister(subscriber), ActorRefs.NoSender);
    }

    private IActorRef[] FindReceivers(Type type)
    {
        lock (_gate)
            return [.. _channels.Where(entry => entry.Value.Any(channel => channel.IsAssignableFrom(type))).Select(entry => entry.Key)];
    }
}

/// <summary>Subscribing with the channel as a type parameter.</summary>
public static class EventBusExtensions
{
    /// <summary>Subscribes to a class of events.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="bus">The stream.</param>
    /// <param name="subscriber">Who gets the events.</param>
    /// <returns>False when it was subscribed already.</returns>
    public static bool Subscribe<T>(this LoggingBus bus, IActorRef subscriber) => bus.Subscribe(subscriber, typeof(T));

    /// <summary>Ends a subscription.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="bus">The stream.</param>
    /// <param name="subscriber">Who got the events.</param>
    /// <returns>False when it was not subscribed.</returns>
    public static bool Unsubscribe<T>(this LoggingBus bus, IActorRef subscriber) => bus.Unsubscribe(subscriber, typeof(T));
}

/// <summary>Ends the subscriptions of actors that have ended.</summary>
internal sealed class EventStreamUnsubscriber(EventStream stream) : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Subscriber);
                return true;
            case Unregister unregister:
                Context.Unwatch(unregister.Subscriber);
                return true;
            case Terminated terminated:
                stream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    public sealed record Register(IActorRef Subscriber) : IDeadLetterSuppression;

    public sealed record Unregister(IActorRef Subscriber) : IDeadLetterSuppression;
}
