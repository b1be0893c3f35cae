namespace Akka.Streams.Stage;

/// <summary>A running part that is the handler of its inlet.</summary>
public abstract class InGraphStageLogic : GraphStageLogic, IInHandler
{
    /// <inheritdoc/>
    protected InGraphStageLogic(Shape shape)
        : base(shape)
    {
    }

    /// <inheritdoc/>
    public abstract void OnPush();

    /// <inheritdoc/>
    public virtual void OnUpstreamFinish() => CompleteStage();

    /// <inheritdoc/>
    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);
}

/// <summary>A running part that is the handler of its outlet.</summary>
public abstract class OutGraphStageLogic : GraphStageLogic, IOutHandler
{
    /// <inheritdoc/>
    protected OutGraphStageLogic(Shape shape)
        : base(shape)
    {
    }

    /// <inheritdoc/>
    public abstract void OnPull();

    /// <inheritdoc/>
    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}

/// <summary>A running part that is the handler of its inlet and its outlet.</summary>
public abstract class InAndOutGraphStageLogic : GraphStageLogic, IInHandler, IOutHandler
{
    /// <inheritdoc/>
    protected InAndOutGraphStageLogic(Shape shape)
        : base(shape)
    {
    }

    /// <inheritdoc/>
    public abstract void OnPush();

    /// <inheritdoc/>
    public virtual void OnUpstreamFinish() => CompleteStage();

    /// <inheritdoc/>
    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);

    /// <inheritdoc/>
    public abstract void OnPull();

    /// <inheritdoc/>
    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}
