using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>Two flows in opposite directions, such as a protocol's encoder and decoder.</summary>
/// <typeparam name="TIn1">What enters at the top.</typeparam>
/// <typeparam name="TOut1">What leaves at the bottom.</typeparam>
/// <typeparam name="TIn2">What enters at the bottom.</typeparam>
/// <typeparam name="TOut2">What leaves at the top.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public sealed class BidiFlow<TIn1, TOut1, TIn2, TOut2, TMat> : IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat>
{
    internal BidiFlow(Module module)
    {
        Module = module;
        Shape = new(new Inlet<TIn1>("in1"), new Outlet<TOut1>("out1"), new Inlet<TIn2>("in2"), new Outlet<TOut2>("out2"));
    }

    /// <inheritdoc/>
    public BidiShape<TIn1, TOut1, TIn2, TOut2> Shape { get; }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>Puts another one below.</summary>
    public BidiFlow<TIn1, TOut12, TIn21, TOut2, TMat> Atop<TOut12, TIn21, TMat2>(BidiFlow<TOut1, TOut12, TIn21, TIn2, TMat2> bidi) =>
        AtopMaterialized(bidi, Keep.Left);

    /// <summary>Puts another one below.</summary>
    public BidiFlow<TIn1, TOut12, TIn21, TOut2, TMat3> AtopMaterialized<TOut12, TIn21, TMat2, TMat3>(
        BidiFlow<TOut1, TOut12, TIn21, TIn2, TMat2> bidi,
        Func<TMat, TMat2, TMat3> combine) => new(new CompositeModule(
            [Module, bidi.Module],
            [(new At(0, 0), new At(1, 0)), (new At(1, 1), new At(0, 1))],
            [new At(0, 0), new At(1, 1)],
            [new At(1, 0), new At(0, 1)],
            values => combine((TMat)values[0]!, (TMat2)values[1]!),
            Attributes.None));

    /// <summary>Puts a flow below, which turns what leaves into what enters.</summary>
    public Flow<TIn1, TOut2, TMat> Join<TMat2>(IGraph<FlowShape<TOut1, TIn2>, TMat2> flow) => JoinMaterialized(flow, Keep.Left);

    /// <summary>Puts a flow below, which turns what leaves into what enters.</summary>
    public Flow<TIn1, TOut2, TMat3> JoinMaterialized<TMat2, TMat3>(IGraph<FlowShape<TOut1, TIn2>, TMat2> flow, Func<TMat, TMat2, TMat3> combine) =>
        new(new CompositeModule(
            [Module, flow.Module],
            [(new At(0, 0), new At(1, 0)), (new At(1, 0), new At(0, 1))],
            [new At(0, 0)],
            [new At(0, 1)],
            values => combine((TMat)values[0]!, (TMat2)values[1]!),
            Attributes.None));

    /// <summary>Turns it upside down.</summary>
    public BidiFlow<TIn2, TOut2, TIn1, TOut1, TMat> Reversed() => new(new CompositeModule(
        [Module],
        [],
        [new At(0, 1), new At(0, 0)],
        [new At(0, 1), new At(0, 0)],
        static values => values[0],
        Attributes.None));

    /// <inheritdoc/>
    public IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat> WithAttributes(Attributes attributes) =>
        new BidiFlow<TIn1, TOut1, TIn2, TOut2, TMat>(Module.WithAttributes(attributes));

    /// <inheritdoc/>
    public IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <inheritdoc/>
    public IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    /// <inheritdoc/>
    public IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());
}

/// <summary>Makes flows in opposite directions.</summary>
public static class BidiFlow
{
    /// <summary>Makes one of a graph.</summary>
    public static BidiFlow<TIn1, TOut1, TIn2, TOut2, TMat> FromGraph<TIn1, TOut1, TIn2, TOut2, TMat>(
        IGraph<BidiShape<TIn1, TOut1, TIn2, TOut2>, TMat> graph) => new(graph.Module);

    /// <summary>Makes one of two flows.</summary>
    public static BidiFlow<TIn1, TOut1, TIn2, TOut2, NotUsed> FromFlows<TIn1, TOut1, TIn2, TOut2, TMat1, TMat2>(
        IGraph<FlowShape<TIn1, TOut1>, TMat1> flow1,
        IGraph<FlowShape<TIn2, TOut2>, TMat2> flow2) => FromFlowsMaterialized(flow1, flow2, Keep.None);

    /// <summary>Makes one of two flows.</summary>
    public static BidiFlow<TIn1, TOut1, TIn2, TOut2, TMat> FromFlowsMaterialized<TIn1, TOut1, TIn2, TOut2, TMat1, TMat2, TMat>(
        IGraph<FlowShape<TIn1, TOut1>, TMat1> flow1,
        IGraph<FlowShape<TIn2, TOut2>, TMat2> flow2,
        Func<TMat1, TMat2, TMat> combine) => new(new CompositeModule(
            [flow1.Module, flow2.Module],
            [],
            [new At(0, 0), new At(1, 0)],
            [new At(0, 0), new At(1, 0)],
            values => combine((TMat1)values[0]!, (TMat2)values[1]!),
            Attributes.None));

    /// <summary>Makes one of two functions.</summary>
    public static BidiFlow<TIn1, TOut1, TIn2, TOut2, NotUsed> FromFunction<TIn1, TOut1, TIn2, TOut2>(Func<TIn1, TOut1> outbound, Func<TIn2, TOut2> inbound) =>
        FromFlows(Flow.FromFunction(outbound), Flow.FromFunction(inbound));
}
