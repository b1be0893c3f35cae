using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>The far side of a stage's SubSinkInlet.</summary>
internal sealed class InnerSinkStage<T>(GraphStageLogic.SubSinkInlet<T> owner) : SinkStage<T, NotUsed>
{
    public override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
        new LogicAndMaterializedValue<NotUsed>(new InnerSink<T>(Shape, owner), NotUsed.Instance);
}

internal sealed class InnerSink<T>(SinkShape<T> shape, GraphStageLogic.SubSinkInlet<T> owner) : SinkLogic<T>(shape)
{
    private bool _ended;

    public override void PreStart() => owner.Attached(this);

    public void Request()
    {
        if (!HasBeenPulled(In))
            TryPull(In);
    }

    public override void OnPush() => owner.Pushed(this, Grab(In));

    public override void OnUpstreamFinish()
    {
        End(null);
        CompleteStage();
    }

    public override void OnUpstreamFailure(Exception e)
    {
        End(e);
        CompleteStage();
    }

    public override void PostStop()
    {
        if (!IsClosed(In))
            End(new AbruptStageTerminationException(this));
    }

    private void End(Exception? cause)
    {
        if (_ended)
            return;
        _ended = true;
        owner.Ended(this, cause);
    }
}

/// <summary>The far side of a stage's SubSourceOutlet.</summary>
internal sealed class InnerSourceStage<T>(GraphStageLogic.SubSourceOutlet<T> owner) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new InnerSource<T>(Shape, owner);
}

internal sealed class InnerSource<T>(SourceShape<T> shape, GraphStageLogic.SubSourceOutlet<T> owner) : SourceLogic<T>(shape)
{
    public override void PreStart() => owner.Attached(this);

    public override void OnPull() => owner.Pulled(this);

    public override void OnDownstreamFinish(Exception cause)
    {
        owner.Cancelled(this, cause);
        CancelStage(cause);
    }

    public override void PostStop()
    {
        if (!IsClosed(Out))
            owner.Cancelled(this, new AbruptStageTerminationException(this));
    }

    public void Give(T element) => Push(Out, element);

    public void End(Exception? cause)
    {
        if (cause is null)
            CompleteStage();
        else
            FailStage(cause);
    }
}
