using System.Diagnostics.CodeAnalysis;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A tree of actors with their dispatchers, scheduler and event stream. Several may run side by side.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    /// <summary>The name, a part of every actor's path.</summary>
    public abstract string Name { get; }

    /// <summary>What the configuration says.</summary>
    public abstract Settings Settings { get; }

    /// <summary>Publishes events to actors.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>Takes messages that have no receiver.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>The dispatchers.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>The mailboxes.</summary>
    public abstract Mailboxes Mailboxes { get; }

    /// <summary>Does things later.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>The system's log.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>Completes when the system has ended.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>The time since the system's start.</summary>
    public abstract TimeSpan Uptime { get; }

    /// <summary>When the system started, as the time that a monotonic clock showed.</summary>
    public abstract TimeSpan StartTime { get; }

    /// <summary>Creates a system with the configuration of the application, if there is one.</summary>
    /// <param name="name">Its name: letters, digits and <c>-</c>, not beginning with <c>-</c>.</param>
    /// <returns>The system.</returns>
    public static ActorSystem Create(string name) => Create(name, ConfigurationFactory.Load());

    /// <summary>Creates a system.</summary>
    /// <param name="name">Its name: letters, digits and <c>-</c>, not beginning with <c>-</c>.</param>
    /// <param name="config">Its configuration; the kernel's defaults complete it.</param>
    /// <returns>The system.</returns>
    public static ActorSystem Create(string name, Config config) => CreateAndStart(name, config, ActorSystemSetup.Empty);

    /// <summary>Creates a system.</summary>
    /// <param name="name">Its name: letters, digits and <c>-</c>, not beginning with <c>-</c>.</param>
    /// <param name="setup">Its configuration.</param>
    /// <returns>The system.</returns>
    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    /// <summary>Creates a system.</summary>
    /// <param name="name">Its name: letters, digits and <c>-</c>, not beginning with <c>-</c>.</param>
    /// <param name="setup">Its set-up, with its configuration as a <see cref="BootstrapSetup"/>.</param>
    /// <returns>The system.</returns>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var config = bootstrap.HasValue ? bootstrap.Value.Config : Option<Config>.None;
        var fallback = bootstrap.HasValue ? bootstrap.Value.ConfigFallback : Option<Config>.None;
        var own = config.HasValue ? config.Value : ConfigurationFactory.Load();
        return CreateAndStart(name, fallback.HasValue ? own.WithFallback(fallback.Value) : own, setup);
    }

    /// <inheritdoc/>
    public abstract IActorRef ActorOf(Props props, string? name = null);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor after the message that it is working on.</summary>
    /// <param name="actor">The actor.</param>
    public abstract void Stop(IActorRef actor);

    /// <summary>Ends the system: all actors, then what was registered with <see cref="RegisterOnTermination"/>.</summary>
    /// <returns>Completes when the system has ended.</returns>
    public abstract Task Terminate();

    /// <summary>Runs an action when all actors have ended; the one registered last runs first.</summary>
    /// <param name="code">The action.</param>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Makes an extension, unless it was made before.</summary>
    /// <param name="extension">The extension's id.</param>
    /// <returns>The extension; null for null.</returns>
    [return: NotNullIfNotNull(nameof(extension))]
    public abstract object? RegisterExtension(IExtensionId? extension);

    /// <summary>Finds an extension.</summary>
    /// <param name="extensionId">The extension's id.</param>
    /// <returns>The extension; null when it is not registered.</returns>
    public abstract object? GetExtension(IExtensionId extensionId);

    /// <summary>Finds an extension.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <returns>The extension; null when it is not registered.</returns>
    public abstract T? GetExtension<T>()
        where T : class, IExtension;

    /// <summary>Whether an extension is registered.</summary>
    /// <param name="type">Its class.</param>
    /// <returns>True when it is.</returns>
    public abstract bool HasExtension(Type type);

    /// <summary>Whether an extension is registered.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <returns>True when it is.</returns>
    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    /// <summary>Finds an extension.</summary>
    /// <param name="extensionType">Its class.</param>
    /// <param name="extension">The extension, when the result is true.</param>
    /// <returns>Whether it is registered.</returns>
    public abstract bool TryGetExtension(Type extensionType, [NotNullWhen(true)] out object? extension);

    /// <summary>Finds an extension.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="extension">The extension, when the result is true.</param>
    /// <returns>Whether it is registered.</returns>
    public abstract bool TryGetExtension<T>([NotNullWhen(true)] out T? extension)
        where T : class, IExtension;

    /// <summary>Begins to end the system, as <see cref="Terminate"/> does.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins to end the system.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _ = Terminate();
    }

    private static ActorSystemImpl CreateAndStart(string name, Config config, ActorSystemSetup setup)
    {
        var system = new ActorSystemImpl(name, config, setup);
        try
        {
            system.Start();
        }
        catch
        {
            _ = system.Terminate();
            throw;
        }

        return system;
    }
}

/// <summary>What extensions and the kernel's own parts may do with a system.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    /// <summary>Makes references and finds actors.</summary>
    public abstract IActorRefProvider Provider { get; }

    /// <summary>The supervisor of the user's actors.</summary>
    public abstract IInternalActorRef Guardian { get; }

    /// <summary>The supervisor of the kernel's own actors.</summary>
    public abstract IInternalActorRef SystemGuardian { get; }

    /// <summary>The top of the tree.</summary>
    public abstract IInternalActorRef LookupRoot { get; }

    /// <summary>Makes an actor that ends after all the user's.</summary>
    /// <param name="props">What it is made from.</param>
    /// <param name="name">Its name, or null for a name like <c>$a</c>.</param>
    /// <returns>The actor.</returns>
    public abstract IActorRef SystemActorOf(Props props, string? name = null);
}

/// <summary>Making actors without props.</summary>
public static class ActorRefFactoryExtensions
{
    /// <summary>Makes an actor with a parameterless constructor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="factory">Its parent.</param>
    /// <param name="name">Its name, or null for a name like <c>$a</c>.</param>
    /// <returns>The actor.</returns>
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.From(static () => new TActor()), name);
}
