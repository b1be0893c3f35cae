using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>
/// A test actor to put in the place of another actor. It may be used wherever a reference is wanted: it stands for <see cref="Ref"/>.
/// </summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    /// <summary>Creates a probe.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="assertions">How the test fails.</param>
    /// <param name="testProbeName">The probe's name, or null for any.</param>
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName = null)
        : base(assertions, system, testProbeName)
    {
    }

    /// <summary>The test actor.</summary>
    public IActorRef Ref => TestActor;

    /// <summary>Who sent the last message that the probe received.</summary>
    public IActorRef Sender => LastSender;

    /// <inheritdoc/>
    public ActorPath Path => Ref.Path;

    /// <inheritdoc/>
    IInternalActorRef IInternalActorRef.Parent => Internal.Parent;

    /// <inheritdoc/>
    IActorRefProvider IInternalActorRef.Provider => Internal.Provider;

    /// <inheritdoc/>
    bool IInternalActorRef.IsTerminated => Internal.IsTerminated;

    /// <inheritdoc/>
    bool IActorRefScope.IsLocal => Internal.IsLocal;

    private IInternalActorRef Internal => (IInternalActorRef)Ref;

    /// <summary>Sends a message in the probe's name.</summary>
    /// <param name="actor">Whom to send to.</param>
    /// <param name="message">The message.</param>
    public void Send(IActorRef actor, object message)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Tell(message, TestActor);
    }

    /// <summary>Answers the last message that the probe received.</summary>
    /// <param name="message">The answer.</param>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    /// <summary>Passes the last message that the probe received on, with its sender.</summary>
    /// <param name="actor">Whom to send to.</param>
    public void Forward(IActorRef actor) => Forward(actor, LastMessage);

    /// <summary>Sends a message in the name of who sent the last message that the probe received.</summary>
    /// <param name="actor">Whom to send to.</param>
    /// <param name="message">The message.</param>
    public void Forward(IActorRef actor, object message)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Tell(message, Sender);
    }

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender) => Ref.Tell(message, sender);

    /// <inheritdoc/>
    public bool Equals(IActorRef? other) => Ref.Equals(other is TestProbe probe ? probe.Ref : other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    /// <inheritdoc/>
    public override int GetHashCode() => Ref.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(IActorRef? other) => Ref.CompareTo(other);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => Ref.CompareTo(obj);

    /// <inheritdoc/>
    public override string ToString() => Ref.ToString()!;

    /// <inheritdoc/>
    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => Internal.GetChild(name);

    /// <inheritdoc/>
    void IInternalActorRef.Resume(Exception? causedByFailure) => Internal.Resume(causedByFailure);

    /// <inheritdoc/>
    void IInternalActorRef.Start() => Internal.Start();

    /// <inheritdoc/>
    void IInternalActorRef.Stop() => Internal.Stop();

    /// <inheritdoc/>
    void IInternalActorRef.Restart(Exception cause) => Internal.Restart(cause);

    /// <inheritdoc/>
    void IInternalActorRef.Suspend() => Internal.Suspend();

    /// <inheritdoc/>
    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => Internal.SendSystemMessage(message);

    /// <inheritdoc/>
    ISurrogate ISurrogated.ToSurrogate(ActorSystem system) => Ref.ToSurrogate(system);
}
