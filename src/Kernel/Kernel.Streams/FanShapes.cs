using System.Collections.Immutable;

namespace Akka.Streams;

/// <summary>Any number of inlets of one type and one outlet.</summary>
/// <typeparam name="TIn">The type of the elements that enter.</typeparam>
/// <typeparam name="TOut">The type of the elements that leave.</typeparam>
/// <param name="outlet">The outlet.</param>
/// <param name="inlets">The inlets.</param>
public sealed class UniformFanInShape<TIn, TOut>(Outlet<TOut> outlet, params Inlet<TIn>[] inlets) : Shape
{
    /// <summary>Makes the shape with fresh inlets and outlet.</summary>
    /// <param name="n">How many inlets.</param>
    public UniformFanInShape(int n)
        : this(new Outlet<TOut>("out"), [.. Enumerable.Range(0, n).Select(static i => new Inlet<TIn>($"in{i}"))])
    {
    }

    /// <summary>Gets the inlets.</summary>
    public ImmutableArray<Inlet<TIn>> Ins { get; } = [.. inlets];

    /// <summary>Gets the outlet.</summary>
    public Outlet<TOut> Out { get; } = outlet;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [.. inlets];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [outlet];

    /// <summary>Gets an inlet.</summary>
    /// <param name="n">Its place.</param>
    /// <returns>The inlet.</returns>
    public Inlet<TIn> In(int n) => Ins[n];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new UniformFanInShape<TIn, TOut>((Outlet<TOut>)outlets[0], [.. inlets.Cast<Inlet<TIn>>()]);
}

/// <summary>One inlet and any number of outlets of one type.</summary>
/// <typeparam name="TIn">The type of the elements that enter.</typeparam>
/// <typeparam name="TOut">The type of the elements that leave.</typeparam>
/// <param name="inlet">The inlet.</param>
/// <param name="outlets">The outlets.</param>
public sealed class UniformFanOutShape<TIn, TOut>(Inlet<TIn> inlet, params Outlet<TOut>[] outlets) : Shape
{
    /// <summary>Makes the shape with fresh inlet and outlets.</summary>
    /// <param name="n">How many outlets.</param>
    public UniformFanOutShape(int n)
        : this(new Inlet<TIn>("in"), [.. Enumerable.Range(0, n).Select(static i => new Outlet<TOut>($"out{i}"))])
    {
    }

    /// <summary>Gets the inlet.</summary>
    public Inlet<TIn> In { get; } = inlet;

    /// <summary>Gets the outlets.</summary>
    public ImmutableArray<Outlet<TOut>> Outs { get; } = [.. outlets];

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [inlet];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [.. outlets];

    /// <summary>Gets an outlet.</summary>
    /// <param name="n">Its place.</param>
    /// <returns>The outlet.</returns>
    public Outlet<TOut> Out(int n) => Outs[n];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new UniformFanOutShape<TIn, TOut>((Inlet<TIn>)inlets[0], [.. outlets.Cast<Outlet<TOut>>()]);
}

/// <summary>Two inlets and one outlet.</summary>
/// <typeparam name="T0">What enters at the first inlet.</typeparam>
/// <typeparam name="T1">What enters at the second inlet.</typeparam>
/// <typeparam name="TOut">What leaves.</typeparam>
/// <param name="outlet">The outlet.</param>
/// <param name="in0">The first inlet.</param>
/// <param name="in1">The second inlet.</param>
public sealed class FanInShape<T0, T1, TOut>(Outlet<TOut> outlet, Inlet<T0> in0, Inlet<T1> in1) : Shape
{
    /// <summary>Makes the shape with fresh inlets and outlet.</summary>
    /// <param name="name">A name.</param>
    public FanInShape(string name)
        : this(new Outlet<TOut>($"{name}.out"), new Inlet<T0>($"{name}.in0"), new Inlet<T1>($"{name}.in1"))
    {
    }

    /// <summary>Gets the first inlet.</summary>
    public Inlet<T0> In0 { get; } = in0;

    /// <summary>Gets the second inlet.</summary>
    public Inlet<T1> In1 { get; } = in1;

    /// <summary>Gets the outlet.</summary>
    public Outlet<TOut> Out { get; } = outlet;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [in0, in1];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [outlet];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new FanInShape<T0, T1, TOut>((Outlet<TOut>)outlets[0], (Inlet<T0>)inlets[0], (Inlet<T1>)inlets[1]);
}

/// <summary>One inlet and two outlets.</summary>
/// <typeparam name="TIn">What enters.</typeparam>
/// <typeparam name="T0">What leaves at the first outlet.</typeparam>
/// <typeparam name="T1">What leaves at the second outlet.</typeparam>
/// <param name="inlet">The inlet.</param>
/// <param name="out0">The first outlet.</param>
/// <param name="out1">The second outlet.</param>
public sealed class FanOutShape<TIn, T0, T1>(Inlet<TIn> inlet, Outlet<T0> out0, Outlet<T1> out1) : Shape
{
    /// <summary>Makes the shape with fresh inlet and outlets.</summary>
    /// <param name="name">A name.</param>
    public FanOutShape(string name)
        : this(new Inlet<TIn>($"{name}.in"), new Outlet<T0>($"{name}.out0"), new Outlet<T1>($"{name}.out1"))
    {
    }

    /// <summary>Gets the inlet.</summary>
    public Inlet<TIn> In { get; } = inlet;

    /// <summary>Gets the first outlet.</summary>
    public Outlet<T0> Out0 { get; } = out0;

    /// <summary>Gets the second outlet.</summary>
    public Outlet<T1> Out1 { get; } = out1;

    /// <inheritdoc/>
    public override ImmutableArray<Inlet> Inlets { get; } = [inlet];

    /// <inheritdoc/>
    public override ImmutableArray<Outlet> Outlets { get; } = [out0, out1];

    /// <inheritdoc/>
    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) =>
        new FanOutShape<TIn, T0, T1>((Inlet<TIn>)inlets[0], (Outlet<T0>)outlets[0], (Outlet<T1>)outlets[1]);
}
