using System.IO.Enumeration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The actors that are found at a path when a message is sent, of whom there may be none.</summary>
public class ActorSelection : ICanTell
{
    private readonly SelectionPathElement[] _path;

    /// <summary>Creates a selection.</summary>
    /// <param name="anchor">Where the path begins.</param>
    /// <param name="path">
    /// The path; its elements may be <c>..</c>, and may have <c>*</c> and <c>?</c>; the last one may be <c>**</c>, for all descendants.
    /// </param>
    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/'))
    {
    }

    /// <summary>Creates a selection.</summary>
    /// <param name="anchor">Where the path begins.</param>
    /// <param name="elements">The elements of the path.</param>
    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        _path = [.. elements.Where(static e => e.Length > 0).Select(SelectionPathElement.From)];
        if (_path.AsSpan(0, Math.Max(0, _path.Length - 1)).Contains(new SelectDescendants()))
            throw new InvalidActorNameException($"** must be the last element of a path: {PathString}");
    }

    /// <summary>Where the path begins.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The path from the anchor.</summary>
    public string PathString => "/" + string.Join('/', (object[])_path);

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender = null)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null.");
        Deliver(message, sender ?? ActorCell.GetCurrentSelfOrNoSender(), (IInternalActorRef)Anchor, _path);
    }

    /// <summary>Finds the actor, if it is one.</summary>
    /// <param name="timeout">How long to wait for its answer.</param>
    /// <returns>The actor; fails with <see cref="ActorNotFoundException"/>.</returns>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>Finds the actor, if it is one.</summary>
    /// <param name="timeout">How long to wait for its answer.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The actor; fails with <see cref="ActorNotFoundException"/>.</returns>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        ActorIdentity identity;
        try
        {
            identity = await this.Ask<ActorIdentity>(new Identify(this), timeout, ct).ConfigureAwait(false);
        }
        catch (AskTimeoutException e)
        {
            throw new ActorNotFoundException($"No answer from {this} within {timeout}", e);
        }

        return identity.Subject ?? throw new ActorNotFoundException($"There is no actor at {this}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is ActorSelection other && Anchor.Equals(other.Anchor) && _path.AsSpan().SequenceEqual(other._path);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    /// <summary>Follows the path. All actors on it are in this process, so that is done on the sender's thread.</summary>
    private static void Deliver(object message, IActorRef? sender, IInternalActorRef from, ReadOnlySpan<SelectionPathElement> path)
    {
        for (; !path.IsEmpty; path = path[1..])
        {
            switch (path[0])
            {
                case SelectParent:
                    from = from.Parent;
                    break;
                case SelectDescendants:
                    if (!DeliverToDescendants(message, sender, from))
                        NotFound(message, sender, from, path);
                    return;
                case SelectChildPattern pattern:
                    DeliverToMatching(message, sender, from, pattern, path);
                    return;
                default:
                    var child = (IInternalActorRef)from.GetChild([path[0].ToString()]);
                    if (child is Nobody)
                    {
                        NotFound(message, sender, from, path);
                        return;
                    }

                    from = child;
                    break;
            }
        }

        from.Tell(message, sender);
    }

    private static void DeliverToMatching(
        object message,
        IActorRef? sender,
        IInternalActorRef from,
        SelectChildPattern pattern,
        ReadOnlySpan<SelectionPathElement> path)
    {
        var found = false;
        foreach (var child in from is LocalActorRef local ? local.Children : [])
        {
            if (!pattern.Matches(child.Path.Name))
                continue;
            found = true;
            Deliver(message, sender, (IInternalActorRef)child, path[1..]);
        }

        if (!found)
            NotFound(message, sender, from, path);
    }

    /// <returns>False when there are none.</returns>
    private static bool DeliverToDescendants(object message, IActorRef? sender, IInternalActorRef from)
    {
        var found = false;
        foreach (var child in from is LocalActorRef local ? local.Children : [])
        {
            found = true;
            child.Tell(message, sender);
            DeliverToDescendants(message, sender, (IInternalActorRef)child);
        }

        return found;
    }

    private static void NotFound(object message, IActorRef? sender, IInternalActorRef from, ReadOnlySpan<SelectionPathElement> path)
    {
        var place = from.Path;
        foreach (var element in path)
            place /= element.ToString();
        new EmptyLocalActorRef(from.Provider, place, from.Provider.System.EventStream).Tell(message, sender);
    }
}

/// <summary>One element of a selected path.</summary>
internal abstract record SelectionPathElement
{
    public static SelectionPathElement From(string element) => element switch
    {
        ".." => new SelectParent(),
        "**" => new SelectDescendants(),
        _ when element.AsSpan().ContainsAny('*', '?') => new SelectChildPattern(element),
        _ => new SelectChildName(element),
    };
}

internal sealed record SelectParent : SelectionPathElement
{
    public override string ToString() => "..";
}

internal sealed record SelectDescendants : SelectionPathElement
{
    public override string ToString() => "**";
}

internal sealed record SelectChildName(string Name) : SelectionPathElement
{
    public override string ToString() => Name;
}

internal sealed record SelectChildPattern(string Pattern) : SelectionPathElement
{
    public bool Matches(string name) => FileSystemName.MatchesSimpleExpression(Pattern, name, ignoreCase: false);

    public override string ToString() => Pattern;
}

/// <summary>What systems and contexts have in common as factories.</summary>
internal static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath path, ActorSystemImpl system) =>
        new(system.Provider.RootGuardianAt(path.Address), path.Elements);

    /// <summary>A path may be full, absolute in this system, or relative to an actor.</summary>
    public static ActorSelection ActorSelection(string path, ActorSystemImpl system, IActorRef? lookupRoot = null)
    {
        if (path.StartsWith('/'))
            return new ActorSelection(system.Provider.RootGuardian, path);
        if (ActorPath.TryParse(path, out var full))
            return ActorSelection(full, system);
        return new ActorSelection(lookupRoot ?? system.Provider.RootGuardian, path);
    }
}
