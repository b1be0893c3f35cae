using Akka.Actor;
using Akka.Hosting;

namespace ActorServer.Handlers;

/// <summary>
/// A handler that is the actor which an <see cref="ActorRegistry"/> holds under a key: the one of the host (<c>AddAkka</c>, which has to be
/// added before <c>AddActorServer</c>), else that of the server's own actor system. It is looked up when the server starts.
/// </summary>
public sealed class RegisteredActor
{
    private readonly Func<IReadOnlyActorRegistry, IActorRef?> _find;

    private RegisteredActor(Type key, Func<IReadOnlyActorRegistry, IActorRef?> find) => (Key, _find) = (key, find);

    /// <summary>The key.</summary>
    public Type Key { get; }

    /// <summary>The actor that is registered under a key.</summary>
    /// <typeparam name="TKey">The key; usually the actor's class.</typeparam>
    public static RegisteredActor Of<TKey>() => new(typeof(TKey), static registry => registry.TryGet<TKey>(out var actor) ? actor : null);

    /// <inheritdoc/>
    public override string ToString() => $"the actor registered as {Key}";

    internal IActorRef? Find(IReadOnlyActorRegistry registry) => _find(registry);
}
