using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A graph with one inlet.</summary>
/// <typeparam name="TIn">The type of its elements.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public sealed class Sink<TIn, TMat> : IGraph<SinkShape<TIn>, TMat>
{
    internal Sink(Module module)
    {
        Module = module;
        Shape = new SinkShape<TIn>(new Inlet<TIn>("in"));
    }

    /// <inheritdoc/>
    public SinkShape<TIn> Shape { get; }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>Makes the graph with another materialized value.</summary>
    /// <typeparam name="TMat2">The type of that value.</typeparam>
    /// <param name="fn">Makes it from this graph's value.</param>
    /// <returns>The graph.</returns>
    public Sink<TIn, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> fn) =>
        new(CompositeModule.Around(Module, Shape, value => fn((TMat)value!)));

    /// <summary>Makes a sink of another type, whose elements are transformed first.</summary>
    /// <typeparam name="TIn2">The type of its elements.</typeparam>
    /// <param name="function">Transforms one.</param>
    /// <returns>The sink.</returns>
    public Sink<TIn2, TMat> ContraMap<TIn2>(Func<TIn2, TIn> function) => Flow.FromFunction(function).ToMaterialized(this, Keep.Right);

    /// <summary>Puts a source before the sink and makes the graph run.</summary>
    /// <typeparam name="TMat2">The type of the source's value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The source's value.</returns>
    public TMat2 RunWith<TMat2>(IGraph<SourceShape<TIn>, TMat2> source, IMaterializer materializer) =>
        Source.FromGraph(source).To(this).Run(materializer);

    /// <summary>Replaces the attributes of the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Sink<TIn, TMat> WithAttributes(Attributes attributes) => new(Module.WithAttributes(attributes));

    /// <summary>Adds attributes to the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Sink<TIn, TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <summary>Names the graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The graph with it.</returns>
    public Sink<TIn, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    /// <summary>Gives the graph an island, that is an actor, of its own.</summary>
    /// <returns>The graph with it.</returns>
    public Sink<TIn, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.Named(string name) => Named(name);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.Async() => Async();
}
