using Akka.Streams.Implementation;

namespace Akka.Streams;

/// <summary>A blueprint of stream processing; nothing runs until it is materialized, and it may be materialized many times.</summary>
/// <typeparam name="TShape">Its shape.</typeparam>
public interface IGraph<out TShape>
    where TShape : Shape
{
    /// <summary>Gets the inlets and outlets.</summary>
    TShape Shape { get; }

    /// <summary>Gets what the graph is made of.</summary>
    Module Module { get; }
}

/// <summary>A blueprint of stream processing; nothing runs until it is materialized, and it may be materialized many times.</summary>
/// <typeparam name="TShape">Its shape.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public interface IGraph<out TShape, out TMat> : IGraph<TShape>
    where TShape : Shape
{
    /// <summary>Replaces the attributes of the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    IGraph<TShape, TMat> WithAttributes(Attributes attributes);

    /// <summary>Adds attributes to the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    IGraph<TShape, TMat> AddAttributes(Attributes attributes);

    /// <summary>Names the graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The graph with it.</returns>
    IGraph<TShape, TMat> Named(string name);

    /// <summary>Gives the graph an island, that is an actor, of its own.</summary>
    /// <returns>The graph with it.</returns>
    IGraph<TShape, TMat> Async();
}

/// <summary>Any graph.</summary>
internal sealed class Graph<TShape, TMat>(TShape shape, Module module) : IGraph<TShape, TMat>
    where TShape : Shape
{
    public TShape Shape => shape;

    public Module Module => module;

    public IGraph<TShape, TMat> WithAttributes(Attributes attributes) => new Graph<TShape, TMat>(shape, module.WithAttributes(attributes));

    public IGraph<TShape, TMat> AddAttributes(Attributes attributes) => WithAttributes(module.Attributes.And(attributes));

    public IGraph<TShape, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    public IGraph<TShape, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());
}
