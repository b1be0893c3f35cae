using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace Kernel.Tests.Kit;

/// <summary>Actors that run on the thread that sends to them, and their instances.</summary>
public sealed class CallingThreadTests : TestKit
{
    [Fact]
    public void A_message_has_been_handled_when_Tell_returns()
    {
        var threads = new List<int>();
        var actor = Sys.ActorOf(Props.Create(() => new Recorder(threads)).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell(1);
        actor.Tell(2);
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
        Assert.Equal("akka.test.calling-thread-dispatcher", CallingThreadDispatcher.Id);
    }

    [Fact]
    public void The_implicit_sender_stays()
    {
        var inner = Sys.ActorOf(Props.Create<Echo>().WithDispatcher(CallingThreadDispatcher.Id));
        inner.Tell("one");
        inner.Tell("two");
        ExpectMsgFrom(inner, "one");
        ExpectMsgFrom(inner, "two");
    }

    [Fact]
    public void What_an_actor_sends_itself_waits_for_its_turn()
    {
        var order = new List<int>();
        var actor = Sys.ActorOf(Props.Create(() => new Countdown(order)).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell(3);
        Assert.Equal([3, -3, 2, -2, 1, -1], order);
    }

    [Fact]
    public async Task An_asynchronous_handler_comes_back_to_its_actor()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiter(gate.Task)).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell("a");
        actor.Tell("b");
        ExpectNoMsg(TimeSpan.Zero);
        gate.SetResult();
        await ExpectMsgFromAsync(actor, "a");
        await ExpectMsgFromAsync(actor, "b");
    }

    [Fact]
    public void A_test_actor_reference_shows_the_instance()
    {
        var actor = ActorOfAsTestActorRef<Counter>("counter");
        Assert.Equal(0, actor.UnderlyingActor.Count);
        actor.Tell("count");
        actor.Tell("count");
        Assert.Equal(2, actor.UnderlyingActor.Count);
        Assert.Equal("/user/counter", actor.Path.ToStringWithoutAddress());
        Assert.True(actor.Equals(actor.Ref));
        Assert.Equal(actor.Ref.GetHashCode(), actor.GetHashCode());
    }

    [Fact]
    public void A_test_actor_reference_may_have_a_supervisor()
    {
        var parent = ActorOfAsTestActorRef<Counter>("parent");
        var child = ActorOfAsTestActorRef<Counter>(Props.Create<Counter>(), parent.Ref, "child");
        Assert.Equal(parent.Path / "child", child.Path);
        var probe = CreateTestProbe();
        Assert.Equal(probe.Path / "child", ActorOfAsTestActorRef(() => new Counter(), probe, "child").Path);
    }

    [Fact]
    public void After_its_end_a_test_actor_reference_has_no_instance()
    {
        var actor = ActorOfAsTestActorRef(() => new Counter());
        Watch(actor);
        actor.Stop();
        ExpectTerminated(actor);
        Assert.Throws<IllegalActorStateException>(() => actor.UnderlyingActor);
    }

    [Fact]
    public void Ready_made_actors()
    {
        var probe = CreateTestProbe();
        probe.Send(Sys.ActorOf(EchoActor.Props(this)), "echo");
        probe.ExpectMsg("echo");
        ExpectMsgFrom(probe, "echo");
        probe.Send(Sys.ActorOf(ForwardActor.Props(TestActor)), "forwarded");
        ExpectMsgFrom(probe, "forwarded");
        probe.Send(ActorOfAsTestActorRef<BlackHoleActor>(BlackHoleActor.Props), "lost");
        probe.ExpectNoMsg(TimeSpan.Zero);
    }

    private sealed class Recorder(List<int> threads) : UntypedActor
    {
        protected override void OnReceive(object message) => threads.Add(Environment.CurrentManagedThreadId);
    }

    private sealed class Countdown(List<int> order) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var n = (int)message;
            order.Add(n);
            if (n > 1)
                Self.Tell(n - 1);
            order.Add(-n);
        }
    }

    private sealed class Waiter : ReceiveActor
    {
        public Waiter(Task gate) => ReceiveAsync<string>(async text =>
        {
            await gate;
            Sender.Tell(text, Self);
        });
    }

    private sealed class Counter : UntypedActor
    {
        public int Count { get; private set; }

        protected override void OnReceive(object message) => Count++;
    }
}
