namespace Akka.Streams.Stage;

/// <summary>What a stage does when something happens at an inlet.</summary>
public interface IInHandler
{
    /// <summary>An element has come; grab it.</summary>
    void OnPush();

    /// <summary>There will be no more elements.</summary>
    void OnUpstreamFinish();

    /// <summary>There will be no more elements because something failed.</summary>
    /// <param name="e">What failed.</param>
    void OnUpstreamFailure(Exception e);
}

/// <summary>What a stage does when something happens at an outlet.</summary>
public interface IOutHandler
{
    /// <summary>An element is wanted; push it.</summary>
    void OnPull();

    /// <summary>No more elements are wanted.</summary>
    /// <param name="cause">Why.</param>
    void OnDownstreamFinish(Exception cause);
}

/// <summary>A handler whose defaults complete or fail the stage.</summary>
public abstract class InHandler : IInHandler
{
    internal GraphStageLogic Stage { get; set; } = null!;

    /// <inheritdoc/>
    public abstract void OnPush();

    /// <inheritdoc/>
    public virtual void OnUpstreamFinish() => Stage.CompleteStage();

    /// <inheritdoc/>
    public virtual void OnUpstreamFailure(Exception e) => Stage.FailStage(e);
}

/// <summary>A handler whose default cancels the stage.</summary>
public abstract class OutHandler : IOutHandler
{
    internal GraphStageLogic Stage { get; set; } = null!;

    /// <inheritdoc/>
    public abstract void OnPull();

    /// <inheritdoc/>
    public virtual void OnDownstreamFinish(Exception cause) => Stage.CancelStage(cause);
}

/// <summary>A handler of an inlet and an outlet whose defaults end the stage.</summary>
public abstract class InAndOutHandler : IInHandler, IOutHandler
{
    internal GraphStageLogic Stage { get; set; } = null!;

    /// <inheritdoc/>
    public abstract void OnPush();

    /// <inheritdoc/>
    public virtual void OnUpstreamFinish() => Stage.CompleteStage();

    /// <inheritdoc/>
    public virtual void OnUpstreamFailure(Exception e) => Stage.FailStage(e);

    /// <inheritdoc/>
    public abstract void OnPull();

    /// <inheritdoc/>
    public virtual void OnDownstreamFinish(Exception cause) => Stage.CancelStage(cause);
}

/// <summary>A handler that is delegates; what is left out ends the stage.</summary>
/// <param name="onPush">For an element.</param>
/// <param name="onUpstreamFinish">For completion.</param>
/// <param name="onUpstreamFailure">For failure.</param>
public class LambdaInHandler(Action onPush, Action? onUpstreamFinish = null, Action<Exception>? onUpstreamFailure = null) : InHandler
{
    /// <inheritdoc/>
    public override void OnPush() => onPush();

    /// <inheritdoc/>
    public override void OnUpstreamFinish()
    {
        if (onUpstreamFinish is null)
            base.OnUpstreamFinish();
        else
            onUpstreamFinish();
    }

    /// <inheritdoc/>
    public override void OnUpstreamFailure(Exception e)
    {
        if (onUpstreamFailure is null)
            base.OnUpstreamFailure(e);
        else
            onUpstreamFailure(e);
    }
}

/// <summary>A handler that is delegates; what is left out ends the stage.</summary>
/// <param name="onPull">For demand.</param>
/// <param name="onDownstreamFinish">For cancellation.</param>
public class LambdaOutHandler(Action onPull, Action<Exception>? onDownstreamFinish = null) : OutHandler
{
    /// <inheritdoc/>
    public override void OnPull() => onPull();

    /// <inheritdoc/>
    public override void OnDownstreamFinish(Exception cause)
    {
        if (onDownstreamFinish is null)
            base.OnDownstreamFinish(cause);
        else
            onDownstreamFinish(cause);
    }
}

/// <summary>Ends the stage on completion and failure; ignores elements.</summary>
public sealed class EagerTerminateInput : InHandler
{
    /// <inheritdoc/>
    public override void OnPush()
    {
    }
}

/// <summary>Ends the stage on cancellation; ignores demand.</summary>
public sealed class EagerTerminateOutput : OutHandler
{
    /// <inheritdoc/>
    public override void OnPull()
    {
    }
}

/// <summary>Ignores elements and completion; fails with failure.</summary>
public sealed class IgnoreTerminateInput : InHandler
{
    /// <inheritdoc/>
    public override void OnPush()
    {
    }

    /// <inheritdoc/>
    public override void OnUpstreamFinish()
    {
    }
}

/// <summary>Ignores demand and cancellation.</summary>
public sealed class IgnoreTerminateOutput : OutHandler
{
    /// <inheritdoc/>
    public override void OnPull()
    {
    }

    /// <inheritdoc/>
    public override void OnDownstreamFinish(Exception cause)
    {
    }
}
