using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A graph with one inlet and one outlet.</summary>
/// <typeparam name="TIn">The type of the elements that enter.</typeparam>
/// <typeparam name="TOut">The type of the elements that leave.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public sealed partial class Flow<TIn, TOut, TMat> : IGraph<FlowShape<TIn, TOut>, TMat>
{
    internal Flow(Module module)
    {
        Module = module;
        Shape = new FlowShape<TIn, TOut>(new Inlet<TIn>("in"), new Outlet<TOut>("out"));
    }

    /// <inheritdoc/>
    public FlowShape<TIn, TOut> Shape { get; }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>Appends a flow and keeps this graph's value.</summary>
    /// <typeparam name="TOut2">The type of the flow's elements.</typeparam>
    /// <typeparam name="TMat2">The type of the flow's value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <returns>Both as one graph.</returns>
    public Flow<TIn, TOut2, TMat> Via<TOut2, TMat2>(IGraph<FlowShape<TOut, TOut2>, TMat2> flow) =>
        new(CompositeModule.Chain(Module, flow.Module, hasIn: true, hasOut: true, static (left, _) => left));

    /// <summary>Appends a flow.</summary>
    /// <typeparam name="TOut2">The type of the flow's elements.</typeparam>
    /// <typeparam name="TMat2">The type of the flow's value.</typeparam>
    /// <typeparam name="TMat3">The type of the value of both.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="combine">Makes the value of both.</param>
    /// <returns>Both as one graph.</returns>
    public Flow<TIn, TOut2, TMat3> ViaMaterialized<TOut2, TMat2, TMat3>(
        IGraph<FlowShape<TOut, TOut2>, TMat2> flow,
        Func<TMat, TMat2, TMat3> combine) =>
        new(CompositeModule.Chain(Module, flow.Module, hasIn: true, hasOut: true, (left, right) => combine((TMat)left!, (TMat2)right!)));

    /// <summary>Appends a sink and keeps this graph's value.</summary>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <param name="sink">The sink.</param>
    /// <returns>Both as one graph.</returns>
    public Sink<TIn, TMat> To<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink) =>
        new(CompositeModule.Chain(Module, sink.Module, hasIn: true, hasOut: false, static (left, _) => left));

    /// <summary>Appends a sink.</summary>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <typeparam name="TMat3">The type of the value of both.</typeparam>
    /// <param name="sink">The sink.</param>
    /// <param name="combine">Makes the value of both.</param>
    /// <returns>Both as one graph.</returns>
    public Sink<TIn, TMat3> ToMaterialized<TMat2, TMat3>(IGraph<SinkShape<TOut>, TMat2> sink, Func<TMat, TMat2, TMat3> combine) =>
        new(CompositeModule.Chain(Module, sink.Module, hasIn: true, hasOut: false, (left, right) => combine((TMat)left!, (TMat2)right!)));

    /// <summary>Joins the flow to another one, a ring, and keeps this graph's value.</summary>
    /// <typeparam name="TMat2">The type of the other's value.</typeparam>
    /// <param name="flow">The other flow.</param>
    /// <returns>Both as one graph.</returns>
    public RunnableGraph<TMat> Join<TMat2>(IGraph<FlowShape<TOut, TIn>, TMat2> flow) => JoinMaterialized(flow, Keep.Left);

    /// <summary>Joins the flow to another one, a ring.</summary>
    /// <typeparam name="TMat2">The type of the other's value.</typeparam>
    /// <typeparam name="TMat3">The type of the value of both.</typeparam>
    /// <param name="flow">The other flow.</param>
    /// <param name="combine">Makes the value of both.</param>
    /// <returns>Both as one graph.</returns>
    public RunnableGraph<TMat3> JoinMaterialized<TMat2, TMat3>(IGraph<FlowShape<TOut, TIn>, TMat2> flow, Func<TMat, TMat2, TMat3> combine) => new(
        new CompositeModule(
            [Module, flow.Module],
            [(new At(0, 0), new At(1, 0)), (new At(1, 0), new At(0, 0))],
            [],
            [],
            values => combine((TMat)values[0]!, (TMat2)values[1]!),
            Attributes.None));

    /// <summary>Puts a source before and a sink behind the flow and makes the graph run.</summary>
    /// <typeparam name="TMat1">The type of the source's value.</typeparam>
    /// <typeparam name="TMat2">The type of the sink's value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="materializer">Makes it run.</param>
    /// <returns>Both values.</returns>
    public (TMat1 Source, TMat2 Sink) RunWith<TMat1, TMat2>(
        IGraph<SourceShape<TIn>, TMat1> source,
        IGraph<SinkShape<TOut>, TMat2> sink,
        IMaterializer materializer) =>
        Source.FromGraph(source).Via(this).ToMaterialized(sink, Keep.Both).Run(materializer);

    /// <summary>Makes the graph with another materialized value.</summary>
    /// <typeparam name="TMat2">The type of that value.</typeparam>
    /// <param name="mapFunc">Makes it from this graph's value.</param>
    /// <returns>The graph.</returns>
    public Flow<TIn, TOut, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> mapFunc) =>
        new(CompositeModule.Around(Module, Shape, value => mapFunc((TMat)value!)));

    /// <summary>Replaces the attributes of the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Flow<TIn, TOut, TMat> WithAttributes(Attributes attributes) => new(Module.WithAttributes(attributes));

    /// <summary>Adds attributes to the graph as a whole.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The graph with them.</returns>
    public Flow<TIn, TOut, TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <summary>Names the graph.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The graph with it.</returns>
    public Flow<TIn, TOut, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    /// <summary>Gives the graph an island, that is an actor, of its own.</summary>
    /// <returns>The graph with it.</returns>
    public Flow<TIn, TOut, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.Named(string name) => Named(name);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.Async() => Async();
}
