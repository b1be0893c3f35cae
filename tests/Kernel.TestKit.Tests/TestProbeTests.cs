using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Kernel.Tests.Kit;

/// <summary>Probes: test actors that stand for other actors.</summary>
public sealed class TestProbeTests : TestKit
{
    [Fact]
    public void A_probe_sends_receives_and_replies()
    {
        var one = CreateTestProbe();
        var other = CreateTestProbe();
        one.Send(other, "ping");
        other.ExpectMsg("ping");
        Assert.Equal(one.Ref, other.Sender);
        other.Reply("pong");
        one.ExpectMsg("pong");
        Assert.Equal(other.Ref, one.LastSender);
    }

    [Fact]
    public void A_probe_forwards_with_the_sender()
    {
        var middle = CreateTestProbe();
        var end = CreateTestProbe();
        TestActor.Tell("nothing yet");
        middle.Tell("hello", TestActor);
        middle.ExpectMsg("hello");
        middle.Forward(end);
        middle.Forward(end, "changed");
        end.ExpectMsgFrom(TestActor, "hello");
        end.ExpectMsgFrom(TestActor, "changed");
    }

    [Fact]
    public void A_probe_is_a_reference_that_equals_its_test_actor()
    {
        var probe = CreateTestProbe("somebody");
        IActorRef actor = probe;
        Assert.True(actor.Equals(probe.Ref));
        Assert.True(probe.Ref.Equals(actor));
        Assert.Equal(probe.Ref.GetHashCode(), actor.GetHashCode());
        Assert.Equal(probe.Ref.ToString(), actor.ToString());
        Assert.Equal(0, actor.CompareTo(probe.Ref));
        Assert.Equal("somebody", actor.Path.Name);
        actor.Tell("hello");
        probe.ExpectMsg("hello");
    }

    [Fact]
    public void A_probe_may_stand_for_the_sender()
    {
        var probe = CreateTestProbe();
        ActorOf<Echo>().Tell("hello", probe);
        probe.ExpectMsg("hello");
    }

    [Fact]
    public void A_probe_can_be_watched_and_stopped()
    {
        var probe = CreateTestProbe();
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
        Watch(CreateTestProbe().Ref);
    }

    [Fact]
    public void Making_a_probe_leaves_the_implicit_sender_as_it_is()
    {
        var probe = CreateTestProbe();
        ActorOf<Echo>().Tell("hello");
        ExpectMsg("hello");
        probe.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_probe_can_be_asked()
    {
        var probe = CreateTestProbe();
        var answer = probe.Ask<string>("question", TimeSpan.FromMinutes(1));
        await probe.ExpectMsgAsync("question");
        probe.Reply("answer");
        Assert.Equal("answer", await answer);
    }

    [Fact]
    public void A_probe_may_live_in_another_system()
    {
        var other = ActorSystem.Create("other");
        try
        {
            var probe = CreateTestProbe(other);
            probe.Tell("hello", TestActor);
            probe.ExpectMsg("hello");
            Assert.Equal("other", probe.Path.Address.System);
        }
        finally
        {
            Shutdown(other, verifySystemShutdown: true);
        }
    }
}
