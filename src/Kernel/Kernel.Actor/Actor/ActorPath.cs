using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Akka.Actor;

/// <summary>
/// An actor's place in the tree: <c>akka://system/user/parent/child</c>. Two paths are equal when address and elements are; the uid,
/// which tells one incarnation of a name from the next, does not count.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>The uid of a path that names no particular incarnation.</summary>
    public const long UndefinedUid = 0;

    private static readonly SearchValues<char> ValidCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*$+:@&=,!~';()");

    private protected ActorPath(string name, long uid)
    {
        Name = name;
        Uid = uid;
    }

    /// <summary>The last element; the root's name is <c>/</c>.</summary>
    public string Name { get; }

    /// <summary>Tells one incarnation of a name from the next; <see cref="UndefinedUid"/> when none is meant.</summary>
    public long Uid { get; }

    /// <summary>The path one level up; the root is its own parent.</summary>
    public abstract ActorPath Parent { get; }

    /// <summary>The root of this path.</summary>
    public abstract RootActorPath Root { get; }

    /// <summary>The number of elements beneath the root.</summary>
    public abstract int Depth { get; }

    /// <summary>The address of the system in which the path lies.</summary>
    public Address Address => Root.RootAddress;

    /// <summary>The elements from the root downwards, such as <c>user</c>, <c>parent</c>, <c>child</c>.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            var path = this;
            for (var i = elements.Length - 1; i >= 0; i--, path = path.Parent)
                elements[i] = path.Name;
            return elements;
        }
    }

    /// <summary>A child's path.</summary>
    /// <param name="path">The parent's path.</param>
    /// <param name="name">The child's name; <c>name#uid</c> gives the uid too.</param>
    /// <returns>The child's path.</returns>
    public static ActorPath operator /(ActorPath path, string name)
    {
        var (plain, uid) = SplitUid(name);
        return new ChildActorPath(path, plain, uid);
    }

    /// <summary>A descendant's path.</summary>
    /// <param name="path">The ancestor's path.</param>
    /// <param name="names">The names beneath it; empty ones are skipped.</param>
    /// <returns>The descendant's path.</returns>
    public static ActorPath operator /(ActorPath path, IEnumerable<string> names) =>
        names.Aggregate(path, static (parent, name) => name.Length == 0 ? parent : parent / name);

    /// <summary>Equality of address and elements.</summary>
    /// <param name="left">A path.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether both name the same place.</returns>
    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Inequality of address or elements.</summary>
    /// <param name="left">A path.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they name different places.</returns>
    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    /// <summary>
    /// Whether a text may be an actor's name: letters, digits and <c>-_.*$+:@&amp;=,!~';()</c> or %-escapes, not beginning with <c>$</c>.
    /// </summary>
    /// <param name="s">The name.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        var rest = s.AsSpan();
        while (true)
        {
            var odd = rest.IndexOfAnyExcept(ValidCharacters);
            if (odd < 0)
                return true;
            if (rest[odd] != '%' || odd + 2 >= rest.Length || !char.IsAsciiHexDigit(rest[odd + 1]) || !char.IsAsciiHexDigit(rest[odd + 2]))
                return false;
            rest = rest[(odd + 3)..];
        }
    }

    /// <summary>Parses a full path.</summary>
    /// <param name="path">Text such as <c>akka://system/user/a#12</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="UriFormatException">The text is no path.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    /// <summary>Parses a full path.</summary>
    /// <param name="path">Text such as <c>akka://system/user/a#12</c>.</param>
    /// <param name="actorPath">The path, when the result is true.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string? path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        if (!Address.TryParse(path, out var address, out var rest))
            return false;
        actorPath = new RootActorPath(address);
        foreach (var element in rest.Split('/', StringSplitOptions.RemoveEmptyEntries))
            actorPath /= element;
        return true;
    }

    /// <summary>The same place with another uid.</summary>
    /// <param name="uid">The uid.</param>
    /// <returns>The path.</returns>
    public abstract ActorPath WithUid(long uid);

    /// <summary>The path without its address: <c>/user/parent/child</c>.</summary>
    /// <returns>The text.</returns>
    public string ToStringWithoutAddress() => Depth == 0 ? "/" : "/" + string.Join('/', Elements);

    /// <summary>The path with its own address.</summary>
    /// <returns>The text.</returns>
    public string ToStringWithAddress() => Address + ToStringWithoutAddress();

    /// <summary>The path with its own address if that names a host, otherwise with the given one.</summary>
    /// <param name="address">The address to use for a local path.</param>
    /// <returns>The text.</returns>
    public string ToStringWithAddress(Address address) => (Address.HasGlobalScope ? Address : address) + ToStringWithoutAddress();

    /// <summary>The path with its own address and its uid: <c>akka://system/user/a#12</c>.</summary>
    /// <returns>The text.</returns>
    public string ToSerializationFormat() => WithUidSuffix(ToStringWithAddress());

    /// <summary>As <see cref="ToStringWithAddress(Address)"/>, with the uid.</summary>
    /// <param name="address">The address to use for a local path.</param>
    /// <returns>The text.</returns>
    public string ToSerializationFormatWithAddress(Address address) => WithUidSuffix(ToStringWithAddress(address));

    /// <inheritdoc/>
    public override string ToString() => ToStringWithAddress();

    /// <inheritdoc/>
    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth)
            return false;
        ActorPath left = this, right = other;
        while (left.Depth > 0)
        {
            if (ReferenceEquals(left, right))
                return true;
            if (!string.Equals(left.Name, right.Name, StringComparison.Ordinal))
                return false;
            left = left.Parent;
            right = right.Parent;
        }

        return left.Address.Equals(right.Address);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode() => Depth == 0 ? Address.GetHashCode() : HashCode.Combine(Name, Parent.Name, Depth);

    /// <inheritdoc/>
    public int CompareTo(ActorPath? other) => other is null ? 1 : string.CompareOrdinal(ToStringWithAddress(), other.ToStringWithAddress());

    // "name#uid" as it appears in the serialization format.
    internal static (string Name, long Uid) SplitUid(string element)
    {
        var hash = element.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 || !long.TryParse(element.AsSpan(hash + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var uid)
            ? (element, UndefinedUid)
            : (element[..hash], uid);
    }

    private string WithUidSuffix(string text) => Uid == UndefinedUid ? text : $"{text}#{Uid}";
}

/// <summary>The root of all paths of one actor system.</summary>
public sealed class RootActorPath : ActorPath
{
    /// <summary>Creates the root path of a system.</summary>
    /// <param name="address">The system's address.</param>
    /// <param name="name">The root's name.</param>
    public RootActorPath(Address address, string name = "/")
        : base(name, UndefinedUid) => RootAddress = address;

    /// <inheritdoc/>
    public override ActorPath Parent => this;

    /// <inheritdoc/>
    public override RootActorPath Root => this;

    /// <inheritdoc/>
    public override int Depth => 0;

    internal Address RootAddress { get; }

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == UndefinedUid ? this : throw new NotSupportedException("RootActorPath must have undefined uid");
}

/// <summary>A path beneath another.</summary>
public sealed class ChildActorPath : ActorPath
{
    /// <summary>Creates a child's path.</summary>
    /// <param name="parentPath">The parent's path.</param>
    /// <param name="name">The child's name.</param>
    /// <param name="uid">The incarnation, or <see cref="ActorPath.UndefinedUid"/>.</param>
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(name, uid) => Parent = parentPath;

    /// <inheritdoc/>
    public override ActorPath Parent { get; }

    /// <inheritdoc/>
    public override RootActorPath Root
    {
        get
        {
            ActorPath path = this;
            while (path is ChildActorPath child)
                path = child.Parent;
            return (RootActorPath)path;
        }
    }

    /// <inheritdoc/>
    public override int Depth
    {
        get
        {
            var depth = 0;
            for (ActorPath path = this; path is ChildActorPath child; path = child.Parent)
                depth++;
            return depth;
        }
    }

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
