using System.Runtime.InteropServices;
using System.Text;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// The fields of a request, in the order they came, as views of the bytes received: nothing is copied or allocated unless a string is
/// asked for. Names compare without regard to case (RFC 9110 §5.1). Valid until the reply is encoded.
/// </summary>
public sealed class HttpHeaders
{
    private readonly InputBuffer _input;
    private Field[] _fields = [];

    internal HttpHeaders(InputBuffer input) => _input = input;

    /// <summary>Field lines.</summary>
    public int Count { get; private set; }

    /// <summary>The name of a field line, as it came.</summary>
    /// <param name="index">From 0.</param>
    /// <returns>A token.</returns>
    public ReadOnlySpan<byte> Name(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _input.Bytes.Slice(_fields[index].Name, _fields[index].NameLength);
    }

    /// <summary>The value of a field line, white space around it removed.</summary>
    /// <param name="index">From 0.</param>
    /// <returns>The value; it may be empty.</returns>
    public ReadOnlySpan<byte> Value(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _input.Bytes.Slice(_fields[index].Value, _fields[index].ValueLength);
    }

    /// <summary>The value of the first field line with a name; use it for fields that occur once.</summary>
    /// <param name="name">The name in ASCII, for example <c>"user-agent"u8</c>.</param>
    /// <param name="value">The value, white space around it removed.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_fields[i].NameLength != name.Length || !Ascii.EqualsIgnoreCase(Name(i), name)) continue;
            value = Value(i);
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>The value of a field as text (Latin-1); several lines with the name are joined by ", " (RFC 9110 §5.3).</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value, or null if there is no such field.</returns>
    public string? Text(string name)
    {
        string? text = null;
        for (var i = 0; i < Count; i++)
        {
            if (_fields[i].NameLength != name.Length || !Ascii.EqualsIgnoreCase(Name(i), name)) continue;
            var value = Encoding.Latin1.GetString(Value(i));
            text = text is null ? value : $"{text}, {value}";
        }
        return text;
    }

    internal void Clear() => Count = 0;

    /// <summary>Remembers a field by where it lies in the input.</summary>
    internal void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == _fields.Length) Array.Resize(ref _fields, Math.Max(8, Count * 2));
        ReadOnlySpan<byte> bytes = _input.Bytes;
        bytes.Overlaps(name, out var nameAt);
        // An empty value overlaps with nothing, and is found anywhere.
        if (!bytes.Overlaps(value, out var valueAt)) valueAt = 0;
        _fields[Count++] = new Field(nameAt, name.Length, valueAt, value.Length);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Field(int Name, int NameLength, int Value, int ValueLength);
}
