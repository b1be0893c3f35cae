using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>What a graph is made of: a tree with stages at its leaves. Inlets and outlets are known by their place.</summary>
public abstract class Module
{
    private protected Module(Attributes attributes) => Attributes = attributes;

    internal Attributes Attributes { get; }

    /// <summary>Makes the running parts, on the given island unless the module wants one of its own.</summary>
    internal Part Materialize(Materialization run, Attributes inherited, Island island)
    {
        var attributes = inherited.And(Attributes);
        return Build(run, attributes, Attributes.Contains(Attributes.AsyncBoundary.Instance) ? run.NewIsland(attributes) : island);
    }

    internal abstract Module WithAttributes(Attributes attributes);

    private protected abstract Part Build(Materialization run, Attributes attributes, Island island);
}

/// <summary>An inlet of a running part.</summary>
internal readonly record struct InEnd(GraphStageLogic Logic, Inlet Port);

/// <summary>An outlet of a running part.</summary>
internal readonly record struct OutEnd(GraphStageLogic Logic, Outlet Port);

/// <summary>What a module has become: its open ends and its value.</summary>
internal readonly record struct Part(InEnd[] Ins, OutEnd[] Outs, object? Value);

/// <summary>A stage.</summary>
internal sealed class StageModule : Module
{
    private readonly Shape _shape;
    private readonly Func<Attributes, (GraphStageLogic Logic, Func<object?> Value)> _create;

    public StageModule(Shape shape, Func<Attributes, (GraphStageLogic Logic, Func<object?> Value)> create, Attributes attributes)
        : base(attributes)
    {
        _shape = shape;
        _create = create;
        for (var i = 0; i < shape.Inlets.Length; i++)
            shape.Inlets[i].Id = i;
        for (var i = 0; i < shape.Outlets.Length; i++)
            shape.Outlets[i].Id = i;
    }

    /// <summary>Gets a value indicating whether elements leave as they enter.</summary>
    public bool IsIdentity { get; init; }

    internal override Module WithAttributes(Attributes attributes) => new StageModule(_shape, _create, attributes);

    private protected override Part Build(Materialization run, Attributes attributes, Island island)
    {
        var (logic, value) = run.Create(_create, attributes, island);
        var ins = _shape.Inlets;
        var outs = _shape.Outlets;
        var part = new Part(new InEnd[ins.Length], new OutEnd[outs.Length], value);
        for (var i = 0; i < ins.Length; i++)
            part.Ins[i] = new InEnd(logic, ins[i]);
        for (var i = 0; i < outs.Length; i++)
            part.Outs[i] = new OutEnd(logic, outs[i]);
        return part;
    }
}

/// <summary>An open end of one of a composition's parts.</summary>
internal readonly record struct At(int Part, int Port);

/// <summary>Modules wired to one another.</summary>
internal sealed class CompositeModule(
    Module[] parts,
    (At Out, At In)[] wires,
    At[] ins,
    At[] outs,
    Func<object?[], object?> value,
    Attributes attributes) : Module(attributes)
{
    /// <summary>One module after the other; one that does nothing is left out.</summary>
    public static CompositeModule Chain(Module first, Module second, bool hasIn, bool hasOut, Func<object?, object?, object?> value)
    {
        At[] ins = hasIn ? [new At(0, 0)] : [];
        if (first is StageModule { IsIdentity: true })
            return new([second], [], ins, hasOut ? [new At(0, 0)] : [], values => value(NotUsed.Instance, values[0]), Attributes.None);
        if (second is StageModule { IsIdentity: true })
            return new([first], [], ins, hasOut ? [new At(0, 0)] : [], values => value(values[0], NotUsed.Instance), Attributes.None);
        return new(
            [first, second],
            [(new At(0, 0), new At(1, 0))],
            ins,
            hasOut ? [new At(1, 0)] : [],
            values => value(values[0], values[1]),
            Attributes.None);
    }

    /// <summary>A module with another value.</summary>
    public static CompositeModule Around(Module module, Shape shape, Func<object?, object?> value) => new(
        [module],
        [],
        [.. shape.Inlets.Select(static (_, i) => new At(0, i))],
        [.. shape.Outlets.Select(static (_, i) => new At(0, i))],
        values => value(values[0]),
        Attributes.None);

    internal override Module WithAttributes(Attributes attributes) => new CompositeModule(parts, wires, ins, outs, value, attributes);

    private protected override Part Build(Materialization run, Attributes attributes, Island island)
    {
        var built = new Part[parts.Length];
        var values = new object?[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            built[i] = parts[i].Materialize(run, attributes, island);
            values[i] = built[i].Value;
        }

        foreach (var (from, to) in wires)
            run.Connect(built[from.Part].Outs[from.Port], built[to.Part].Ins[to.Port]);
        return new Part(
            Array.ConvertAll(ins, at => built[at.Part].Ins[at.Port]),
            Array.ConvertAll(outs, at => built[at.Part].Outs[at.Port]),
            value(values));
    }
}
