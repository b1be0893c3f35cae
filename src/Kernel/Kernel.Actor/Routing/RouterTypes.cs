using Akka.Configuration;
using Akka.Util;

namespace Akka.Routing;

/// <summary>The routers that a deployment's <c>router</c> may name.</summary>
internal static class RouterTypes
{
    /// <summary>Makes a router from a deployment's section.</summary>
    /// <param name="alias">A name in <c>akka.actor.router.type-mapping</c>, or a class.</param>
    /// <param name="deployment">The section.</param>
    /// <param name="mapping">The section <c>akka.actor.router.type-mapping</c>.</param>
    /// <param name="key">The configuration key, for the error message.</param>
    public static RouterConfig Create(string alias, Config deployment, Config mapping, string key)
    {
        var name = mapping.GetString($"\"{alias}\"", alias);
        return name.Split(',')[0].TrimEnd() switch
        {
            "Akka.Routing.NoRouter" => RouterConfig.NoRouter,
            "Akka.Routing.RoundRobinPool" => new RoundRobinPool(deployment),
            "Akka.Routing.RoundRobinGroup" => new RoundRobinGroup(deployment),
            "Akka.Routing.RandomPool" => new RandomPool(deployment),
            "Akka.Routing.RandomGroup" => new RandomGroup(deployment),
            "Akka.Routing.SmallestMailboxPool" => new SmallestMailboxPool(deployment),
            "Akka.Routing.BroadcastPool" => new BroadcastPool(deployment),
            "Akka.Routing.BroadcastGroup" => new BroadcastGroup(deployment),
            "Akka.Routing.ScatterGatherFirstCompletedPool" => new ScatterGatherFirstCompletedPool(deployment),
            "Akka.Routing.ScatterGatherFirstCompletedGroup" => new ScatterGatherFirstCompletedGroup(deployment),
            "Akka.Routing.TailChoppingPool" => new TailChoppingPool(deployment),
            "Akka.Routing.TailChoppingGroup" => new TailChoppingGroup(deployment),
            "Akka.Routing.ConsistentHashingPool" => new ConsistentHashingPool(deployment),
            "Akka.Routing.ConsistentHashingGroup" => new ConsistentHashingGroup(deployment),
            _ => ConfiguredType.Create<RouterConfig>(name, key, deployment),
        };
    }
}
