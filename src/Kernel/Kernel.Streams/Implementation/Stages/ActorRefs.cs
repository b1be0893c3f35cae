using Akka.Actor;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Gives what is sent to an actor. With an acknowledgement it gives one element at a time, and says so to the sender.</summary>
internal sealed class ActorRefSource<T>(int bufferSize, OverflowStrategy strategy, object? ack) : SourceStage<T, IActorRef>
{
    public override ILogicAndMaterializedValue<IActorRef> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        if (strategy == OverflowStrategy.Backpressure && ack is null)
            throw new NotSupportedException("Backpressure overflow strategy not supported: an actor cannot be slowed down");
        return new Logic(this, Math.Max(bufferSize, 1), strategy, ack);
    }

    private sealed class Logic(ActorRefSource<T> stage, int bufferSize, OverflowStrategy strategy, object? ack)
        : SourceLogic<T>(stage.Shape), ILogicAndMaterializedValue<IActorRef>
    {
        private readonly BoundedQueue<T> _buffer = new(bufferSize, strategy);
        private IActorRef? _unacknowledged;
        private bool _completing;

        GraphStageLogic ILogicAndMaterializedValue<IActorRef>.Logic => this;

        IActorRef ILogicAndMaterializedValue<IActorRef>.MaterializedValue
        {
            get
            {
                var actor = GetStageActor(Receive);
                actor.TellsItsEnd = true;
                return actor.Ref;
            }
        }

        public override void OnPull() => Go();

        private void Receive((IActorRef Sender, object Message) args)
        {
            switch (args.Message)
            {
                case T element when !_completing:
                    if (ack is not null && _unacknowledged is not null)
                        throw new InvalidOperationException("Received new element before ack was signaled back");
                    if (ack is not null)
                        _unacknowledged = args.Sender;
                    if (_buffer.Count == 0 && IsAvailable(Out))
                        Give(element);
                    else
                        _buffer.Offer(element);
                    break;
                case Status.Success or PoisonPill:
                    _completing = true;
                    if (_buffer.Count == 0)
                        CompleteStage();
                    break;
                case Status.Failure failure:
                    FailStage(failure.Cause);
                    break;
            }
        }

        private void Go()
        {
            if (_buffer.Count > 0)
                Give(_buffer.Take());
            if (_completing && _buffer.Count == 0)
                CompleteStage();
        }

        private void Give(T element)
        {
            Push(Out, element);
            _unacknowledged?.Tell(ack!, StageActor.Ref);
            _unacknowledged = null;
        }
    }
}

/// <summary>Sends the elements to an actor: all at once, or with an acknowledgement one after the other.</summary>
internal sealed class ActorRefSink<T>(IActorRef target, object? onInit, object? ack, object onComplete, Func<Exception, object> onFailure)
    : SinkStage<T, NotUsed>
{
    public override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
        new LogicAndMaterializedValue<NotUsed>(new Logic(this, target, onInit, ack, onComplete, onFailure), NotUsed.Instance);

    private sealed class Logic(ActorRefSink<T> stage, IActorRef target, object? onInit, object? ack, object onComplete, Func<Exception, object> onFailure)
        : SinkLogic<T>(stage.Shape)
    {
        private bool _waits;
        private bool _said;
        private T? _held;
        private bool _holds;

        public override void PreStart()
        {
            GetStageActor(Receive).Watch(target);
            if (ack is not null)
            {
                _waits = true;
                target.Tell(onInit!, StageActor.Ref);
            }

            Pull(In);
        }

        public override void OnPush()
        {
            if (_waits)
            {
                _held = Grab(In);
                _holds = true;
                return;
            }

            Send(Grab(In));
        }

        public override void OnUpstreamFinish()
        {
            if (_holds)
                SetKeepGoing(true);
            else
                Finish();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _said = true;
            target.Tell(onFailure(e), StageActor.Ref);
            FailStage(e);
        }

        public override void PostStop()
        {
            if (!_said)
                target.Tell(onFailure(new AbruptStageTerminationException(this)), ActorRefs.NoSender);
        }

        private void Receive((IActorRef Sender, object Message) args)
        {
            if (args.Message is Terminated)
            {
                _said = true;
                CompleteStage();
                return;
            }

            if (ack is null || !Equals(args.Message, ack))
                return;
            _waits = false;
            if (!_holds)
                return;
            _holds = false;
            Send(_held!);
            if (IsClosed(In))
                Finish();
        }

        private void Send(T element)
        {
            target.Tell(element!, StageActor.Ref);
            _waits = ack is not null;
            TryPull(In);
        }

        private void Finish()
        {
            _said = true;
            target.Tell(onComplete, StageActor.Ref);
            CompleteStage();
        }
    }
}

/// <summary>Hands elements on as long as an actor lives.</summary>
internal sealed class Watch<T>(IActorRef subject) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, subject, inheritedAttributes);

    private sealed class Logic(Watch<T> stage, IActorRef subject, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void PreStart() => GetStageActor(args =>
        {
            if (args.Message is Terminated terminated && terminated.ActorRef.Equals(subject))
                FailStage(new WatchedActorTerminatedException($"Actor watched by [{stage}] has terminated! Was: {subject}"));
        }).Watch(subject);

        public override void OnPush() => Push(Out, Grab(In));
    }
}
