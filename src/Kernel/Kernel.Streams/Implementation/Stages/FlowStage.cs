using Akka.Streams.Stage;
using Akka.Streams.Supervision;

namespace Akka.Streams.Implementation.Stages;

/// <summary>A stage with one inlet and one outlet.</summary>
internal abstract class FlowStage<TIn, TOut> : GraphStage<FlowShape<TIn, TOut>>
{
    protected FlowStage() => Shape = new FlowShape<TIn, TOut>(new Inlet<TIn>($"{Name}.in"), new Outlet<TOut>($"{Name}.out"));

    public sealed override FlowShape<TIn, TOut> Shape { get; }

    protected override Attributes InitialAttributes => Attributes.CreateName(Name);

    private string Name => GetType().Name.Split('`')[0];

    public sealed override string ToString() => Name;
}

/// <summary>A stage with one inlet, one outlet and a value.</summary>
internal abstract class FlowStage<TIn, TOut, TMat> : GraphStageWithMaterializedValue<FlowShape<TIn, TOut>, TMat>
{
    protected FlowStage() => Shape = new FlowShape<TIn, TOut>(new Inlet<TIn>($"{Name}.in"), new Outlet<TOut>($"{Name}.out"));

    public sealed override FlowShape<TIn, TOut> Shape { get; }

    protected override Attributes InitialAttributes => Attributes.CreateName(Name);

    private string Name => GetType().Name.Split('`')[0];

    public sealed override string ToString() => Name;
}

/// <summary>The running part of such a stage. It asks upstream when it is asked, unless told otherwise.</summary>
internal abstract class FlowLogic<TIn, TOut> : InAndOutGraphStageLogic
{
    private readonly Decider _decider;

    protected FlowLogic(FlowShape<TIn, TOut> shape, Attributes attributes)
        : base(shape)
    {
        In = shape.Inlet;
        Out = shape.Outlet;
        _decider = attributes.Decider();
        SetHandlers(In, Out, this);
    }

    protected Inlet<TIn> In { get; }

    protected Outlet<TOut> Out { get; }

    private protected override bool ForwardsDemand => true;

    public override void OnPull() => Pull(In);

    /// <summary>Asks the supervision attribute about an exception; true when the stage goes on, otherwise it has failed.</summary>
    protected bool Survives(Exception cause)
    {
        switch (_decider(cause))
        {
            case Directive.Resume:
                return true;
            case Directive.Restart:
                Restart();
                return true;
            default:
                FailStage(cause);
                return false;
        }
    }

    /// <summary>Forgets what the stage has gathered.</summary>
    protected virtual void Restart()
    {
    }

    /// <summary>Asks upstream unless that has been done, or would be in vain.</summary>
    protected void PullOnce()
    {
        if (!HasBeenPulled(In) && !IsClosed(In))
            Pull(In);
    }
}

/// <summary>Hands elements on as they are.</summary>
internal sealed class Identity<T> : FlowStage<T, T>
{
    internal override bool IsIdentity => true;

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, inheritedAttributes);

    private sealed class Logic(Identity<T> stage, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void OnPush() => Push(Out, Grab(In));
    }
}
