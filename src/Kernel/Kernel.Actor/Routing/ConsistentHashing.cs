using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Routing;

/// <summary>Gives the key of a message; null for a message that it does not know.</summary>
/// <param name="msg">The message.</param>
/// <returns>The key, or null.</returns>
public delegate object? ConsistentHashMapping(object msg);

/// <summary>A message that knows its key.</summary>
public interface IConsistentHashable
{
    /// <summary>The key: messages with the same key go to the same routee.</summary>
    object ConsistentHashKey { get; }
}

/// <summary>A message with its key; the routee gets the message alone.</summary>
/// <param name="message">The message.</param>
/// <param name="hashKey">The key.</param>
public sealed class ConsistentHashableEnvelope(object message, object hashKey) : RouterEnvelope(message), IConsistentHashable
{
    /// <summary>The key.</summary>
    public object HashKey { get; } = hashKey;

    /// <inheritdoc/>
    public object ConsistentHashKey => HashKey;
}

/// <summary>Chooses by the message's key, which a mapping, or the message itself, gives.</summary>
public sealed class ConsistentHashingRoutingLogic : RoutingLogic
{
    private readonly ConsistentHashMapping _hashMapping;
    private readonly int _virtualNodesFactor;
    private readonly ActorSystem _system;

    /// <summary>The routees and their ring; replaced as a whole when the routees change.</summary>
    private Ring? _ring;

    /// <summary>Creates a logic.</summary>
    /// <param name="system">The system.</param>
    /// <param name="virtualNodesFactor">How many places each routee has on the ring; 0 for what the configuration says.</param>
    /// <param name="hashMapping">Gives the keys of messages that do not know theirs.</param>
    public ConsistentHashingRoutingLogic(ActorSystem system, int virtualNodesFactor = 0, ConsistentHashMapping? hashMapping = null)
    {
        _system = system;
        _virtualNodesFactor = virtualNodesFactor > 0
            ? virtualNodesFactor
            : system.Settings.Config.GetInt($"{Deployer.Section}.default.virtual-nodes-factor", 10);
        _hashMapping = hashMapping ?? (static _ => null);
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees)
    {
        if (routees.Length == 0)
            return Routee.NoRoutee;
        if ((_hashMapping(message) ?? (message as IConsistentHashable)?.ConsistentHashKey) is { } key)
            return RingOf(routees).Hash.NodeFor(key);
        Logging.GetLogger(_system, this).Warning(
            "Message [{0}] has no key: it must be known to the hash mapping, implement IConsistentHashable, or come in a ConsistentHashableEnvelope",
            message.GetType());
        return Routee.NoRoutee;
    }

    /// <summary>With another mapping.</summary>
    /// <param name="mapping">Gives the keys of messages that do not know theirs.</param>
    /// <returns>A copy.</returns>
    public ConsistentHashingRoutingLogic WithHashMapping(ConsistentHashMapping mapping) => new(_system, _virtualNodesFactor, mapping);

    private Ring RingOf(Routee[] routees)
    {
        var ring = Volatile.Read(ref _ring);
        if (ring is null || !ReferenceEquals(ring.Routees, routees))
        {
            // Two threads may get here at once: their rings are equal.
            ring = new Ring(routees, new ConsistentHash<Routee>(routees, _virtualNodesFactor));
            Volatile.Write(ref _ring, ring);
        }

        return ring;
    }

    private sealed record Ring(Routee[] Routees, ConsistentHash<Routee> Hash);
}

/// <summary>A pool that gives messages with the same key to the same routee.</summary>
public sealed class ConsistentHashingPool : Pool
{
    private readonly int _virtualNodesFactor;
    private readonly ConsistentHashMapping? _hashMapping;

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    public ConsistentHashingPool(int nrOfInstances)
        : this(nrOfInstances, null, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="hashMapping">Gives the keys of messages that do not know theirs.</param>
    public ConsistentHashingPool(int nrOfInstances, ConsistentHashMapping hashMapping)
        : this(nrOfInstances, null, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId, hashMapping: hashMapping)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    /// <param name="virtualNodesFactor">How many places each routee has on the ring; 0 for what the configuration says.</param>
    /// <param name="hashMapping">Gives the keys of messages that do not know theirs.</param>
    public ConsistentHashingPool(
        int nrOfInstances,
        Resizer? resizer,
        SupervisorStrategy supervisorStrategy,
        string routerDispatcher,
        bool usePoolDispatcher = false,
        int virtualNodesFactor = 0,
        ConsistentHashMapping? hashMapping = null)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
        _virtualNodesFactor = virtualNodesFactor;
        _hashMapping = hashMapping;
    }

    /// <summary>Creates a pool as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public ConsistentHashingPool(Config config)
        : base(config) => _virtualNodesFactor = config.GetInt("virtual-nodes-factor");

    private ConsistentHashingPool(ConsistentHashingPool other, int virtualNodesFactor, ConsistentHashMapping? hashMapping)
        : this(
            other.NrOfInstances,
            other.Resizer,
            other.SupervisorStrategy,
            other.RouterDispatcher,
            other.UsePoolDispatcher,
            virtualNodesFactor,
            hashMapping)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) =>
        new(new ConsistentHashingRoutingLogic(system, _virtualNodesFactor, _hashMapping));

    /// <summary>With another number of places for each routee.</summary>
    /// <param name="vnodes">How many places each routee has on the ring.</param>
    /// <returns>A copy.</returns>
    public ConsistentHashingPool WithVirtualNodesFactor(int vnodes) => new(this, vnodes, _hashMapping);

    /// <summary>With another mapping.</summary>
    /// <param name="mapping">Gives the keys of messages that do not know theirs.</param>
    /// <returns>A copy.</returns>
    public ConsistentHashingPool WithHashMapping(ConsistentHashMapping mapping) => new(this, _virtualNodesFactor, mapping);

    /// <summary>This pool, with the other's mapping, which cannot be configured, too.</summary>
    /// <param name="routerConfig">The other.</param>
    /// <returns>Both together.</returns>
    public override RouterConfig WithFallback(RouterConfig routerConfig) =>
        routerConfig is ConsistentHashingPool { _hashMapping: { } mapping } && _hashMapping is null
            ? new ConsistentHashingPool((ConsistentHashingPool)base.WithFallback(routerConfig), _virtualNodesFactor, mapping)
            : base.WithFallback(routerConfig);
}

/// <summary>A group that gives messages with the same key to the same routee.</summary>
public sealed class ConsistentHashingGroup : Group
{
    private readonly int _virtualNodesFactor;
    private readonly ConsistentHashMapping? _hashMapping;

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    public ConsistentHashingGroup(params string[] paths)
        : this(paths, 0, null)
    {
    }

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="virtualNodesFactor">How many places each routee has on the ring; 0 for what the configuration says.</param>
    /// <param name="hashMapping">Gives the keys of messages that do not know theirs.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    public ConsistentHashingGroup(
        IEnumerable<string> paths,
        int virtualNodesFactor = 0,
        ConsistentHashMapping? hashMapping = null,
        string routerDispatcher = Dispatchers.DefaultDispatcherId)
        : base(paths, routerDispatcher)
    {
        _virtualNodesFactor = virtualNodesFactor;
        _hashMapping = hashMapping;
    }

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public ConsistentHashingGroup(Config config)
        : base(config) => _virtualNodesFactor = config.GetInt("virtual-nodes-factor");

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) =>
        new(new ConsistentHashingRoutingLogic(system, _virtualNodesFactor, _hashMapping));

    /// <summary>With another number of places for each routee.</summary>
    /// <param name="vnodes">How many places each routee has on the ring.</param>
    /// <returns>A copy.</returns>
    public ConsistentHashingGroup WithVirtualNodesFactor(int vnodes) => new(InternalPaths, vnodes, _hashMapping, RouterDispatcher);

    /// <summary>With another mapping.</summary>
    /// <param name="mapping">Gives the keys of messages that do not know theirs.</param>
    /// <returns>A copy.</returns>
    public ConsistentHashingGroup WithHashMapping(ConsistentHashMapping mapping) =>
        new(InternalPaths, _virtualNodesFactor, mapping, RouterDispatcher);
}
