using Akka.Actor;
using Akka.TestKit;

namespace Kernel.Actor.Tests;

/// <summary>An actor system whose time passes when the test says so.</summary>
public abstract class VirtualTime(string config = "")
    : TestSystem("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\n" + config)
{
    protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    protected void Advance(double seconds) => ((TestScheduler)Sys.Scheduler).Advance(Seconds(seconds));

    /// <summary>Returns when an actor has handled what was sent before.</summary>
    protected static Task Handled(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(0), Patience);
}
