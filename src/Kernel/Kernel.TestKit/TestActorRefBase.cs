using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>
/// The reference of an actor that runs on the thread that sends to it, and whose instance the test can look into. It may be used
/// wherever a reference is wanted: it stands for <see cref="Ref"/>.
/// </summary>
/// <typeparam name="TActor">The actor's class.</typeparam>
public abstract class TestActorRefBase<TActor> : IInternalActorRef
    where TActor : ActorBase
{
    private readonly LocalActorRef _ref;

    /// <summary>Makes the actor.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="actorProps">What to make.</param>
    /// <param name="supervisor">Whose child it is; null for the system's guardian of such actors.</param>
    /// <param name="name">Its name, or null for any.</param>
    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        var props = actorProps.WithDispatcher(CallingThreadDispatcher.Id);
        _ref = (LocalActorRef)(supervisor switch
        {
            null => system.ActorOf(props, name),
            LocalActorRef local => local.Cell.ActorOf(props, name),
            TestProbe { Ref: LocalActorRef local } => local.Cell.ActorOf(props, name),
            _ => throw new ArgumentException($"{supervisor} is no actor of this process", nameof(supervisor)),
        });
    }

    /// <summary>The actor.</summary>
    public IActorRef Ref => _ref;

    /// <summary>The actor's present instance; another one after a restart.</summary>
    /// <exception cref="IllegalActorStateException">There is none: it could not be made, or has ended.</exception>
    public TActor UnderlyingActor => Cell.Actor as TActor
        ?? throw new IllegalActorStateException($"{_ref} has no instance of {typeof(TActor)}: it could not be made, or has ended.");

    private protected ActorCell Cell => _ref.Cell;

    /// <inheritdoc/>
    public ActorPath Path => _ref.Path;

    /// <inheritdoc/>
    IInternalActorRef IInternalActorRef.Parent => _ref.Parent;

    /// <inheritdoc/>
    IActorRefProvider IInternalActorRef.Provider => _ref.Provider;

    /// <inheritdoc/>
    public bool IsTerminated => _ref.IsTerminated;

    /// <inheritdoc/>
    bool IActorRefScope.IsLocal => true;

    /// <summary>Compares the actors.</summary>
    /// <param name="testActorRef">One.</param>
    /// <param name="actorRef">The other.</param>
    /// <returns>True when they are the same.</returns>
    public static bool operator ==(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) => testActorRef?.Equals(actorRef) ?? actorRef is null;

    /// <summary>Compares the actors.</summary>
    /// <param name="testActorRef">One.</param>
    /// <param name="actorRef">The other.</param>
    /// <returns>False when they are the same.</returns>
    public static bool operator !=(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) => !(testActorRef == actorRef);

    /// <summary>The actor; the same as <see cref="Ref"/>.</summary>
    /// <param name="actorRef">Stands for it.</param>
    /// <returns>Its reference.</returns>
    public static IActorRef ToActorRef(TestActorRefBase<TActor> actorRef) => actorRef.Ref;

    /// <summary>
    /// Has the actor handle a message here and now. What its handler throws is thrown to the test; its supervisor does not hear of it.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who sends it; null for nobody.</param>
    public void Receive(object message, IActorRef? sender = null) => Cell.ReceiveMessageForTest(new Envelope(message, sender));

    /// <summary>Has the actor watch another one.</summary>
    /// <param name="subject">The other one.</param>
    public void Watch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Watch(subject));

    /// <summary>Has the actor no longer watch another one.</summary>
    /// <param name="subject">The other one.</param>
    public void Unwatch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Unwatch(subject));

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender) => _ref.Tell(message, sender);

    /// <inheritdoc/>
    public bool Equals(IActorRef? other) => _ref.Equals(other is TestActorRefBase<TActor> same ? same.Ref : other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    /// <inheritdoc/>
    public override int GetHashCode() => _ref.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(IActorRef? other) => _ref.CompareTo(other);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => _ref.CompareTo(obj);

    /// <inheritdoc/>
    public override string ToString() => _ref.ToString();

    /// <inheritdoc/>
    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _ref.GetChild(name);

    /// <inheritdoc/>
    void IInternalActorRef.Resume(Exception? causedByFailure) => _ref.Resume(causedByFailure);

    /// <inheritdoc/>
    void IInternalActorRef.Start() => _ref.Start();

    /// <summary>Stops the actor.</summary>
    public void Stop() => _ref.Stop();

    /// <inheritdoc/>
    void IInternalActorRef.Restart(Exception cause) => _ref.Restart(cause);

    /// <inheritdoc/>
    void IInternalActorRef.Suspend() => _ref.Suspend();

    /// <inheritdoc/>
    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => _ref.SendSystemMessage(message);

    /// <inheritdoc/>
    ISurrogate ISurrogated.ToSurrogate(ActorSystem system) => _ref.ToSurrogate(system);
}
