using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

/// <summary>The running part of a stage and the value that the stage materializes to.</summary>
/// <typeparam name="TMat">The type of the value.</typeparam>
public interface ILogicAndMaterializedValue<out TMat>
{
    /// <summary>Gets the running part.</summary>
    GraphStageLogic Logic { get; }

    /// <summary>Gets the value.</summary>
    TMat MaterializedValue { get; }
}

/// <summary>The running part of a stage and the value that the stage materializes to.</summary>
/// <typeparam name="TMat">The type of the value.</typeparam>
/// <param name="logic">The running part.</param>
/// <param name="materializedValue">The value.</param>
public sealed class LogicAndMaterializedValue<TMat>(GraphStageLogic logic, TMat materializedValue) : ILogicAndMaterializedValue<TMat>
{
    /// <inheritdoc/>
    public GraphStageLogic Logic { get; } = logic;

    /// <inheritdoc/>
    public TMat MaterializedValue { get; } = materializedValue;
}

/// <summary>A stage: a graph that is no composition. It keeps no mutable state itself, for it may run many times.</summary>
/// <typeparam name="TShape">Its shape.</typeparam>
/// <typeparam name="TMat">What it materializes to.</typeparam>
public abstract class GraphStageWithMaterializedValue<TShape, TMat> : IGraph<TShape, TMat>
    where TShape : Shape
{
    private Module? _module;

    /// <inheritdoc/>
    public abstract TShape Shape { get; }

    /// <inheritdoc/>
    public Module Module => _module ??= new StageModule(Shape, Create, InitialAttributes) { IsIdentity = IsIdentity };

    internal virtual bool IsIdentity => false;

    /// <summary>Gets the attributes that hold unless others are given.</summary>
    protected virtual Attributes InitialAttributes => Attributes.None;

    /// <summary>Makes the running part and the value.</summary>
    /// <param name="inheritedAttributes">All that is said about this stage and the graphs around it.</param>
    /// <returns>Both.</returns>
    public abstract ILogicAndMaterializedValue<TMat> CreateLogicAndMaterializedValue(Attributes inheritedAttributes);

    /// <inheritdoc/>
    public IGraph<TShape, TMat> WithAttributes(Attributes attributes) => new Graph<TShape, TMat>(Shape, Module.WithAttributes(attributes));

    /// <inheritdoc/>
    public IGraph<TShape, TMat> AddAttributes(Attributes attributes) => WithAttributes(Module.Attributes.And(attributes));

    /// <inheritdoc/>
    public IGraph<TShape, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    /// <inheritdoc/>
    public IGraph<TShape, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    /// <summary>The value is asked for when the running part has its place, for it may depend on that.</summary>
    private (GraphStageLogic Logic, Func<object?> Value) Create(Attributes attributes)
    {
        var made = CreateLogicAndMaterializedValue(attributes);
        return (made.Logic, () => made.MaterializedValue);
    }
}

/// <summary>A stage that materializes to nothing of interest.</summary>
/// <typeparam name="TShape">Its shape.</typeparam>
public abstract class GraphStage<TShape> : GraphStageWithMaterializedValue<TShape, NotUsed>
    where TShape : Shape
{
    /// <inheritdoc/>
    public sealed override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
        new LogicAndMaterializedValue<NotUsed>(CreateLogic(inheritedAttributes), NotUsed.Instance);

    /// <summary>Makes the running part.</summary>
    /// <param name="inheritedAttributes">All that is said about this stage and the graphs around it.</param>
    /// <returns>The running part.</returns>
    protected abstract GraphStageLogic CreateLogic(Attributes inheritedAttributes);
}
