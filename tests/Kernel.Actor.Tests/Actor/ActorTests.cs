using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class ActorTests : TestSystem
{
    [Fact]
    public async Task A_message_reaches_the_actor_and_its_reply_comes_back()
    {
        var echo = Spawn((message, context) => context.Sender.Tell(message));
        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task Messages_of_one_sender_stay_in_order()
    {
        var inbox = NewInbox();
        for (var i = 0; i < 10_000; i++)
            inbox.Ref.Tell(i);
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(i, await inbox.Next());
    }
}
