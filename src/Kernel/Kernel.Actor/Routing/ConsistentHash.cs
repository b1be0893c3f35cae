using System.Globalization;
using System.Text;

namespace Akka.Routing;

/// <summary>
/// A ring of hashes. Each node has several places on it; a key belongs to the node at the next place. When a node comes or goes, only
/// the keys at its places move. Immutable.
/// </summary>
/// <typeparam name="T">The class of nodes; their texts place them.</typeparam>
public sealed class ConsistentHash<T>
    where T : notnull
{
    private readonly int _virtualNodesFactor;
    private readonly ulong[] _places;
    private readonly T[] _owners;

    /// <summary>Creates a ring.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="virtualNodesFactor">How many places each node has.</param>
    /// <exception cref="ArgumentOutOfRangeException">A node needs at least one place.</exception>
    public ConsistentHash(IEnumerable<T> nodes, int virtualNodesFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualNodesFactor, 1);
        _virtualNodesFactor = virtualNodesFactor;
        var ring = new SortedDictionary<ulong, T>();
        foreach (var node in nodes)
        {
            var name = Hash(node.ToString() ?? "");
            for (var i = 0; i < virtualNodesFactor; i++)
                ring[Mix(name + (ulong)i)] = node;
        }

        _places = [.. ring.Keys];
        _owners = [.. ring.Values];
    }

    /// <summary>Whether there are no nodes.</summary>
    public bool IsEmpty => _places.Length == 0;

    /// <summary>With one more node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>A new ring.</returns>
    public ConsistentHash<T> Add(T node) => new(_owners.Distinct().Append(node), _virtualNodesFactor);

    /// <summary>With one node less.</summary>
    /// <param name="node">The node.</param>
    /// <returns>A new ring.</returns>
    public ConsistentHash<T> Remove(T node) =>
        new(_owners.Distinct().Where(n => !EqualityComparer<T>.Default.Equals(n, node)), _virtualNodesFactor);

    /// <summary>The node of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The node.</returns>
    /// <exception cref="InvalidOperationException">There are no nodes.</exception>
    public T NodeFor(byte[] key) => NodeFor(Hash(key));

    /// <inheritdoc cref="NodeFor(byte[])"/>
    public T NodeFor(string key) => NodeFor(Hash(key));

    /// <summary>The node of a key: texts, bytes, numbers and the like by content, other objects by their hash code.</summary>
    internal T NodeFor(object key) => key switch
    {
        string text => NodeFor(text),
        byte[] bytes => NodeFor(bytes),
        IFormattable value => NodeFor(value.ToString(null, CultureInfo.InvariantCulture)),
        _ => NodeFor(Mix((ulong)key.GetHashCode())),
    };

    private static ulong Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>FNV-1a, mixed once more: close keys are to lie far apart.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211UL;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }

    private T NodeFor(ulong hash)
    {
        if (IsEmpty)
            throw new InvalidOperationException("Can't get node for [key] from an empty ring");
        var place = Array.BinarySearch(_places, hash);
        if (place < 0)
            place = ~place;
        return _owners[place == _places.Length ? 0 : place];
    }
}

/// <summary>Makes rings.</summary>
public static class ConsistentHash
{
    /// <summary>Creates a ring.</summary>
    /// <typeparam name="T">The class of nodes.</typeparam>
    /// <param name="nodes">The nodes.</param>
    /// <param name="virtualNodesFactor">How many places each node has.</param>
    /// <returns>The ring.</returns>
    public static ConsistentHash<T> Create<T>(IEnumerable<T> nodes, int virtualNodesFactor)
        where T : notnull => new(nodes, virtualNodesFactor);
}
