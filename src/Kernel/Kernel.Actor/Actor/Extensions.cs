namespace Akka.Actor;

/// <summary>Something that an actor system has one instance of.</summary>
public interface IExtension;

/// <summary>Finds or makes an extension in a system.</summary>
public interface IExtensionId
{
    /// <summary>The class of the extension.</summary>
    Type ExtensionType { get; }

    /// <summary>Registers the extension, if it is not registered yet.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The extension.</returns>
    object Apply(ActorSystem system);

    /// <summary>As <see cref="Apply"/>.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The extension.</returns>
    object Get(ActorSystem system);

    /// <summary>Makes the extension; called once a system.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The extension.</returns>
    object CreateExtension(ExtendedActorSystem system);
}

/// <summary>Finds or makes an extension in a system.</summary>
/// <typeparam name="T">The class of the extension.</typeparam>
public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    /// <inheritdoc cref="IExtensionId.Apply"/>
    new T Apply(ActorSystem system);

    /// <inheritdoc cref="IExtensionId.Get"/>
    new T Get(ActorSystem system);

    /// <inheritdoc cref="IExtensionId.CreateExtension"/>
    new T CreateExtension(ExtendedActorSystem system);
}

/// <summary>The usual base of an extension's id; a class that <c>akka.extensions</c> names needs a parameterless constructor.</summary>
/// <typeparam name="T">The class of the extension.</typeparam>
public abstract class ExtensionIdProvider<T> : IExtensionId<T>
    where T : IExtension
{
    /// <inheritdoc/>
    public Type ExtensionType => typeof(T);

    /// <inheritdoc/>
    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this)!;

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    /// <inheritdoc/>
    public T Get(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Apply(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    /// <inheritdoc/>
    public abstract T CreateExtension(ExtendedActorSystem system);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ExtensionIdProvider<T>;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(T).GetHashCode();
}

/// <summary>Finding extensions by class.</summary>
public static class ActorSystemWithExtensions
{
    /// <summary>The extension of a class.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="system">The system.</param>
    /// <returns>The extension.</returns>
    /// <exception cref="InvalidOperationException">It is not registered.</exception>
    public static T WithExtension<T>(this ActorSystem system)
        where T : class, IExtension => system.GetExtension<T>()
            ?? throw new InvalidOperationException($"Extension {typeof(T)} is not registered");

    /// <summary>The extension of a class, registered if it was not yet.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <typeparam name="TProvider">Its id, with a parameterless constructor.</typeparam>
    /// <param name="system">The system.</param>
    /// <returns>The extension.</returns>
    public static T WithExtension<T, TProvider>(this ActorSystem system)
        where T : class, IExtension
        where TProvider : IExtensionId, new() => system.TryGetExtension<T>(out var extension)
            ? extension
            : (T)system.RegisterExtension(new TProvider())!;
}
