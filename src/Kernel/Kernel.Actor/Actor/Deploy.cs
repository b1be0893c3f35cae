using Akka.Configuration;
using Akka.Routing;

namespace Akka.Actor;

/// <summary>Where an actor is to live.</summary>
public abstract class Scope
{
    private protected Scope()
    {
    }

    /// <summary>This scope, or another if this one says nothing.</summary>
    /// <param name="other">The other.</param>
    /// <returns>One of both.</returns>
    public abstract Scope WithFallback(Scope other);
}

/// <summary>In this process.</summary>
public sealed class LocalScope : Scope
{
    /// <summary>The only instance.</summary>
    public static readonly LocalScope Instance = new();

    private LocalScope()
    {
    }

    /// <inheritdoc/>
    public override Scope WithFallback(Scope other) => this;
}

/// <summary>How an actor is set up, beside its class: what its props say, with what <c>akka.actor.deployment</c> says about its path.</summary>
public sealed class Deploy
{
    /// <summary>No dispatcher is named.</summary>
    public const string NoDispatcherGiven = "";

    /// <summary>No mailbox is named.</summary>
    public const string NoMailboxGiven = "";

    /// <summary>No stash capacity is named.</summary>
    public const int NoStashSize = -1;

    /// <summary>No scope is named.</summary>
    public static readonly Scope? NoScopeGiven;

    /// <summary>Nothing is said.</summary>
    public static readonly Deploy None = new();

    /// <summary>In this process.</summary>
    public static readonly Deploy Local = new(scope: LocalScope.Instance);

    /// <summary>Creates a deployment.</summary>
    /// <param name="path">The path for which it is meant, if any.</param>
    /// <param name="config">Its section, if it was configured.</param>
    /// <param name="routerConfig">What kind of router it is; null or <see cref="NoRouter"/> for none.</param>
    /// <param name="scope">Where the actor is to live.</param>
    /// <param name="dispatcher">The dispatcher's id, or empty.</param>
    /// <param name="mailbox">The mailbox's id, or empty.</param>
    /// <param name="stashCapacity">How many messages its stash holds; -1 for what the mailbox says.</param>
    public Deploy(
        string path = "",
        Config? config = null,
        RouterConfig? routerConfig = null,
        Scope? scope = null,
        string dispatcher = NoDispatcherGiven,
        string mailbox = NoMailboxGiven,
        int stashCapacity = NoStashSize)
    {
        Path = path;
        Config = config ?? Config.Empty;
        RouterConfig = routerConfig ?? RouterConfig.NoRouter;
        Scope = scope;
        Dispatcher = dispatcher;
        Mailbox = mailbox;
        StashCapacity = stashCapacity;
    }

    /// <summary>The path for which it is meant, or empty.</summary>
    public string Path { get; }

    /// <summary>Its section of the configuration; empty if there is none.</summary>
    public Config Config { get; }

    /// <summary>What kind of router it is; <see cref="NoRouter"/> for none.</summary>
    public RouterConfig RouterConfig { get; }

    /// <summary>Where the actor is to live; null when nothing is said.</summary>
    public Scope? Scope { get; }

    /// <summary>The dispatcher's id, or empty.</summary>
    public string Dispatcher { get; }

    /// <summary>The mailbox's id, or empty.</summary>
    public string Mailbox { get; }

    /// <summary>How many messages its stash holds; -1 for what the mailbox says.</summary>
    public int StashCapacity { get; }

    /// <summary>This deployment, completed by another.</summary>
    /// <param name="other">Supplies what this one leaves open.</param>
    /// <returns>Both together.</returns>
    public Deploy WithFallback(Deploy other) => new(
        Path,
        Config.Equals(other.Config) ? Config : Config.WithFallback(other.Config),
        RouterConfig.WithFallback(other.RouterConfig),
        Scope ?? other.Scope,
        Dispatcher.Length > 0 ? Dispatcher : other.Dispatcher,
        Mailbox.Length > 0 ? Mailbox : other.Mailbox,
        StashCapacity != NoStashSize ? StashCapacity : other.StashCapacity);

    /// <summary>With another scope.</summary>
    /// <param name="scope">The scope.</param>
    /// <returns>A copy.</returns>
    public Deploy WithScope(Scope scope) => new(Path, Config, RouterConfig, scope, Dispatcher, Mailbox, StashCapacity);

    /// <summary>With another dispatcher.</summary>
    /// <param name="dispatcher">The dispatcher's id.</param>
    /// <returns>A copy.</returns>
    public Deploy WithDispatcher(string dispatcher) => new(Path, Config, RouterConfig, Scope, dispatcher, Mailbox, StashCapacity);

    /// <summary>With another mailbox.</summary>
    /// <param name="mailbox">The mailbox's id.</param>
    /// <returns>A copy.</returns>
    public Deploy WithMailbox(string mailbox) => new(Path, Config, RouterConfig, Scope, Dispatcher, mailbox, StashCapacity);

    /// <summary>With another stash capacity.</summary>
    /// <param name="stashSize">How many messages the stash holds.</param>
    /// <returns>A copy.</returns>
    public Deploy WithStashCapacity(int stashSize) => new(Path, Config, RouterConfig, Scope, Dispatcher, Mailbox, stashSize);

    /// <summary>As another kind of router.</summary>
    /// <param name="routerConfig">The kind.</param>
    /// <returns>A copy.</returns>
    public Deploy WithRouterConfig(RouterConfig routerConfig) => new(Path, Config, routerConfig, Scope, Dispatcher, Mailbox, StashCapacity);
}
