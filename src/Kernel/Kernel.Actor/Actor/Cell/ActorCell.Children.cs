using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    /// <inheritdoc/>
    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is null)
            name = OwnChildren().NextName();
        else
            CheckName(name);
        return MakeChild(props, name);
    }

    /// <inheritdoc/>
    public IActorRef Child(string name) =>
        _children is { } children && children.TryGet(name, out var child) ? child : ActorRefs.Nobody;

    /// <inheritdoc/>
    public IEnumerable<IActorRef> GetChildren() => ChildrenSnapshot();

    /// <inheritdoc/>
    public void Stop(IActorRef child)
    {
        _children?.MarkStopping(child);
        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Stops this actor.</summary>
    public void Stop() => SendSystemMessage(new Terminate());

    /// <summary>Finds a child by an element of a path, which may have a uid. Any thread may ask.</summary>
    /// <param name="element">The name, or <c>name#uid</c>.</param>
    /// <returns>The child, or <see cref="ActorRefs.Nobody"/>.</returns>
    internal IInternalActorRef GetSingleChild(string element)
    {
        var (name, uid) = ActorPath.SplitUid(element);
        return Volatile.Read(ref _children) is { } children && children.TryGet(name, out var child)
            && (uid == ActorPath.UndefinedUid || uid == child.Path.Uid)
            ? child
            : ActorRefs.Nobody;
    }

    internal IInternalActorRef[] ChildrenSnapshot() => Volatile.Read(ref _children)?.Snapshot() ?? [];

    /// <summary>Makes a child whose name may begin with <c>$</c>.</summary>
    internal IInternalActorRef MakeChild(Props props, string name)
    {
        var child = SystemImpl.Provider.ActorOf(SystemImpl, props, (IInternalActorRef)Self, Self.Path, name);
        var children = OwnChildren();
        children.Add(child);
        // A child made by an actor that is suspended, in PreRestart for instance, waits with it.
        for (var i = Mailbox.SuspendCount - (_extras?.Awaits ?? 0); i > 0; i--)
            child.Suspend();
        try
        {
            child.Start();
        }
        catch
        {
            // Its dispatcher does not take it: it will never run, and so never end.
            children.Remove(child, out _);
            throw;
        }

        return child;
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only contain these special characters: -_.*$+:@&=,!~';() or %-escapes.");
        }
    }

    /// <summary>The children, of whom there may be none yet. Other threads add children to guardians, hence the exchange.</summary>
    private Children OwnChildren() => Volatile.Read(ref _children) is { } children
        ? children
        : Interlocked.CompareExchange(ref _children, new Children(), null) ?? _children;

    /// <summary>Stops all children and says what to do when they have ended.</summary>
    /// <returns>False when there are none: it can be done at once.</returns>
    private bool StopChildrenThen(ChildrenAwaitedFor purpose)
    {
        var none = purpose == ChildrenAwaitedFor.Termination ? Children.Closed : null;
        if ((Interlocked.CompareExchange(ref _children, none, null) ?? none) is not { } children || ReferenceEquals(children, none))
            return false;
        if (purpose == ChildrenAwaitedFor.Termination)
            children.Close();
        foreach (var child in children.Snapshot())
            Stop(child);
        return children.AwaitStopping(purpose);
    }

    private void SuspendChildren(IActorRef? except = null, IReadOnlyCollection<IActorRef>? alsoExcept = null)
    {
        foreach (var child in ChildrenSnapshot())
        {
            if (!child.Equals(except) && alsoExcept?.Contains(child) != true)
                child.Suspend();
        }
    }

    /// <summary>Lets the children go on; only the one that caused the failure hears of it.</summary>
    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        foreach (var child in ChildrenSnapshot())
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var children = _children!;
        var recreationCause = children.RecreationCause;
        var purpose = children.Remove(child, out var removed);
        if (!removed)
            return;
        if (_actor is { } actor)
        {
            try
            {
                StrategyOf(actor, children).HandleChildTerminated(this, child, children.Left());
            }
            catch (Exception e)
            {
                Publish(new Error(e, Self.Path.ToString(), ActorClass, "HandleChildTerminated failed"));
                HandleInvokeFailure(e, Self);
            }
        }

        switch (purpose)
        {
            case ChildrenAwaitedFor.Recreation:
                FinishRecreate(recreationCause!);
                break;
            case ChildrenAwaitedFor.Creation:
                FinishCreate();
                break;
            case ChildrenAwaitedFor.Termination:
                FinishTerminate();
                break;
        }
    }
}
