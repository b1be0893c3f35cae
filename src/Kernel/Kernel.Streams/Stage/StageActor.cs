using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

/// <summary>An actor whose messages are handled in a stage.</summary>
public sealed class StageActor
{
    private readonly GraphStageLogic _stage;
    private StageActorRef.Receive _receive;

    internal StageActor(GraphStageLogic stage, StageActorRef.Receive receive)
    {
        _stage = stage;
        _receive = receive;
        Ref = ((ExtendedActorSystem)stage.Island.Materializer.System).SystemActorOf(
            Maker.Props(() => new Relay(this)).WithDispatcher(stage.Island.Dispatcher));
    }

    /// <summary>Gets or sets a value indicating whether the stage is told, by <see cref="PoisonPill"/>, when the actor ends.</summary>
    internal bool TellsItsEnd { get; set; }

    /// <summary>Gets the actor.</summary>
    public IActorRef Ref { get; }

    /// <summary>Has the stage told by a <see cref="Terminated"/> when another actor ends.</summary>
    /// <param name="actorRef">The other actor.</param>
    public void Watch(IActorRef actorRef) => Ref.Tell(new WatchIt(actorRef), ActorRefs.NoSender);

    /// <summary>Takes <see cref="Watch"/> back.</summary>
    /// <param name="actorRef">The other actor.</param>
    public void Unwatch(IActorRef actorRef) => Ref.Tell(new UnwatchIt(actorRef), ActorRefs.NoSender);

    /// <summary>Handles further messages differently.</summary>
    /// <param name="receive">Handles sender and message.</param>
    public void Become(StageActorRef.Receive receive) => _receive = receive;

    /// <summary>Ends the actor.</summary>
    public void Stop() => _stage.Island.Materializer.System.Stop(Ref);

    private sealed record WatchIt(IActorRef Subject);

    private sealed record UnwatchIt(IActorRef Subject);

    private sealed class Relay(StageActor owner) : ActorBase
    {
        protected override void PostStop()
        {
            if (owner.TellsItsEnd)
                owner._stage.Island.Post(new Message(owner, Self, PoisonPill.Instance));
        }

        protected override bool Receive(object message)
        {
            switch (message)
            {
                case WatchIt watch:
                    Context.Watch(watch.Subject);
                    break;
                case UnwatchIt unwatch:
                    Context.Unwatch(unwatch.Subject);
                    break;
                default:
                    owner._stage.Island.Post(new Message(owner, Sender, message));
                    break;
            }

            return true;
        }
    }

    private sealed class Message(StageActor owner, IActorRef sender, object message) : Signal(owner._stage)
    {
        public override void Deliver() => owner._receive((sender, message));
    }
}
