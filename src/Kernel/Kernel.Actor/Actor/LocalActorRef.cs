using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference of an actor in this process.</summary>
public class LocalActorRef : InternalActorRefBase, ILocalRef
{
    private readonly ActorCell _cell;

    /// <summary>Creates the reference and, with it, the actor's cell and mailbox. <see cref="Start"/> comes next.</summary>
    /// <param name="system">The system.</param>
    /// <param name="props">What the actor is made from.</param>
    /// <param name="dispatcher">What runs it.</param>
    /// <param name="mailboxType">The kind of mailbox.</param>
    /// <param name="supervisor">Its supervisor.</param>
    /// <param name="path">Its path, with the uid.</param>
    public LocalActorRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path)
    {
        Path = path;
        // A subclass, such as the reference of an actor under test, brings its own cell.
#pragma warning disable MA0056 // The method gets all that it needs as parameters.
        _cell = NewActorCell(system, this, props, dispatcher, supervisor);
#pragma warning restore MA0056
        _cell.Init(mailboxType);
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; }

    /// <inheritdoc/>
    public override IInternalActorRef Parent => _cell.Parent;

    /// <inheritdoc/>
    public override IActorRefProvider Provider => _cell.SystemImpl.Provider;

    /// <inheritdoc/>
    public override bool IsTerminated => _cell.IsTerminated;

    /// <inheritdoc/>
    public override bool IsLocal => true;

    /// <summary>The actor's children that have not ended yet.</summary>
    public IEnumerable<IActorRef> Children => _cell.ChildrenSnapshot();

    /// <summary>What stands behind this reference.</summary>
    public ActorCell Cell => _cell;

    /// <summary>Finds a child.</summary>
    /// <param name="name">The name, or <c>name#uid</c>.</param>
    /// <returns>The child, or <see cref="ActorRefs.Nobody"/>.</returns>
    public IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    /// <inheritdoc/>
    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (var i = 0; i < name.Count; i++)
        {
            switch (name[i])
            {
                case "":
                    break;
                case "..":
                    current = current.Parent;
                    break;
                case var element when current is LocalActorRef local:
                    current = local.GetSingleChild(element);
                    break;
                default:
                    return current.GetChild([.. name.Skip(i)]);
            }

            if (current is Nobody)
                return current;
        }

        return current;
    }

    /// <inheritdoc/>
    public override void Resume(Exception? causedByFailure = null) => _cell.SendSystemMessage(new Resume(causedByFailure));

    /// <inheritdoc/>
    public override void Start() => _cell.Start();

    /// <inheritdoc/>
    public override void Stop() => _cell.Stop();

    /// <inheritdoc/>
    public override void Restart(Exception cause) => _cell.SendSystemMessage(new Recreate(cause));

    /// <inheritdoc/>
    public override void Suspend() => _cell.SendSystemMessage(new Suspend());

    /// <inheritdoc/>
    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    /// <summary>Makes the cell; called by the constructor, once.</summary>
    /// <param name="system">The system.</param>
    /// <param name="self">This reference.</param>
    /// <param name="props">What the actor is made from.</param>
    /// <param name="dispatcher">What runs it.</param>
    /// <param name="supervisor">Its supervisor.</param>
    /// <returns>The cell.</returns>
    protected virtual ActorCell NewActorCell(
        ActorSystemImpl system,
        IInternalActorRef self,
        Props props,
        MessageDispatcher dispatcher,
        IInternalActorRef supervisor) => new(system, self, props, dispatcher, supervisor);

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef? sender) => _cell.SendMessage(new Envelope(message, sender));
}
