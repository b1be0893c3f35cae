using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>Makes graphs that are no chain: parts are added and their inlets and outlets wired.</summary>
public static class GraphDsl
{
    /// <summary>Makes a graph.</summary>
    public static IGraph<TShape, NotUsed> Create<TShape>(Func<Builder<NotUsed>, TShape> buildBlock)
        where TShape : Shape => Build<TShape, NotUsed>(buildBlock, static _ => NotUsed.Instance);

    /// <summary>Makes a graph with the value of one part.</summary>
    public static IGraph<TShape, TMat> Create<TShape, TShape1, TMat>(IGraph<TShape1, TMat> g1, Func<Builder<TMat>, TShape1, TShape> buildBlock)
        where TShape : Shape
        where TShape1 : Shape => Build<TShape, TMat>(b => buildBlock(b, b.AddFirst(g1)), static values => (TMat)values[0]!);

    /// <summary>Makes a graph with a value of two parts' values.</summary>
    public static IGraph<TShape, TMat> Create<TShape, TShape1, TShape2, TMat1, TMat2, TMat>(
        IGraph<TShape1, TMat1> g1,
        IGraph<TShape2, TMat2> g2,
        Func<TMat1, TMat2, TMat> combineMaterializers,
        Func<Builder<TMat>, TShape1, TShape2, TShape> buildBlock)
        where TShape : Shape
        where TShape1 : Shape
        where TShape2 : Shape => Build<TShape, TMat>(
            b => buildBlock(b, b.AddFirst(g1), b.AddFirst(g2)),
            values => combineMaterializers((TMat1)values[0]!, (TMat2)values[1]!));

    /// <summary>Makes a graph with a value of three parts' values.</summary>
    public static IGraph<TShape, TMat> Create<TShape, TShape1, TShape2, TShape3, TMat1, TMat2, TMat3, TMat>(
        IGraph<TShape1, TMat1> g1,
        IGraph<TShape2, TMat2> g2,
        IGraph<TShape3, TMat3> g3,
        Func<TMat1, TMat2, TMat3, TMat> combineMaterializers,
        Func<Builder<TMat>, TShape1, TShape2, TShape3, TShape> buildBlock)
        where TShape : Shape
        where TShape1 : Shape
        where TShape2 : Shape
        where TShape3 : Shape => Build<TShape, TMat>(
            b => buildBlock(b, b.AddFirst(g1), b.AddFirst(g2), b.AddFirst(g3)),
            values => combineMaterializers((TMat1)values[0]!, (TMat2)values[1]!, (TMat3)values[2]!));

    private static Graph<TShape, TMat> Build<TShape, TMat>(Func<Builder<TMat>, TShape> build, Func<object?[], object?> value)
        where TShape : Shape
    {
        var builder = new Builder<TMat>();
        var shape = build(builder);
        return new Graph<TShape, TMat>((TShape)shape.DeepCopy(), builder.Finish(shape, value));
    }

    /// <summary>Adds and wires parts.</summary>
    /// <typeparam name="T">The type of the graph's value.</typeparam>
    public sealed class Builder<T>
    {
        private readonly List<Module> _parts = [];
        private readonly List<(At Out, At In)> _wires = [];
        private readonly Dictionary<Inlet, At> _inlets = [];
        private readonly Dictionary<Outlet, At> _outlets = [];

        internal Builder()
        {
        }

        /// <summary>Adds a part; its value is dropped.</summary>
        /// <returns>The inlets and outlets of what was added.</returns>
        public TShape Add<TShape, TMat>(IGraph<TShape, TMat> graph)
            where TShape : Shape => AddFirst(graph);

        /// <summary>Wires an outlet to an inlet.</summary>
        public void AddEdge<TOut>(Outlet<TOut> from, Inlet<TOut> to)
        {
            if (!_outlets.Remove(from, out var start))
                throw new ArgumentException($"[{from}] is not a free outlet of this graph", nameof(from));
            if (!_inlets.Remove(to, out var end))
                throw new ArgumentException($"[{to}] is not a free inlet of this graph", nameof(to));
            _wires.Add((start, end));
        }

        /// <summary>Begins a chain at an outlet.</summary>
        public ForwardOps<TOut, T> From<TOut>(Outlet<TOut> outlet) => new(this, outlet);

        /// <summary>Begins a chain at a source's outlet.</summary>
        public ForwardOps<TOut, T> From<TOut>(SourceShape<TOut> source) => new(this, source.Outlet);

        /// <summary>Begins a chain at a source.</summary>
        public ForwardOps<TOut, T> From<TOut, TMat>(IGraph<SourceShape<TOut>, TMat> source) => new(this, Add(source).Outlet);

        /// <summary>Begins a chain at a flow's outlet.</summary>
        public ForwardOps<TOut, T> From<TIn, TOut>(FlowShape<TIn, TOut> flow) => new(this, flow.Outlet);

        /// <summary>Begins a chain at the outlet of a fan.</summary>
        public ForwardOps<TOut, T> From<TIn, TOut>(UniformFanInShape<TIn, TOut> fanIn) => new(this, fanIn.Out);

        /// <summary>Begins a chain at the outlet of a fan.</summary>
        public ForwardOps<TOut, T> From<T0, T1, TOut>(FanInShape<T0, T1, TOut> fanIn) => new(this, fanIn.Out);

        /// <summary>Begins a chain at the first free outlet of a fan.</summary>
        public ForwardOps<TOut, T> From<TIn, TOut>(UniformFanOutShape<TIn, TOut> fanOut) => new(this, Free(fanOut));

        /// <summary>Begins a chain backwards at an inlet.</summary>
        public ReverseOps<TIn, T> To<TIn>(Inlet<TIn> inlet) => new(this, inlet);

        /// <summary>Begins a chain backwards at a sink's inlet.</summary>
        public ReverseOps<TIn, T> To<TIn>(SinkShape<TIn> sink) => new(this, sink.Inlet);

        /// <summary>Begins a chain backwards at a sink.</summary>
        public ReverseOps<TIn, T> To<TIn, TMat>(IGraph<SinkShape<TIn>, TMat> sink) => new(this, Add(sink).Inlet);

        /// <summary>Begins a chain backwards at a flow's inlet.</summary>
        public ReverseOps<TIn, T> To<TIn, TOut>(FlowShape<TIn, TOut> flow) => new(this, flow.Inlet);

        /// <summary>Begins a chain backwards at the first free inlet of a fan.</summary>
        public ReverseOps<TIn, T> To<TIn, TOut>(UniformFanInShape<TIn, TOut> fanIn) => new(this, Free(fanIn));

        /// <summary>Begins a chain backwards at the inlet of a fan.</summary>
        public ReverseOps<TIn, T> To<TIn, TOut>(UniformFanOutShape<TIn, TOut> fanOut) => new(this, fanOut.In);

        internal TShape AddFirst<TShape, TMat>(IGraph<TShape, TMat> graph)
            where TShape : Shape
        {
            var shape = (TShape)graph.Shape.DeepCopy();
            for (var i = 0; i < shape.Inlets.Length; i++)
                _inlets.Add(shape.Inlets[i], new At(_parts.Count, i));
            for (var i = 0; i < shape.Outlets.Length; i++)
                _outlets.Add(shape.Outlets[i], new At(_parts.Count, i));
            _parts.Add(graph.Module);
            return shape;
        }

        internal Outlet<TOut> Free<TIn, TOut>(UniformFanOutShape<TIn, TOut> fanOut) =>
            fanOut.Outs.FirstOrDefault(_outlets.ContainsKey) ?? throw new ArgumentException("No more outlets free on junction", nameof(fanOut));

        internal Inlet<TIn> Free<TIn, TOut>(UniformFanInShape<TIn, TOut> fanIn) =>
            fanIn.Ins.FirstOrDefault(_inlets.ContainsKey) ?? throw new ArgumentException("No more inlets free on junction", nameof(fanIn));

        internal CompositeModule Finish(Shape shape, Func<object?[], object?> value)
        {
            var ins = shape.Inlets.Select(i => _inlets.Remove(i, out var at) ? at : throw Unknown(i)).ToArray();
            var outs = shape.Outlets.Select(o => _outlets.Remove(o, out var at) ? at : throw Unknown(o)).ToArray();
            if (_inlets.Count > 0 || _outlets.Count > 0)
            {
                throw new ArgumentException(
                    $"Illegal GraphDSL usage. The inlets [{string.Join(", ", _inlets.Keys)}] and outlets [{string.Join(", ", _outlets.Keys)}] are not connected to anything and not part of the returned shape.");
            }

            return new CompositeModule([.. _parts], [.. _wires], ins, outs, value, Attributes.None);
        }

        private static ArgumentException Unknown(object port) => new($"[{port}] of the returned shape is not a free inlet or outlet of this graph");
    }

    /// <summary>The end of a chain.</summary>
    /// <typeparam name="TOut">The type of its elements.</typeparam>
    /// <typeparam name="TMat">The type of the graph's value.</typeparam>
    public sealed class ForwardOps<TOut, TMat>
    {
        internal ForwardOps(Builder<TMat> builder, Outlet<TOut> outlet)
        {
            Builder = builder;
            Out = outlet;
        }

        /// <summary>Gets the outlet at the end.</summary>
        public Outlet<TOut> Out { get; }

        internal Builder<TMat> Builder { get; }

        /// <summary>Goes on with a flow.</summary>
        public ForwardOps<TOut2, TMat> Via<TOut2, TMat2>(IGraph<FlowShape<TOut, TOut2>, TMat2> flow) => Via(Builder.Add(flow));

        /// <summary>Goes on with a flow.</summary>
        public ForwardOps<TOut2, TMat> Via<TOut2>(FlowShape<TOut, TOut2> flow) => Next(flow.Inlet, flow.Outlet);

        /// <summary>Goes on with a fan, at its first free inlet.</summary>
        public ForwardOps<TOut2, TMat> Via<TOut2>(UniformFanInShape<TOut, TOut2> fanIn) => Next(Builder.Free(fanIn), fanIn.Out);

        /// <summary>Goes on with a fan, at its first free outlet.</summary>
        public ForwardOps<TOut2, TMat> Via<TOut2>(UniformFanOutShape<TOut, TOut2> fanOut) => Next(fanOut.In, Builder.Free(fanOut));

        /// <summary>Ends in an inlet.</summary>
        public Builder<TMat> To(Inlet<TOut> inlet)
        {
            Builder.AddEdge(Out, inlet);
            return Builder;
        }

        /// <summary>Ends in a sink.</summary>
        public Builder<TMat> To<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink) => To(Builder.Add(sink).Inlet);

        /// <summary>Ends in a sink's inlet.</summary>
        public Builder<TMat> To(SinkShape<TOut> sink) => To(sink.Inlet);

        /// <summary>Ends in a flow's inlet.</summary>
        public Builder<TMat> To<TOut2>(FlowShape<TOut, TOut2> flow) => To(flow.Inlet);

        /// <summary>Ends in a fan's first free inlet.</summary>
        public Builder<TMat> To<TOut2>(UniformFanInShape<TOut, TOut2> fanIn) => To(Builder.Free(fanIn));

        /// <summary>Ends in a fan's inlet.</summary>
        public Builder<TMat> To<TOut2>(UniformFanOutShape<TOut, TOut2> fanOut) => To(fanOut.In);

        private ForwardOps<TOut2, TMat> Next<TOut2>(Inlet<TOut> inlet, Outlet<TOut2> outlet)
        {
            Builder.AddEdge(Out, inlet);
            return new ForwardOps<TOut2, TMat>(Builder, outlet);
        }
    }

    /// <summary>The beginning of a chain that is written backwards.</summary>
    /// <typeparam name="TIn">The type of its elements.</typeparam>
    /// <typeparam name="TMat">The type of the graph's value.</typeparam>
    public sealed class ReverseOps<TIn, TMat>
    {
        private readonly Builder<TMat> _builder;

        internal ReverseOps(Builder<TMat> builder, Inlet<TIn> inlet)
        {
            _builder = builder;
            In = inlet;
        }

        /// <summary>Gets the inlet at the beginning.</summary>
        public Inlet<TIn> In { get; }

        /// <summary>Begins with an outlet.</summary>
        public Builder<TMat> From(Outlet<TIn> outlet)
        {
            _builder.AddEdge(outlet, In);
            return _builder;
        }

        /// <summary>Begins with a source.</summary>
        public Builder<TMat> From<TMat2>(IGraph<SourceShape<TIn>, TMat2> source) => From(_builder.Add(source).Outlet);

        /// <summary>Begins with a flow's outlet.</summary>
        public Builder<TMat> From<TIn2>(FlowShape<TIn2, TIn> flow) => From(flow.Outlet);

        /// <summary>Begins with a fan's outlet.</summary>
        public Builder<TMat> From<TIn2>(UniformFanInShape<TIn2, TIn> fanIn) => From(fanIn.Out);

        /// <summary>Begins with a fan's first free outlet.</summary>
        public Builder<TMat> From<TIn2>(UniformFanOutShape<TIn2, TIn> fanOut) => From(_builder.Free(fanOut));

        /// <summary>Goes on backwards with a flow.</summary>
        public ReverseOps<TIn2, TMat> Via<TIn2, TMat2>(IGraph<FlowShape<TIn2, TIn>, TMat2> flow)
        {
            var shape = _builder.Add(flow);
            From(shape.Outlet);
            return new ReverseOps<TIn2, TMat>(_builder, shape.Inlet);
        }
    }
}
