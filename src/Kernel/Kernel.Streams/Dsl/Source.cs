using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A graph with one outlet.</summary>
/// <typeparam name="TOut">The type of its elements.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public sealed partial class Source<TOut, TMat> : IGraph<SourceShape<TOut>, TMat>
{
    internal Source(Module module)
    {
        Module = module;
        Shape = new SourceShape<TOut>(new Outlet<TOut>("out"));
    }

    /// <inheritdoc/>
    public SourceShape<TOut> Shape { get; }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>Appends a flow and keeps this graph's value.</summary>
    /// <typeparam name="TOut2">The type of the flow's elements.</typeparam>
    /// <typeparam name="TMat2">The type of the flow's value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <returns>Both as one graph.</returns>
    public Source<TOut2, TMat> Via<TOut2, TMat2>(IGraph<FlowShape<TOut, TOut2>, TMat2> flow) =>
        new(CompositeModule.Chain(Module, flow.Module, hasIn: false, hasOut: true, static (left, _) => left));

    /// <summary>Appends a flow.</summary>
    /// <typeparam name="TOut2">The type of the flow's elements.</typeparam>
    /// <typeparam name="TMat2">The type of the flow's value.</typeparam>
    /// <typeparam name="TMat3">The type of the value of both.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="combine">Makes the value of both.</param>
    /// <returns>Both as one graph.</returns>
    public Source<TOut2, TMat3> ViaMaterialized<TOut2, TMat2, TMat3>(
        IGraph<FlowShape<TOut, TOut2>, TMat2> flow,
        Func<TMat, TMat2, TMat3> combine) =>
        new(CompositeModule.Chain(Module, flow.Module, hasIn: false, hasOut: true, (left, right) => combine((TMat)left!, (TMat2)right!)));

    /// <summary>Appends a sink and keeps this graph's value.</summary>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <param name="sink">The sink.</param>
    /// <returns>Both as one graph.</returns>
    public RunnableGraph<TMat> To<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink) =>
        new(CompositeModule.Chain(Module, sink.Module, hasIn: false, hasOut: false, static (left, _) => left));

    /// <summary>Appends a sink.</summary>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <typeparam name="TMat3">The type of the value of both.</typeparam>
    /// <param name="sink">The sink.</param>
    /// <param name="combine">Makes the value of both.</param>
    /// <returns>Both as one graph.</returns>
    public RunnableGraph<TMat3> ToMaterialized<TMat2, TMat3>(IGraph<SinkShape<TOut>, TMat2> sink, Func<TMat, TMat2, TMat3> combine) =>
        new(CompositeModule.Chain(Module, sink.Module, hasIn: false, hasOut: false, (left, right) => combine((TMat)left!, (TMat2)right!)));

    /// <summary>Appends a sink and makes the graph run.</summary>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <param name="sink">The sink.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The sink's value.</returns>
    public TMat2 RunWith<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink, IMaterializer materializer) =>
        ToMaterialized(sink, Keep.Right).Run(materializer);

    /// <inheritdoc cref="RunWith{TMat2}(IGraph{SinkShape{TOut}, TMat2}, IMaterializer)"/>
    /// <param name="sink">The sink.</param>
    /// <param name="system">The actor system whose shared materializer makes it run.</param>
    public TMat2 RunWith<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink, ActorSystem system) => ToMaterialized(sink, Keep.Right).Run(system);

    /// <summary>Calls a delegate for each element, and makes the graph run.</summary>
    /// <param name="action">The delegate.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>Completes with the stream.</returns>
    public Task<Done> RunForeach(Action<TOut> action, IMaterializer materializer) => RunWith(Sink.ForEach(action), materializer);

    /// <summary>Folds the elements, and makes the graph run.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="zero">The state at first.</param>
    /// <param name="aggregate">Makes the next state.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The last state.</returns>
    public Task<TState> RunAggregate<TState>(TState zero, Func<TState, TOut, TState> aggregate, IMaterializer materializer) =>
        RunWith(Sink.Aggregate(zero, aggregate), materializer);

    /// <summary>Folds the elements, and makes the graph run.</summary>
    /// <param name="reduce">Makes one element of two.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The last element.</returns>
    public Task<TOut> RunSum(Func<TOut, TOut, TOut> reduce, IMaterializer materializer) => RunWith(Sink.Sum(reduce), materializer);

    /// <summary>Makes the graph run, and gives its elements to an asynchronous loop.</summary>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The elements; each enumeration is a run of its own.</returns>
    public IAsyncEnumerable<TOut> RunAsAsyncEnumerable(IMaterializer materializer) => new StreamEnumerable<TOut, TMat>(this, materializer);

    /// <summary>Makes the graph run, and makes a source of what it gives.</summary>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>The value, and the source, which may run once.</returns>
    public (TMat Value, Source<TOut, NotUsed> Source) PreMaterialize(IMaterializer materializer)
    {
        var (value, reader) = ToMaterialized(Sink.ChannelReader<TOut>(16, singleReader: true), Keep.Both).Run(materializer);
        return (value, Dsl.Source.ChannelReader(reader));
    }

    /// <summary>Makes the graph with another materialized value.</summary>
    /// <typeparam name="TMat2">The type of that value.</typeparam>
    /// <param name="mapFunc">Makes it from this graph's value.</param>
    /// <returns>The graph.</returns>
    public Source<TOut, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> mapFunc) =>
        new(CompositeModule.Around(Module, Shape, value => mapFunc((TMat)value!)));

    /// <summary>Replaces the attributes of the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Source<TOut, TMat> WithAttributes(Attributes attributes) => new(Module.WithAttributes(attributes));

    /// <summary>Adds attributes to the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Source<TOut, TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <summary>Names the graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The graph with it.</returns>
    public Source<TOut, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    /// <summary>Gives the graph an island, that is an actor, of its own.</summary>
    /// <returns>The graph with it.</returns>
    public Source<TOut, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.Named(string name) => Named(name);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.Async() => Async();
}
