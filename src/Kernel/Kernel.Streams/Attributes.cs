using System.Collections.Immutable;
using Akka.Event;
using Akka.Streams.Supervision;

namespace Akka.Streams;

/// <summary>What is said about a graph besides its wiring; the inner of two contradicting ones holds.</summary>
public sealed class Attributes
{
    /// <summary>Nothing said.</summary>
    public static readonly Attributes None = new(ImmutableArray<IAttribute>.Empty);

    private readonly ImmutableArray<IAttribute> _list;

    /// <summary>Gathers attributes, the most specific last.</summary>
    /// <param name="attributes">The attributes.</param>
    public Attributes(params IAttribute[] attributes)
        : this(ImmutableArray.Create(attributes))
    {
    }

    private Attributes(ImmutableArray<IAttribute> list) => _list = list;

    /// <summary>A thing that can be said about a graph.</summary>
    public interface IAttribute;

    /// <summary>Gets what is said, the most specific last.</summary>
    public IEnumerable<IAttribute> AttributeList => _list;

    /// <summary>Names a graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The attributes.</returns>
    public static Attributes CreateName(string name) => string.IsNullOrEmpty(name) ? None : new Attributes(new Name(name));

    /// <summary>Sizes the buffers of a graph's boundaries.</summary>
    /// <param name="initial">Without effect, as in Akka: a boundary has its whole buffer from the start.</param>
    /// <param name="max">Elements held at most.</param>
    /// <returns>The attributes.</returns>
    public static Attributes CreateInputBuffer(int initial, int max) => new(new InputBuffer(initial, max));

    /// <summary>Gives a graph an island of its own.</summary>
    /// <returns>The attributes.</returns>
    public static Attributes CreateAsyncBoundary() => new(AsyncBoundary.Instance);

    /// <summary>Sets at which levels the Log operator writes.</summary>
    /// <param name="onElement">For elements.</param>
    /// <param name="onFinish">For completion and cancellation.</param>
    /// <param name="onError">For failure.</param>
    /// <returns>The attributes.</returns>
    public static Attributes CreateLogLevels(
        LogLevel onElement = LogLevel.DebugLevel,
        LogLevel onFinish = LogLevel.DebugLevel,
        LogLevel onError = LogLevel.ErrorLevel) => new(new LogLevels(onElement, onFinish, onError));

    /// <summary>Adds more specific attributes.</summary>
    /// <param name="other">The attributes.</param>
    /// <returns>Both.</returns>
    public Attributes And(Attributes other)
    {
        if (other._list.IsEmpty)
            return this;
        return _list.IsEmpty ? other : new Attributes(_list.AddRange(other._list));
    }

    /// <summary>Adds a more specific attribute.</summary>
    /// <param name="other">The attribute.</param>
    /// <returns>Both.</returns>
    public Attributes And(IAttribute other) => new(_list.Add(other));

    /// <summary>Looks for the most specific attribute of a class.</summary>
    /// <typeparam name="TAttr">The class.</typeparam>
    /// <returns>The attribute, or null.</returns>
    public TAttr? GetAttribute<TAttr>()
        where TAttr : class, IAttribute
    {
        for (var i = _list.Length - 1; i >= 0; i--)
        {
            if (_list[i] is TAttr found)
                return found;
        }

        return null;
    }

    /// <summary>Looks for the most specific attribute of a class.</summary>
    /// <typeparam name="TAttr">The class.</typeparam>
    /// <param name="defaultIfNotFound">Instead of none.</param>
    /// <returns>The attribute.</returns>
    public TAttr GetAttribute<TAttr>(TAttr defaultIfNotFound)
        where TAttr : class, IAttribute => GetAttribute<TAttr>() ?? defaultIfNotFound;

    /// <summary>Looks for all attributes of a class.</summary>
    /// <typeparam name="TAttr">The class.</typeparam>
    /// <returns>The attributes, the most specific last.</returns>
    public IEnumerable<TAttr> GetAttributeList<TAttr>()
        where TAttr : IAttribute => _list.OfType<TAttr>();

    /// <summary>Tells whether an attribute is among these.</summary>
    /// <typeparam name="TAttr">The class.</typeparam>
    /// <param name="attribute">The attribute.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains<TAttr>(TAttr attribute)
        where TAttr : IAttribute => _list.Contains(attribute);

    /// <summary>Looks for the name.</summary>
    /// <param name="defaultIfNotFound">Instead of none.</param>
    /// <returns>The name.</returns>
    public string GetNameOrDefault(string defaultIfNotFound = "unnamed") => GetAttribute<Name>()?.Value ?? defaultIfNotFound;

    /// <inheritdoc/>
    public override string ToString() => $"Attributes({string.Join(", ", _list)})";

    internal Decider Decider() => GetAttribute<ActorAttributes.SupervisionStrategy>()?.Decider ?? Deciders.StoppingDecider;

    /// <summary>A name.</summary>
    /// <param name="Value">The name.</param>
    public sealed record Name(string Value) : IAttribute;

    /// <summary>The size of a boundary's buffer.</summary>
    /// <param name="Initial">Without effect, as in Akka.</param>
    /// <param name="Max">Elements held at most.</param>
    public sealed record InputBuffer(int Initial, int Max) : IAttribute;

    /// <summary>The levels of the Log operator.</summary>
    /// <param name="OnElement">For elements.</param>
    /// <param name="OnFinish">For completion and cancellation.</param>
    /// <param name="OnFailure">For failure.</param>
    public sealed record LogLevels(LogLevel OnElement, LogLevel OnFinish, LogLevel OnFailure) : IAttribute;

    /// <summary>An island of its own.</summary>
    public sealed record AsyncBoundary : IAttribute
    {
        /// <summary>The one instance.</summary>
        public static readonly AsyncBoundary Instance = new();

        private AsyncBoundary()
        {
        }
    }
}

/// <summary>Attributes about the actors that run a graph.</summary>
public static class ActorAttributes
{
    /// <summary>Names the dispatcher of the graph's islands.</summary>
    /// <param name="dispatcherName">Its path in the configuration.</param>
    /// <returns>The attributes.</returns>
    public static Attributes CreateDispatcher(string dispatcherName) => new(new Dispatcher(dispatcherName));

    /// <summary>Decides about exceptions of the user's code in the graph.</summary>
    /// <param name="strategy">The decision.</param>
    /// <returns>The attributes.</returns>
    public static Attributes CreateSupervisionStrategy(Decider strategy) => new(new SupervisionStrategy(strategy));

    /// <summary>A dispatcher.</summary>
    /// <param name="Name">Its path in the configuration.</param>
    public sealed record Dispatcher(string Name) : Attributes.IAttribute;

    /// <summary>A decision about exceptions.</summary>
    /// <param name="Decider">The decision.</param>
    public sealed record SupervisionStrategy(Decider Decider) : Attributes.IAttribute;
}
