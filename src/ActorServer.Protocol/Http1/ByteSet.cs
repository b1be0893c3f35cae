namespace ActorServer.Protocol.Http1;

/// <summary>
/// A set of bytes that short texts are checked against, as a table. <see cref="System.Buffers.SearchValues"/> are quicker with long texts, but
/// are compiled when they are first used, for milliseconds: too long for a process that serves one connection.
/// </summary>
internal sealed class ByteSet
{
    private readonly bool[] _members = new bool[256];

    /// <summary>A set of some characters of Latin-1.</summary>
    public ByteSet(string characters)
    {
        foreach (var character in characters) _members[character] = true;
    }

    /// <summary>A set of a range of characters of Latin-1, both ends included, and one besides.</summary>
    public ByteSet(char first, char last, char besides)
    {
        for (var character = first; character <= last; character++) _members[character] = true;
        _members[besides] = true;
    }

    /// <summary>Takes a character out.</summary>
    /// <returns>This set.</returns>
    public ByteSet Without(char character)
    {
        _members[character] = false;
        return this;
    }

    public bool ContainsAll(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            if (!_members[octet]) return false;
        }

        return true;
    }

    public bool ContainsAll(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character >= 256 || !_members[character]) return false;
        }

        return true;
    }
}
