using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>What an actor does once its stopping children have ended.</summary>
internal enum ChildrenAwaitedFor
{
    /// <summary>Nothing: they were stopped one by one.</summary>
    Nothing,

    /// <summary>The actor takes up its work again, as a fresh instance.</summary>
    Recreation,

    /// <summary>The actor, which could not be made, is made anew.</summary>
    Creation,

    /// <summary>The actor ends.</summary>
    Termination,
}

/// <summary>
/// An actor's children by name. Adding and removing one costs the same with ten or a million. Other threads look children up by path,
/// and add them to guardians, so every access is locked. As a collection: what is remembered of each child's restarts.
/// </summary>
internal sealed class Children : IReadOnlyCollection<ChildRestartStats>
{
    /// <summary>Of an actor that has ended without ever having had any.</summary>
    public static readonly Children Closed = new() { _closed = true };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, IInternalActorRef> _byName = new(StringComparer.Ordinal);
    private HashSet<IActorRef>? _stopping;
    private Dictionary<IActorRef, ChildRestartStats>? _stats;
    private bool _closed;
    private long _names;

    /// <summary>What the actor does once its stopping children have ended.</summary>
    public ChildrenAwaitedFor AwaitedFor { get; private set; }

    /// <summary>Why the actor is recreated, if it is.</summary>
    public Exception? RecreationCause { get; private set; }

    /// <summary>The strategy of the present instance, once it was needed.</summary>
    public SupervisorStrategy? Strategy { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _byName.Count;
        }
    }

    /// <summary>A name such as <c>$a</c> that was not given before.</summary>
    public string NextName()
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var number = (ulong)Interlocked.Increment(ref _names) - 1;
        Span<char> name = stackalloc char[12];
        name[0] = '$';
        var length = 1;
        do
        {
            name[length++] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number != 0);
        return new string(name[..length]);
    }

    /// <exception cref="InvalidActorNameException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The actor is ending.</exception>
    public void Add(IInternalActorRef child)
    {
        lock (_gate)
        {
            if (_closed)
                throw new InvalidOperationException($"Cannot create child while terminating or terminated: {child.Path}");
            if (!_byName.TryAdd(child.Path.Name, child))
                throw new InvalidActorNameException($"Actor name \"{child.Path.Name}\" is not unique!");
        }
    }

    public bool TryGet(string name, [NotNullWhen(true)] out IInternalActorRef? child)
    {
        lock (_gate)
            return _byName.TryGetValue(name, out child);
    }

    public bool Contains(IActorRef child) => TryGet(child.Path.Name, out var known) && known.Equals(child);

    public IInternalActorRef[] Snapshot()
    {
        lock (_gate)
            return [.. _byName.Values];
    }

    /// <summary>As <see cref="Snapshot"/>, taken only if somebody looks at it.</summary>
    public IEnumerable<IInternalActorRef> Left()
    {
        foreach (var child in Snapshot())
            yield return child;
    }

    /// <summary>Notes that a child was told to stop.</summary>
    public void MarkStopping(IActorRef child)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(child.Path.Name, out var known) && known.Equals(child))
                (_stopping ??= []).Add(child);
        }
    }

    /// <summary>From now on no child can be added.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    /// <summary>Says what to do once the stopping children have ended.</summary>
    /// <returns>False when there are none: it can be done at once.</returns>
    public bool AwaitStopping(ChildrenAwaitedFor purpose, Exception? recreationCause = null)
    {
        lock (_gate)
        {
            if (_stopping is not { Count: > 0 })
                return false;
            AwaitedFor = purpose;
            RecreationCause = recreationCause;
            return true;
        }
    }

    /// <summary>Removes a child that has ended.</summary>
    /// <param name="child">The child.</param>
    /// <param name="removed">False when it was no child of this actor.</param>
    /// <returns>What is to be done now that the last stopping child has ended.</returns>
    public ChildrenAwaitedFor Remove(IActorRef child, out bool removed)
    {
        lock (_gate)
        {
            removed = _byName.TryGetValue(child.Path.Name, out var known) && known.Equals(child);
            if (!removed)
                return ChildrenAwaitedFor.Nothing;
            _byName.Remove(child.Path.Name);
            _stats?.Remove(child);
            _stopping?.Remove(child);
            // A table that was large once is not kept for ever.
            if (_byName.Count == 0 && _byName.Capacity > 1024)
                _byName.TrimExcess();
            if (_stopping is not { Count: 0 })
                return ChildrenAwaitedFor.Nothing;
            _stopping = null;
            var purpose = AwaitedFor;
            AwaitedFor = ChildrenAwaitedFor.Nothing;
            return purpose;
        }
    }

    /// <summary>What is remembered of a child's restarts.</summary>
    /// <returns>Null when it is no child of this actor.</returns>
    public ChildRestartStats? StatsOf(IActorRef child)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(child.Path.Name, out var known) || !known.Equals(child))
                return null;
            _stats ??= [];
            if (!_stats.TryGetValue(child, out var stats))
                _stats.Add(child, stats = new ChildRestartStats(known));
            return stats;
        }
    }

    public IEnumerator<ChildRestartStats> GetEnumerator()
    {
        foreach (var child in Snapshot())
        {
            if (StatsOf(child) is { } stats)
                yield return stats;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
