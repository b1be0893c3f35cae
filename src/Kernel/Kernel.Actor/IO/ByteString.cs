using System.Text;

namespace Akka.IO;

/// <summary>The order of the bytes of a number.</summary>
public enum ByteOrder
{
    /// <summary>The most significant first.</summary>
    BigEndian,

    /// <summary>The least significant first.</summary>
    LittleEndian,
}

/// <summary>Bytes that do not change.</summary>
public sealed class ByteString : IEquatable<ByteString>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private ByteString(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Gets no bytes.</summary>
    public static ByteString Empty { get; } = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>Gets how many bytes there are.</summary>
    public int Count => _bytes.Length;

    /// <summary>Gets a value indicating whether there are none.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>Gets the bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Gets a byte.</summary>
    /// <param name="index">Its place.</param>
    /// <returns>The byte.</returns>
    public byte this[int index] => _bytes.Span[index];

    /// <summary>Joins two.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <returns>Both.</returns>
    public static ByteString operator +(ByteString left, ByteString right) => left.Concat(right);

    /// <summary>Compares two.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <returns>Whether the bytes are the same.</returns>
    public static bool operator ==(ByteString? left, ByteString? right) => Equals(left, right);

    /// <summary>Compares two.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <returns>Whether the bytes differ.</returns>
    public static bool operator !=(ByteString? left, ByteString? right) => !Equals(left, right);

    /// <summary>Encodes a text in UTF-8.</summary>
    /// <param name="str">The text.</param>
    /// <returns>The bytes.</returns>
    public static ByteString FromString(string str) => FromString(str, Encoding.UTF8);

    /// <summary>Encodes a text.</summary>
    /// <param name="str">The text.</param>
    /// <param name="encoding">The encoding.</param>
    /// <returns>The bytes.</returns>
    public static ByteString FromString(string str, Encoding encoding) => new(encoding.GetBytes(str));

    /// <summary>Takes bytes without copying them; they must not change.</summary>
    /// <param name="array">The bytes.</param>
    /// <returns>The bytes.</returns>
    public static ByteString FromBytes(byte[] array) => new(array);

    /// <summary>Takes bytes without copying them; they must not change.</summary>
    /// <param name="memory">The bytes.</param>
    /// <returns>The bytes.</returns>
    public static ByteString FromBytes(ReadOnlyMemory<byte> memory) => new(memory);

    /// <summary>Copies bytes.</summary>
    /// <param name="array">The bytes.</param>
    /// <returns>The copy.</returns>
    public static ByteString CopyFrom(byte[] array) => new(array.AsSpan().ToArray());

    /// <summary>Takes a part, without copying it.</summary>
    /// <param name="index">Where it begins.</param>
    /// <returns>The part.</returns>
    public ByteString Slice(int index) => new(_bytes[index..]);

    /// <summary>Takes a part, without copying it.</summary>
    /// <param name="index">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <returns>The part.</returns>
    public ByteString Slice(int index, int count) => new(_bytes.Slice(index, count));

    /// <summary>Appends bytes.</summary>
    /// <param name="other">The bytes.</param>
    /// <returns>Both.</returns>
    public ByteString Concat(ByteString other)
    {
        if (IsEmpty)
            return other;
        if (other.IsEmpty)
            return this;
        var both = new byte[Count + other.Count];
        _bytes.CopyTo(both);
        other._bytes.CopyTo(both.AsMemory(Count));
        return new ByteString(both);
    }

    /// <summary>Looks for bytes.</summary>
    /// <param name="other">The bytes.</param>
    /// <param name="index">Where to begin.</param>
    /// <returns>Where they are, or -1.</returns>
    public int IndexOf(ByteString other, int index = 0)
    {
        var found = _bytes.Span[index..].IndexOf(other._bytes.Span);
        return found < 0 ? -1 : found + index;
    }

    /// <summary>Lets go of memory that only other parts need.</summary>
    /// <returns>The same bytes.</returns>
    public ByteString Compact() => new(_bytes.ToArray());

    /// <summary>Copies the bytes.</summary>
    /// <returns>The copy.</returns>
    public byte[] ToArray() => _bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(ByteString? other) => other is not null && _bytes.Span.SequenceEqual(other._bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ByteString);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>Decodes the bytes as UTF-8.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => ToString(Encoding.UTF8);

    /// <summary>Decodes the bytes.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <returns>The text.</returns>
    public string ToString(Encoding encoding) => encoding.GetString(_bytes.Span);
}
