using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A graph that can run.</summary>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public interface IRunnableGraph<out TMat> : IGraph<ClosedShape, TMat>
{
    /// <summary>Makes the graph run.</summary>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The materialized value.</returns>
    TMat Run(IMaterializer materializer);

    /// <summary>Makes the graph with another materialized value.</summary>
    /// <typeparam name="TMat2">The type of that value.</typeparam>
    /// <param name="func">Makes it from this graph's value.</param>
    /// <returns>The graph.</returns>
    IRunnableGraph<TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> func);
}

/// <summary>A graph that can run.</summary>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public sealed class RunnableGraph<TMat> : IRunnableGraph<TMat>
{
    internal RunnableGraph(Module module) => Module = module;

    /// <inheritdoc/>
    public ClosedShape Shape => ClosedShape.Instance;

    /// <inheritdoc/>
    public Module Module { get; }

    /// <inheritdoc/>
    public TMat Run(IMaterializer materializer) => materializer.Materialize(this);

    /// <summary>Makes the graph run by the actor system's shared materializer.</summary>
    /// <param name="system">The actor system.</param>
    /// <returns>The materialized value.</returns>
    public TMat Run(ActorSystem system) => Run(SystemMaterializer.Get(system).Materializer);

    /// <inheritdoc/>
    public IRunnableGraph<TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> func) =>
        new RunnableGraph<TMat2>(CompositeModule.Around(Module, Shape, value => func((TMat)value!)));

    /// <summary>Replaces the attributes of the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public RunnableGraph<TMat> WithAttributes(Attributes attributes) => new(Module.WithAttributes(attributes));

    /// <summary>Adds attributes to the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public RunnableGraph<TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <summary>Names the graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The graph with it.</returns>
    public RunnableGraph<TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.Named(string name) => Named(name);

    IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.Async() => AddAttributes(Attributes.CreateAsyncBoundary());
}

/// <summary>Makes runnable graphs of others.</summary>
public static class RunnableGraph
{
    /// <summary>Makes a runnable graph of a closed one.</summary>
    /// <typeparam name="TMat">What it materializes to.</typeparam>
    /// <param name="graph">The closed graph.</param>
    /// <returns>The runnable graph.</returns>
    public static RunnableGraph<TMat> FromGraph<TMat>(IGraph<ClosedShape, TMat> graph) => graph as RunnableGraph<TMat> ?? new RunnableGraph<TMat>(graph.Module);

    /// <summary>Makes a graph run by an actor system's shared materializer.</summary>
    /// <typeparam name="TMat">What it materializes to.</typeparam>
    /// <param name="graph">The graph.</param>
    /// <param name="system">The actor system.</param>
    /// <returns>The materialized value.</returns>
    public static TMat Run<TMat>(this IRunnableGraph<TMat> graph, ActorSystem system) => graph.Run(SystemMaterializer.Get(system).Materializer);
}
