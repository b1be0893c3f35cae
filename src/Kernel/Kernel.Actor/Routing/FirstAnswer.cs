using Akka.Actor;

namespace Akka.Routing;

/// <summary>
/// Several routees that get the same question: the first answer is the answer, and after a while there is none. To <c>Ask</c> they
/// look like one actor.
/// </summary>
internal abstract class FirstAnswer(Routee[] routees, TimeSpan within) : Routee
{
    public override void Send(object message, IActorRef? sender) => _ = Ask(message, within).PipeTo(sender ?? ActorRefs.Nobody);

    public override async Task<object> Ask(object message, TimeSpan? timeout)
    {
        var asked = new Asked(this, ProviderOf(routees[0]));
        try
        {
            return await asked.Ask<object>(message, timeout ?? within).ConfigureAwait(false);
        }
        finally
        {
            Answered();
        }
    }

    /// <summary>Sends the question.</summary>
    protected abstract void Question(Routee[] routees, object message, IActorRef sender);

    /// <summary>The answer is there, or is waited for no longer.</summary>
    protected virtual void Answered()
    {
    }

    private static IActorRefProvider ProviderOf(Routee routee) => routee switch
    {
        ActorRefRoutee { Actor: IInternalActorRef actor } => actor.Provider,
        ActorSelectionRoutee { Selection.Anchor: IInternalActorRef anchor } => anchor.Provider,
        _ => throw new NotSupportedException($"A {routee.GetType().Name} cannot be asked."),
    };

    private sealed class Asked(FirstAnswer question, IActorRefProvider provider) : MinimalActorRef
    {
        public override ActorPath Path => provider.RootPath / "routees";

        public override IActorRefProvider Provider => provider;

        protected override void TellInternal(object message, IActorRef? sender) => question.Question(question.Routees, message, sender!);
    }

    private Routee[] Routees => routees;
}

/// <summary>All routees are asked at once.</summary>
internal sealed class ScatterGatherFirstCompletedRoutees(Routee[] routees, TimeSpan within) : FirstAnswer(routees, within)
{
    protected override void Question(Routee[] routees, object message, IActorRef sender)
    {
        foreach (var routee in routees)
            routee.Send(message, sender);
    }
}

/// <summary>One routee after the other is asked, in any order, until one answers.</summary>
internal sealed class TailChoppingRoutees(Routee[] routees, TimeSpan within, TimeSpan interval, IScheduler scheduler) : FirstAnswer(routees, within)
{
    private readonly Cancelable _further = new(scheduler);

    protected override void Question(Routee[] routees, object message, IActorRef sender)
    {
        Routee[] order = [.. routees];
        System.Random.Shared.Shuffle(order);
        order[0].Send(message, sender);
        var next = 0;
        if (order.Length > 1)
        {
            scheduler.Advanced.ScheduleRepeatedly(
                interval,
                interval,
                () =>
                {
                    if (++next < order.Length)
                        order[next].Send(message, sender);
                    else
                        _further.Cancel();
                },
                _further);
        }
    }

    protected override void Answered() => _further.Cancel();
}
