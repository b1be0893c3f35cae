using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor.Setup;

/// <summary>A part of an actor system's set-up that is an object rather than configuration text.</summary>
public abstract class Setup
{
    /// <summary>Puts two together.</summary>
    /// <param name="other">The other; it wins if it is of the same class.</param>
    /// <returns>Both.</returns>
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>All such parts, at most one of each class. Immutable.</summary>
public sealed class ActorSystemSetup
{
    /// <summary>No part.</summary>
    public static readonly ActorSystemSetup Empty = new(new Dictionary<Type, Setup>());

    private readonly IReadOnlyDictionary<Type, Setup> _setups;

    private ActorSystemSetup(IReadOnlyDictionary<Type, Setup> setups) => _setups = setups;

    /// <summary>Puts parts together; a later one replaces an earlier one of its class.</summary>
    /// <param name="setups">The parts.</param>
    /// <returns>All of them.</returns>
    public static ActorSystemSetup Create(params Setup[] setups) =>
        setups.Aggregate(Empty, static (all, setup) => all.WithSetup(setup));

    /// <summary>The part of a class, if there is one.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <returns>The part, or none.</returns>
    public Akka.Util.Option<T> Get<T>()
        where T : Setup => TryGet<T>(out var setup) ? setup : Akka.Util.Option<T>.None;

    /// <summary>With one more part.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="setup">The part; it replaces one of the same class.</param>
    /// <returns>A copy.</returns>
    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [setup.GetType()] = setup });

    /// <summary>With one more part.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="setup">The part; it replaces one of the same class.</param>
    /// <returns>A copy.</returns>
    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    internal bool TryGet<T>([NotNullWhen(true)] out T? found)
        where T : Setup
    {
        found = _setups.TryGetValue(typeof(T), out var setup) ? (T)setup : null;
        return found is not null;
    }
}
