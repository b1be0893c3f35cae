using Akka.Actor;
using Akka.Routing;

namespace Kernel.Actor.Tests.Routing;

/// <summary>Scatter-gather and tail-chopping.</summary>
public sealed class FirstAnswerTests : TestSystem
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static IActorRef Silent(ActorSystem system, string name) => system.ActorOf(Lambda.Props(static (_, _) => { }), name);

    [Fact]
    public async Task Scatter_gather_passes_the_first_answer_on()
    {
        Silent(Sys, "silent");
        Spawn((_, context) => context.Sender.Tell("answer"), "answering");
        var router = Sys.ActorOf(new ScatterGatherFirstCompletedGroup(Patience, "/user/silent", "/user/answering").Props());
        Assert.Equal("answer", await router.Ask<string>("question", Patience));
    }

    [Fact]
    public async Task Scatter_gather_fails_when_there_is_no_answer_in_time()
    {
        var router = Sys.ActorOf(new ScatterGatherFirstCompletedPool(2, Moment).Props(Lambda.Props(static (_, _) => { })));
        await Assert.ThrowsAsync<AskTimeoutException>(() => router.Ask<string>("question", Patience));
    }

    [Fact]
    public async Task Tail_chopping_asks_one_after_the_other()
    {
        var asked = 0;
        // The first one to be asked, whoever it is, does not answer.
        var router = Sys.ActorOf(new TailChoppingPool(3, Patience, Moment).Props(Lambda.Props((_, context) =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                context.Sender.Tell("answer");
        })));
        Assert.Equal("answer", await router.Ask<string>("question", Patience));
        Assert.True(asked > 1);
    }

    [Fact]
    public async Task Tail_chopping_stops_with_the_first_answer()
    {
        var asked = 0;
        var router = Sys.ActorOf(new TailChoppingPool(3, Patience, Patience).Props(Lambda.Props((_, context) =>
        {
            asked++;
            context.Sender.Tell("answer");
        })));
        Assert.Equal("answer", await router.Ask<string>("question", Patience));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Tail_chopping_fails_when_there_is_no_answer_in_time()
    {
        var router = Sys.ActorOf(new TailChoppingPool(2, Moment, Moment).Props(Lambda.Props(static (_, _) => { })));
        await Assert.ThrowsAsync<AskTimeoutException>(() => router.Ask<string>("question", Patience));
    }

    [Fact]
    public async Task A_failure_is_an_answer()
    {
        var router = Sys.ActorOf(new ScatterGatherFirstCompletedPool(2, Patience).Props(
            Lambda.Props(static (_, context) => context.Sender.Tell(new Status.Failure(new InvalidOperationException("no"))))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => router.Ask<string>("question", Patience));
    }
}
