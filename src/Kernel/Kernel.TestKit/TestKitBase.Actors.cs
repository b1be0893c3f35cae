using System.Linq.Expressions;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>What the test actor does besides listening, and making actors.</content>
public abstract partial class TestKitBase
{
    /// <summary>Lets the test actor watch an actor: the test will get a <see cref="Terminated"/>.</summary>
    /// <param name="actorToWatch">The actor.</param>
    /// <returns>The same actor.</returns>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        Command(new Watch(actorToWatch, Signal()));
        return actorToWatch;
    }

    /// <inheritdoc cref="Watch"/>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        var done = Signal();
        Command(new Watch(actorToWatch, done));
        await done.Task.WaitAsync(Dilated(TestKitSettings.DefaultTimeout));
        return actorToWatch;
    }

    /// <summary>Lets the test actor watch an actor no more.</summary>
    /// <param name="actorToUnwatch">The actor.</param>
    /// <returns>The same actor.</returns>
    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        Command(new Unwatch(actorToUnwatch, Signal()));
        return actorToUnwatch;
    }

    /// <inheritdoc cref="Unwatch"/>
    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        var done = Signal();
        Command(new Unwatch(actorToUnwatch, done));
        await done.Task.WaitAsync(Dilated(TestKitSettings.DefaultTimeout));
        return actorToUnwatch;
    }

    /// <summary>Lets the test actor drop messages from now on, so that the test does not see them.</summary>
    /// <param name="shouldIgnoreMessage">Says which; called on the test actor.</param>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => Command(new SetIgnore(shouldIgnoreMessage));

    /// <summary>Lets the test actor drop messages of a type from now on, so that the test does not see them.</summary>
    /// <typeparam name="TMsg">The type.</typeparam>
    /// <param name="shouldIgnoreMessage">Says which; called on the test actor.</param>
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg match && shouldIgnoreMessage(match));

    /// <summary>Lets the test actor drop all messages of a type from now on, so that the test does not see them.</summary>
    /// <typeparam name="TMsg">The type.</typeparam>
    public void IgnoreMessages<TMsg>() => IgnoreMessages(static message => message is TMsg);

    /// <summary>Lets the test actor drop no messages any more.</summary>
    public void IgnoreNoMessages() => Command(new SetIgnore(Ignore: null));

    /// <summary>Lets something react to every message that the test actor gets.</summary>
    /// <param name="pilot">What reacts; <see cref="AutoPilot.NoAutoPilot"/> for nothing.</param>
    public void SetAutoPilot(AutoPilot pilot) => Command(new SetAutoPilot(pilot));

    /// <summary>Makes a child of the test actor.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="supervisorStrategy">What to do if it fails; null to stop it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The child.</returns>
    public IActorRef ChildActorOf(
        Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        Child(blocking: true, props, name, supervisorStrategy, cancellationToken).Result();

    /// <inheritdoc cref="ChildActorOf(Props, string, SupervisorStrategy, CancellationToken)"/>
    public Task<IActorRef> ChildActorOfAsync(
        Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        Child(blocking: false, props, name, supervisorStrategy, cancellationToken).AsTask();

    /// <summary>Makes a child of the test actor.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="supervisorStrategy">What to do if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The child.</returns>
    public IActorRef ChildActorOf(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, name: null, supervisorStrategy, cancellationToken);

    /// <inheritdoc cref="ChildActorOf(Props, SupervisorStrategy, CancellationToken)"/>
    public Task<IActorRef> ChildActorOfAsync(
        Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, name: null, supervisorStrategy, cancellationToken);

    /// <summary>Makes a child of the test actor; it is stopped if it fails.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The child.</returns>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, name, supervisorStrategy: null, cancellationToken);

    /// <inheritdoc cref="ChildActorOf(Props, string, CancellationToken)"/>
    public Task<IActorRef> ChildActorOfAsync(Props props, string name, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, name, supervisorStrategy: null, cancellationToken);

    /// <summary>Makes a child of the test actor; it is stopped if it fails.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The child.</returns>
    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, name: null, supervisorStrategy: null, cancellationToken);

    /// <inheritdoc cref="ChildActorOf(Props, CancellationToken)"/>
    public Task<IActorRef> ChildActorOfAsync(Props props, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, name: null, supervisorStrategy: null, cancellationToken);

    /// <inheritdoc/>
    public IActorRef ActorOf(Props props, string? name = null) => Sys.ActorOf(props, name);

    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public IActorRef ActorOf<TActor>(string? name = null)
        where TActor : ActorBase, new() => ActorOf(Props.From(static () => new TActor()), name);

    /// <summary>Makes an actor from a constructor call.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="factory">An expression <c>() => new TActor(…)</c>.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string? name = null)
        where TActor : ActorBase => ActorOf(Props.Create(factory), name);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Makes a test actor that nobody listens to.</summary>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The test actor.</returns>
    public IActorRef CreateTestActor(string? name = null) => CreateTestActor(Sys, name);

    /// <summary>Makes a test actor that nobody listens to, in another actor system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The test actor.</returns>
    public IActorRef CreateTestActor(ActorSystem system, string? name = null) => CreateTestActor(system, new TestQueue(), name);

    private static IActorRef CreateTestActor(ActorSystem system, TestQueue queue, string? name)
    {
        var settings = TestKitExtension.For(system);
        return ((ExtendedActorSystem)system).SystemActorOf(
            Props.From(() => new InternalTestActor(queue)).WithDispatcher(TestKitExtension.TestActorDispatcherId),
            name ?? settings.NextTestActorName());
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<IActorRef> Child(
        bool blocking, Props props, string? name, SupervisorStrategy? strategy, CancellationToken cancellationToken)
    {
        var child = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        Command(new Spawn(props, name, strategy, child));
        var limit = Dilated(TestKitSettings.DefaultTimeout);
        return await Blocking.Wait(blocking, child.Task, limit, cancellationToken)
            ? await child.Task
            : throw Failure($"Timeout {limit} while waiting for the test actor to make a child");
    }

    private void Command(ITestActorCommand command) => TestActor.Tell(command, ActorRefs.NoSender);
}
