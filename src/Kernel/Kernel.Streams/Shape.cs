using System.Collections.Immutable;

namespace Akka.Streams;

/// <summary>The inlets and outlets of a graph.</summary>
public abstract class Shape
{
    /// <summary>Gets the inlets.</summary>
    public abstract ImmutableArray<Inlet> Inlets { get; }

    /// <summary>Gets the outlets.</summary>
    public abstract ImmutableArray<Outlet> Outlets { get; }

    /// <summary>Makes a shape of the same kind with inlets and outlets of its own.</summary>
    /// <returns>The shape.</returns>
    public Shape DeepCopy() => CopyFromPorts(
        [.. Inlets.Select(static i => i.CarbonCopy())],
        [.. Outlets.Select(static o => o.CarbonCopy())]);

    /// <summary>Makes a shape of the same kind with given inlets and outlets.</summary>
    /// <param name="inlets">The inlets.</param>
    /// <param name="outlets">The outlets.</param>
    /// <returns>The shape.</returns>
    public abstract Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets);
}

/// <summary>No inlet, no outlet: what can run.</summary>
public sealed class ClosedShape : Shape
{
    /// <summary>The one instance.</summary>
    public static readonly ClosedShape Instance = new();

    private ClosedShape()
    {
    }

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets => [];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets => [];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) => this;
}

/// <summary>One outlet.</summary>
/// <typeparam name="TOut">The type of the elements.</typeparam>
/// <param name="outlet">The outlet.</param>
public sealed class SourceShape<TOut>(Outlet<TOut> outlet) : Shape
{
    /// <summary>Gets the outlet.</summary>
    public Outlet<TOut> Outlet { get; } = outlet;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets => [];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [outlet];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new SourceShape<TOut>((Outlet<TOut>)outlets[0]);
}

/// <summary>One inlet.</summary>
/// <typeparam name="TIn">The type of the elements.</typeparam>
/// <param name="inlet">The inlet.</param>
public sealed class SinkShape<TIn>(Inlet<TIn> inlet) : Shape
{
    /// <summary>Gets the inlet.</summary>
    public Inlet<TIn> Inlet { get; } = inlet;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [inlet];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets => [];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new SinkShape<TIn>((Inlet<TIn>)inlets[0]);
}

/// <summary>One inlet and one outlet.</summary>
/// <typeparam name="TIn">The type of the elements that enter.</typeparam>
/// <typeparam name="TOut">The type of the elements that leave.</typeparam>
/// <param name="inlet">The inlet.</param>
/// <param name="outlet">The outlet.</param>
public sealed class FlowShape<TIn, TOut>(Inlet<TIn> inlet, Outlet<TOut> outlet) : Shape
{
    /// <summary>Gets the inlet.</summary>
    public Inlet<TIn> Inlet { get; } = inlet;

    /// <summary>Gets the outlet.</summary>
    public Outlet<TOut> Outlet { get; } = outlet;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [inlet];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [outlet];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new FlowShape<TIn, TOut>((Inlet<TIn>)inlets[0], (Outlet<TOut>)outlets[0]);
}

/// <summary>Two flows in opposite directions.</summary>
/// <typeparam name="TIn1">What enters at the top.</typeparam>
/// <typeparam name="TOut1">What leaves at the bottom.</typeparam>
/// <typeparam name="TIn2">What enters at the bottom.</typeparam>
/// <typeparam name="TOut2">What leaves at the top.</typeparam>
/// <param name="in1">The inlet at the top.</param>
/// <param name="out1">The outlet at the bottom.</param>
/// <param name="in2">The inlet at the bottom.</param>
/// <param name="out2">The outlet at the top.</param>
public sealed class BidiShape<TIn1, TOut1, TIn2, TOut2>(Inlet<TIn1> in1, Outlet<TOut1> out1, Inlet<TIn2> in2, Outlet<TOut2> out2) : Shape
{
    /// <summary>Joins two flows' shapes.</summary>
    /// <param name="top">Downwards.</param>
    /// <param name="bottom">Upwards.</param>
    public BidiShape(FlowShape<TIn1, TOut1> top, FlowShape<TIn2, TOut2> bottom)
        : this(top.Inlet, top.Outlet, bottom.Inlet, bottom.Outlet)
    {
    }

    /// <summary>Gets the inlet at the top.</summary>
    public Inlet<TIn1> Inlet1 { get; } = in1;

    /// <summary>Gets the outlet at the bottom.</summary>
    public Outlet<TOut1> Outlet1 { get; } = out1;

    /// <summary>Gets the inlet at the bottom.</summary>
    public Inlet<TIn2> Inlet2 { get; } = in2;

    /// <summary>Gets the outlet at the top.</summary>
    public Outlet<TOut2> Outlet2 { get; } = out2;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [in1, in2];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [out1, out2];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) => new BidiShape<TIn1, TOut1, TIn2, TOut2>(
        (Inlet<TIn1>)inlets[0], (Outlet<TOut1>)outlets[0], (Inlet<TIn2>)inlets[1], (Outlet<TOut2>)outlets[1]);
}
