namespace ActorServer.Protocol.Http1;

/// <summary>
/// Reads a section of field lines (the header or the trailer of RFC 9112 §5) up to and with its empty line, and refuses what no
/// recipient should guess at: bare CR or LF, folded lines, white space before the colon, names that are no token, control characters.
/// A line is judged when it is complete, a size as soon as it is passed; so the outcome does not depend on how bytes arrive.
/// </summary>
internal sealed class FieldReader(HttpLimits limits)
{
    private int _line;       // where the current line begins
    private int _searched;   // where the search for its end goes on
    private int _count;

    /// <summary>Bytes of the section, the empty line included, once it is done.</summary>
    public int Length { get; private set; }

    public Refusal Refusal { get; private set; }

    public void Clear() => _line = _searched = _count = Length = 0;

    /// <summary>Reads on.</summary>
    /// <param name="section">All bytes from the section's start.</param>
    public Progress Read(ReadOnlySpan<byte> section)
    {
        while (true)
        {
            var found = section[_searched..].IndexOf((byte)'\n');
            if (found < 0)
            {
                _searched = section.Length;
                // A lone CR may be the empty line's, which does not count.
                var endless = section.Length > limits.HeadersBytes && section[_line..] is not [(byte)'\r'];
                return endless ? Refuse(Refusal.FieldsSize) : Progress.More;
            }

            var end = _searched + found + 1;
            var line = section[_line..end];
            if (line is [(byte)'\r', (byte)'\n'])
            {
                Length = end;
                return Progress.Done;
            }
            if (end > limits.HeadersBytes) return Refuse(Refusal.FieldsSize);
            if (++_count > limits.HeaderCount) return Refuse(Refusal.FieldCount);
            if (line is not [.. var field, (byte)'\r', (byte)'\n'] || !IsField(field)) return Refuse(Refusal.Field);
            _line = _searched = end;
        }
    }

    private static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return colon > 0 && Grammar.IsToken(line[..colon]) && !Grammar.HasControl(line[(colon + 1)..]);
    }

    private Progress Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return Progress.Refused;
    }
}
