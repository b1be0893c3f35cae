using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class AskTests : TestSystem
{
    private IActorRef Silent() => Spawn(static (_, _) => { });

    private IActorRef Answering(object answer) => Spawn((_, context) => context.Sender.Tell(answer));

    [Fact]
    public async Task An_answer_completes_the_task() => Assert.Equal(42, await Answering(42).Ask<int>("question", Patience));

    [Fact]
    public async Task No_answer_in_time_is_an_AskTimeoutException() =>
        await Assert.ThrowsAsync<AskTimeoutException>(() => Silent().Ask("question", TimeSpan.FromMilliseconds(20)));

    [Fact]
    public async Task A_failure_is_thrown() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => Answering(new Status.Failure(new FileNotFoundException())).Ask<string>("question", Patience));

    [Fact]
    public async Task A_failure_may_be_asked_for() =>
        Assert.IsType<FileNotFoundException>((await Answering(new Status.Failure(new FileNotFoundException())).Ask<Status>("question", Patience) as Status.Failure)!.Cause);

    [Fact]
    public async Task An_answer_of_another_class_is_an_ArgumentException() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Answering("text").Ask<int>("question", Patience));

    [Fact]
    public async Task A_cancelled_question_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var answer = Silent().Ask("question", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task The_question_may_carry_whom_to_answer()
    {
        var actor = Spawn(static (message, _) => ((IActorRef)message).Tell("answer"));
        Assert.Equal("answer", await actor.Ask<string>(static self => self, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task The_default_timeout_is_configured()
    {
        using var system = ActorSystem.Create("ask", "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.actor.ask-timeout = 20ms");
        var actor = system.ActorOf(Props.Empty);
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask("question"));
        await system.Terminate();
    }

    [Fact]
    public async Task A_second_answer_goes_to_dead_letters()
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        var actor = Spawn(static (_, context) =>
        {
            context.Sender.Tell("first");
            context.Sender.Tell("second");
        });
        Assert.Equal("first", await actor.Ask("question", Patience));
        Assert.Equal("second", (await dead.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task Many_questions_leave_no_timers_and_no_references_behind()
    {
        var actor = Answering("answer");
        for (var i = 0; i < 100; i++)
            await actor.Ask("question", Patience);
        Assert.Equal(0, ((HashedWheelTimerScheduler)Sys.Scheduler).Count);
        var temp = ((ExtendedActorSystem)Sys).Provider.TempContainer;
        Assert.Equal(ActorRefs.Nobody, temp.GetChild(["$1"]));
    }

    [Fact]
    public async Task A_task_is_piped_with_its_result_or_its_failure()
    {
        var inbox = NewInbox();
        await Task.FromResult(1).PipeTo(inbox.Ref);
        await Task.FromResult(1).PipeTo(inbox.Ref, success: static i => i + 1);
        await Task.FromException<int>(new InvalidOperationException("boom")).PipeTo(inbox.Ref);
        await Task.FromException<int>(new InvalidOperationException("boom")).PipeTo(inbox.Ref, failure: static e => e.Message);
        await Task.CompletedTask.PipeTo(inbox.Ref, success: static () => "done");
        await Task.FromException(new InvalidOperationException("boom")).PipeTo(inbox.Ref, failure: static e => e.Message);
        await inbox.Expect(1, 2);
        Assert.Equal("boom", (await inbox.Next<Status.Failure>()).Cause.Message);
        await inbox.Expect("boom", "done", "boom");
    }

    [Fact]
    public async Task What_an_actor_pipes_is_sent_in_its_name()
    {
        var inbox = NewInbox();
        var gate = new TaskCompletionSource<int>();
        var actor = Spawn((_, _) =>
        {
            var piped = gate.Task.PipeTo(inbox.Ref);
            Assert.False(piped.IsCompleted);
        });
        actor.Tell("pipe");
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        gate.SetResult(1);
        await inbox.Expect(1);
        Assert.Equal(actor, inbox.LastSender);
    }

    [Fact]
    public async Task Forward_keeps_the_sender()
    {
        var echo = Spawn(static (message, context) => context.Sender.Tell(message));
        var relay = Spawn((message, _) => echo.Forward(message));
        Assert.Equal("hello", await relay.Ask("hello", Patience));
    }

    [Fact]
    public async Task Tell_without_a_sender_has_the_running_actor_as_sender()
    {
        var inbox = NewInbox();
        var actor = Spawn((message, _) => inbox.Ref.Tell(message));
        actor.Tell("hello");
        await inbox.Expect("hello");
        Assert.Equal(actor, inbox.LastSender);
        inbox.Ref.Tell("outside");
        await inbox.Expect("outside");
        Assert.Equal(Sys.DeadLetters, inbox.LastSender);
    }
}
