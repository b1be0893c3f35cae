using Akka.Actor;
using Akka.Pattern;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of supervision: who is affected, how often, and who decides.</summary>
public sealed class SupervisionTests : TestKit
{
    [Fact]
    public void One_for_one_affects_the_child_that_failed()
    {
        var (first, second) = TwoChildren(new OneForOneStrategy(_ => Directive.Restart));
        first.Tell(new InvalidOperationException());
        ExpectMsg("restarted first");
        Assert.Equal(1, Count(second)); // its state is the same
    }

    [Fact]
    public void All_for_one_affects_the_siblings_too()
    {
        var (first, second) = TwoChildren(new AllForOneStrategy(_ => Directive.Restart));
        first.Tell(new InvalidOperationException());
        ExpectMsgAllOf(new[] { "restarted first", "restarted second" });
        Assert.Equal(0, Count(second));
    }

    [Fact]
    public void After_too_many_restarts_within_the_window_a_child_is_stopped()
    {
        var (first, _) = TwoChildren(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        Watch(first);
        for (var i = 0; i < 2; i++)
        {
            first.Tell(new InvalidOperationException());
            ExpectMsg("restarted first");
        }

        first.Tell(new InvalidOperationException());
        ExpectTerminated(first);
    }

    [Fact]
    public void A_window_that_has_passed_starts_the_count_anew()
    {
        var (first, _) = TwoChildren(new OneForOneStrategy(1, TimeSpan.FromMilliseconds(50), _ => Directive.Restart));
        for (var i = 0; i < 3; i++)
        {
            first.Tell(new InvalidOperationException());
            ExpectMsg("restarted first");
            Thread.Sleep(60); // the window
        }
    }

    [Fact]
    public void What_nobody_handles_goes_up_until_somebody_does()
    {
        var (first, _) = TwoChildren(new OneForOneStrategy(_ => Directive.Escalate), out var parent);
        Watch(first);
        first.Tell(new InvalidOperationException());
        var heard = ReceiveN(2); // a restart stops the children: their end and the restart are told by two threads
        Assert.Equal(first, Assert.Single(heard.OfType<Terminated>()).ActorRef);
        Assert.Contains("parent restarted", heard);
        parent.Tell(Props.Empty);
        ExpectMsg<IActorRef>();
    }

    [Fact]
    public void A_child_that_cannot_be_made_is_stopped()
    {
        var child = Sys.ActorOf(Props.Create<Unmakeable>());
        Watch(child);
        ExpectTerminated(child);
    }

    [Fact]
    public void Resume_keeps_the_instance_and_its_state()
    {
        var (first, _) = TwoChildren(new OneForOneStrategy(_ => Directive.Resume));
        first.Tell(new InvalidOperationException());
        Assert.Equal(1, Count(first));
    }

    [Fact]
    public void Kill_is_a_failure_and_stops_by_default()
    {
        var (first, _) = TwoChildren(SupervisorStrategy.DefaultStrategy);
        Watch(first);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => first.Tell(Kill.Instance));
        ExpectTerminated(first);
    }

    [Fact]
    public void A_backoff_supervisor_starts_its_child_again_after_a_while()
    {
        var props = BackoffSupervisor.Props(Backoff.OnStop(
            Props.Create(() => new Child("again", TestActor)), "child", TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), 0.0, -1));
        var supervisor = Sys.ActorOf(props);
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance);
        var first = ExpectMsg<BackoffSupervisor.CurrentChild>().Ref!;
        Watch(first);
        first.Tell(PoisonPill.Instance);
        ExpectTerminated(first);
        AwaitAssert(() =>
        {
            supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance);
            var next = ExpectMsg<BackoffSupervisor.CurrentChild>().Ref;
            Assert.False(next.IsNobody());
            Assert.NotEqual(first, next);
        });
    }

    [Fact]
    public async Task A_circuit_breaker_opens_after_failures_and_tries_again()
    {
        var breaker = new CircuitBreaker(Sys.Scheduler, 2, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        var opened = new TaskCompletionSource();
        breaker.OnOpen(() => opened.TrySetResult());
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<InvalidDataException>(() => breaker.WithCircuitBreaker(() => Task.FromException<int>(new InvalidDataException())));
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() => Task.FromResult(1)));
        await AwaitAssertAsync(async () => Assert.Equal(2, await breaker.WithCircuitBreaker(() => Task.FromResult(2))));
    }

    private (IActorRef First, IActorRef Second) TwoChildren(SupervisorStrategy strategy) => TwoChildren(strategy, out _);

    private (IActorRef First, IActorRef Second) TwoChildren(SupervisorStrategy strategy, out IActorRef parent)
    {
        parent = Sys.ActorOf(Props.Create(() => new Parent(strategy, TestActor)));
        var children = new List<IActorRef>();
        foreach (var name in new[] { "first", "second" })
        {
            parent.Tell(Props.Create(() => new Child(name, TestActor)));
            children.Add(ExpectMsg<IActorRef>());
            Assert.Equal(1, Count(children[^1]));
        }

        return (children[0], children[1]);
    }

    private int Count(IActorRef child)
    {
        child.Tell("count");
        return ExpectMsg<int>();
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;
        private readonly IActorRef _log;

        public Parent(SupervisorStrategy strategy, IActorRef log)
        {
            _strategy = strategy;
            _log = log;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;

        protected override void PostRestart(Exception reason) => _log.Tell("parent restarted");
    }

    /// <summary>Answers "count" with 1 if it has been asked before its last restart, or is asked for the first time.</summary>
    private sealed class Child : ReceiveActor
    {
        private readonly string _name;
        private readonly IActorRef _log;
        private int _count = 1;

        public Child(string name, IActorRef log)
        {
            _name = name;
            _log = log;
            Receive<Exception>(exception => throw exception);
            Receive<string>(_ => Sender.Tell(_count));
        }

        protected override void PostRestart(Exception reason)
        {
            _count = 0;
            _log.Tell($"restarted {_name}");
        }
    }

    private sealed class Unmakeable : ReceiveActor
    {
        public Unmakeable() => throw new InvalidOperationException("not this one");
    }
}
