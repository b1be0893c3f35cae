using Akka.Actor;
using Akka.Util;

namespace Akka.TestKit.Internal;

/// <summary>Puts what it gets into a queue, and obeys its test kit.</summary>
internal sealed class InternalTestActor(TestQueue queue) : ActorBase
{
    private readonly DelegatingSupervisorStrategy _strategy = new();
    private Func<object, bool>? _ignore;
    private AutoPilot _autoPilot = NoAutoPilot.Instance;

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override bool Receive(object message)
    {
        if (message is ITestActorCommand command)
            Obey(command);
        else
            Take(message);
        return true;
    }

    private void Take(object message)
    {
        var next = _autoPilot.Run(Sender, message);
        if (next is not KeepRunning)
            _autoPilot = next;
        if (_ignore?.Invoke(message) is not true)
            queue.Add(new RealMessageEnvelope(message, Sender));
    }

    private void Obey(ITestActorCommand command)
    {
        switch (command)
        {
            case SetIgnore(var ignore):
                _ignore = ignore;
                break;
            case SetAutoPilot(var autoPilot):
                _autoPilot = autoPilot;
                break;
            case Watch(var subject, var done):
                Context.Watch(subject);
                done.SetResult();
                break;
            case Unwatch(var subject, var done):
                Context.Unwatch(subject);
                done.SetResult();
                break;
            case Spawn spawn:
                Make(spawn);
                break;
        }
    }

    private void Make(Spawn spawn)
    {
        try
        {
            var child = Context.ActorOf(spawn.Props, spawn.Name);
            if (spawn.Strategy is not null)
                _strategy.Add(child, spawn.Strategy);
            spawn.Child.SetResult(child);
        }
        catch (Exception e)
        {
            // Such as a name that is taken: the test's fault, and so thrown there.
            spawn.Child.SetException(e);
        }
    }

    /// <summary>Supervises each child by a strategy of its own; a child without one is stopped when it fails.</summary>
    private sealed class DelegatingSupervisorStrategy : SupervisorStrategy
    {
        private readonly Dictionary<IActorRef, SupervisorStrategy> _strategies = [];

        public override IDecider Decider => StoppingStrategy.Decider;

        public void Add(IActorRef child, SupervisorStrategy strategy) => _strategies[child] = strategy;

        public override void ProcessFailure(
            IActorContext context,
            bool restart,
            IActorRef child,
            Exception cause,
            ChildRestartStats stats,
            IReadOnlyCollection<ChildRestartStats> children) =>
            Of(child).ProcessFailure(context, restart, child, cause, stats, children);

        public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
        {
            Of(child).HandleChildTerminated(actorContext, child, children);
            _strategies.Remove(child);
        }

        public override ISurrogate ToSurrogate(ActorSystem system) => throw new NotSupportedException("A test actor stays in its system.");

        protected override Directive Handle(IActorRef child, Exception exception) => Of(child).Decider.Decide(exception);

        private SupervisorStrategy Of(IActorRef child) => _strategies.GetValueOrDefault(child, StoppingStrategy);
    }
}
