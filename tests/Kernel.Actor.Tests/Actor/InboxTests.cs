using Akka.Actor;
using Akka.Event;
using AkkaInbox = Akka.Actor.Inbox;

namespace Kernel.Actor.Tests.Actor;

public sealed class InboxTests() : VirtualTime("akka.actor.inbox { inbox-size = 2, default-timeout = 5s }")
{
    [Fact]
    public async Task Messages_come_in_order_and_may_be_waited_for()
    {
        using var inbox = AkkaInbox.Create(Sys);
        var first = inbox.ReceiveAsync(Patience);
        var second = inbox.ReceiveAsync();
        inbox.Receiver.Tell("1");
        inbox.Receiver.Tell("2");
        inbox.Receiver.Tell("3");
        Assert.Equal("1", await first.WaitAsync(Patience));
        Assert.Equal("2", await second.WaitAsync(Patience));
        Assert.Equal("3", inbox.Receive(Patience));
    }

    [Fact]
    public void A_reply_comes_to_the_inbox()
    {
        using var inbox = AkkaInbox.Create(Sys);
        inbox.Send(Spawn((message, context) => context.Sender.Tell($"{message}!")), "hello");
        Assert.Equal("hello!", inbox.Receive());
    }

    [Fact]
    public void A_message_may_be_chosen()
    {
        using var inbox = AkkaInbox.Create(Sys);
        inbox.Receiver.Tell(1);
        inbox.Receiver.Tell("text");
        Assert.Equal("text", inbox.ReceiveWhere(m => m is string));
        Assert.Equal(1, inbox.Receive());
    }

    [Fact]
    public async Task Waiting_ends()
    {
        using var inbox = AkkaInbox.Create(Sys);
        var nothing = inbox.ReceiveAsync();
        Advance(4.9);
        Assert.False(nothing.IsCompleted);
        Advance(0.2);
        await Assert.ThrowsAsync<TimeoutException>(() => nothing.WaitAsync(Patience));
        inbox.Receiver.Tell("later");
        Assert.Equal("later", inbox.Receive());
    }

    [Fact]
    public void It_watches()
    {
        using var inbox = AkkaInbox.Create(Sys);
        var actor = Spawn((_, _) => { });
        inbox.Watch(actor);
        Sys.Stop(actor);
        Assert.Equal(actor, Assert.IsType<Terminated>(inbox.Receive(Patience)).ActorRef);
    }

    [Fact]
    public async Task What_does_not_fit_goes_to_dead_letters()
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        using var inbox = AkkaInbox.Create(Sys);
        foreach (var i in Enumerable.Range(0, 3))
            inbox.Receiver.Tell(i);
        Assert.Equal(2, (await dead.Next<DeadLetter>()).Message);
        Assert.Equal(0, inbox.Receive());
    }
}
