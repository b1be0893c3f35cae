using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>
/// The reference of an actor that runs on the thread that sends to it, and whose instance the test can look into. It may be used
/// wherever a reference is wanted: it stands for <see cref="Ref"/>.
/// </summary>
/// <typeparam name="TActor">The actor's class.</typeparam>
[SuppressMessage("Design", "MA0097", Justification = "References are sorted by their paths, not compared with operators.")]
public sealed class TestActorRef<TActor> : IInternalActorRef
    where TActor : ActorBase
{
    private readonly LocalActorRef _ref;

    internal TestActorRef(IActorRef actor) => _ref = (LocalActorRef)actor;

    /// <summary>The actor.</summary>
    public IActorRef Ref => _ref;

    /// <summary>The actor's present instance; another one after a restart.</summary>
    /// <exception cref="IllegalActorStateException">There is none: it could not be made, or has ended.</exception>
    public TActor UnderlyingActor => _ref.Cell.Actor as TActor
        ?? throw new IllegalActorStateException($"{_ref} has no instance of {typeof(TActor)}: it could not be made, or has ended.");

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

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender) => _ref.Tell(message, sender);

    /// <inheritdoc/>
    public bool Equals(IActorRef? other) => _ref.Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => _ref.Equals(obj as IActorRef);

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
