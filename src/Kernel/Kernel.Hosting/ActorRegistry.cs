using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>A key is registered already.</summary>
/// <param name="message">Which one.</param>
public sealed class DuplicateActorRegistryException(string message) : Exception(message);

/// <summary>No actor is registered under a key.</summary>
/// <param name="message">Which one.</param>
public sealed class MissingActorRegistryEntryException(string message) : Exception(message);

/// <summary>Finds actors by a class that stands for them: their own, or any marker.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    /// <summary>Finds an actor.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor, when the result is true.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor);

    /// <summary>Finds an actor.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actor">The actor, when the result is true.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor);

    /// <summary>Finds an actor.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <returns>The actor.</returns>
    /// <exception cref="MissingActorRegistryEntryException">There is none.</exception>
    IActorRef Get<TKey>();

    /// <summary>Finds an actor, and waits until there is one.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The actor.</returns>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);
}

/// <summary>Where the actors of an application can be found and registered.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    /// <summary>Registers an actor.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may replace another.</param>
    /// <exception cref="DuplicateActorRegistryException">There is another, and it may not be replaced.</exception>
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>Registers an actor, unless there is another.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may replace another.</param>
    /// <returns>Whether it was registered.</returns>
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>Registers an actor, unless there is another.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may replace another.</param>
    /// <returns>Whether it was registered.</returns>
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}

/// <summary>Finds the registry of a system.</summary>
public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    /// <inheritdoc/>
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}

/// <summary>Where the actors of a system can be found and registered. Safe for any number of threads.</summary>
public sealed class ActorRegistry : IActorRegistry, IExtension
{
    /// <summary>An entry is a promise: it may be waited for before it is kept.</summary>
    private readonly ConcurrentDictionary<Type, TaskCompletionSource<IActorRef>> _entries = new();

    internal ActorRegistry()
    {
    }

    /// <summary>The registry of a system.</summary>
    /// <param name="actorSystem">The system.</param>
    /// <returns>Its registry.</returns>
    public static ActorRegistry For(ActorSystem actorSystem) => actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    /// <inheritdoc/>
    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"An actor with key {typeof(TKey)} has already been registered");
    }

    /// <inheritdoc/>
    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    /// <inheritdoc/>
    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        while (true)
        {
            var entry = EntryOf(key);
            if (entry.TrySetResult(actor))
                return true;
            if (!overwrite)
                return false;
            var replacement = NewEntry();
            replacement.SetResult(actor);
            if (_entries.TryUpdate(key, replacement, entry))
                return true;
        }
    }

    /// <inheritdoc/>
    public bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor) => TryGet(typeof(TKey), out actor);

    /// <inheritdoc/>
    public bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor)
    {
        actor = _entries.TryGetValue(key, out var entry) && entry.Task.IsCompletedSuccessfully ? entry.Task.Result : null;
        return actor is not null;
    }

    /// <inheritdoc/>
    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor)
        ? actor
        : throw new MissingActorRegistryEntryException($"No actor registered for key {typeof(TKey)}");

    /// <inheritdoc/>
    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => EntryOf(typeof(TKey)).Task.WaitAsync(ct);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator()
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.Task.IsCompletedSuccessfully)
                yield return new KeyValuePair<Type, IActorRef>(key, entry.Task.Result);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static TaskCompletionSource<IActorRef> NewEntry() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource<IActorRef> EntryOf(Type key) => _entries.GetOrAdd(key, static _ => NewEntry());
}

/// <summary>An actor as a dependency of a service.</summary>
/// <typeparam name="TActor">Its key in the registry.</typeparam>
public interface IRequiredActor<TActor>
{
    /// <summary>The actor.</summary>
    /// <exception cref="MissingActorRegistryEntryException">It is not registered, or not yet.</exception>
    IActorRef ActorRef { get; }

    /// <summary>The actor; waits until it is registered. For services that start before the actors do.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The actor.</returns>
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}

/// <inheritdoc/>
/// <param name="registry">Where the actor is registered.</param>
public sealed class RequiredActor<TActor>(IReadOnlyActorRegistry registry) : IRequiredActor<TActor>
{
    /// <inheritdoc/>
    public IActorRef ActorRef => registry.Get<TActor>();

    /// <inheritdoc/>
    public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => registry.GetAsync<TActor>(cancellationToken);
}
