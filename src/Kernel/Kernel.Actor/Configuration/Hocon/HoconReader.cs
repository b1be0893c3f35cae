using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads the smallest pieces of HOCON, where they stand: blanks and comments, strings, unquoted text, paths. What they add up to
/// is <see cref="HoconParser"/>'s business.
/// </summary>
internal sealed class HoconReader(SourceText source)
{
    /// <summary>What <see cref="Current"/> is behind the last character.</summary>
    public const int End = -1;

    private const string TripleQuote = "\"\"\"";

    private readonly string _text = source.Text;

    public SourceText Source => source;

    public int Position { get; private set; }

    /// <summary>The character to read next, or <see cref="End"/>.</summary>
    public int Current => Peek(0);

    /// <summary>Whether a value ends here: a newline, comma, closing bracket, comment or the end.</summary>
    public bool AtValueEnd => Current is '\n' or ',' or '}' or ']' or End || AtComment(Position);

    /// <summary>Whether the unquoted word <c>include</c> begins here ("Include syntax").</summary>
    public bool AtInclude =>
        string.CompareOrdinal(_text, Position, "include", 0, 7) == 0 && !IsUnquoted(Position, Position + 7);

    public int Peek(int offset) => Position + offset < _text.Length ? _text[Position + offset] : End;

    public void Advance(int count = 1) => Position += count;

    public HoconOrigin Origin() => source.OriginAt(Position);

    /// <summary>The fault of finding what stands here instead of <paramref name="expected"/>.</summary>
    public ConfigurationException Unexpected(string expected) => source.Fault(Position, Found(), expected);

    /// <summary>Skips whitespace, newlines and comments; tells whether there was a newline.</summary>
    public bool SkipBlanks()
    {
        var newline = false;
        for (; Position < _text.Length; Position++)
        {
            if (AtComment(Position))
            {
                var end = _text.IndexOf('\n', Position);
                Position = end < 0 ? _text.Length : end;
                if (end < 0) break;
            }

            if (!IsWhitespace(_text[Position])) break;
            newline |= _text[Position] == '\n';
        }

        return newline;
    }

    /// <summary>Reads whitespace up to the end of the line.</summary>
    public string ReadSpaces()
    {
        var start = Position;
        while (Position < _text.Length && _text[Position] != '\n' && IsWhitespace(_text[Position])) Position++;
        return _text[start..Position];
    }

    /// <summary>Reads unquoted text ("Unquoted strings"); empty if none begins here.</summary>
    public string ReadUnquoted()
    {
        var start = Position;
        while (IsUnquoted(start, Position)) Position++;
        return _text[start..Position];
    }

    /// <summary>Reads a string in quotes or in triple quotes.</summary>
    public string ReadQuoted() =>
        string.CompareOrdinal(_text, Position, TripleQuote, 0, 3) == 0 ? ReadMultiLine() : ReadJsonString();

    /// <summary>Reads a path expression: keys with dots between them, ended by anything that cannot belong to one.</summary>
    public string[] ReadPath()
    {
        var elements = new List<string>();
        var element = new StringBuilder();
        var quoted = false;
        ReadSpaces();
        while (true)
        {
            var spaces = ReadSpaces();
            if (Current == '"')
            {
                element.Append(spaces).Append(ReadQuoted());
                quoted = true;
            }
            else if (Current == '.')
            {
                element.Append(spaces);
                EndElement("a key before the '.'");
                Position++;
            }
            else if (IsUnquoted(Position, Position))
            {
                element.Append(spaces);
                var start = Position;
                while (Current != '.' && IsUnquoted(start, Position)) Position++;
                element.Append(_text, start, Position - start);
            }
            else
            {
                // Whitespace behind the path does not belong to it.
                EndElement(elements.Count == 0 ? "a key" : "a key after the '.'");
                return [.. elements];
            }
        }

        void EndElement(string expected)
        {
            if (element.Length == 0 && !quoted) throw Unexpected(expected);
            elements.Add(element.ToString());
            element.Clear();
            quoted = false;
        }
    }

    /// <summary>Reads <c>word(</c> and the blanks behind it, if that stands here ("Include syntax").</summary>
    public bool TryReadCall(string word)
    {
        if (string.CompareOrdinal(_text, Position, word, 0, word.Length) != 0) return false;
        var start = Position;
        Position += word.Length;
        SkipBlanks();
        if (Current == '(')
        {
            Position++;
            SkipBlanks();
            return true;
        }

        Position = start;
        return false;
    }

    /// <summary>Reads a path that makes up the whole text.</summary>
    public string[] ReadWholePath()
    {
        var path = ReadPath();
        return Current == End ? path : throw Unexpected("a path: keys with dots between them");
    }

    private static bool IsWhitespace(char c) =>
        c is ' ' or '\n' or '\t' or '\r' or '\uFEFF' or (>= '\x1c' and <= '\x1f') || (char.IsWhiteSpace(c) && c != '\x85');

    private static bool IsForbidden(char c) => "$\"{}[]:=,+#`^?!@*&\\".Contains(c, StringComparison.Ordinal);

    /// <summary>The length of the JSON number that the text begins with; 0 if it begins with none.</summary>
    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var i = text is ['-', ..] ? 1 : 0;
        var whole = Digits(text, i);
        if (whole == i) return 0;
        i = whole;
        if (i < text.Length && text[i] == '.' && Digits(text, i + 1) is var fraction && fraction > i + 1) i = fraction;
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var sign = i + 1 < text.Length && text[i + 1] is '+' or '-' ? 2 : 1;
            var exponent = Digits(text, i + sign);
            if (exponent > i + sign) i = exponent;
        }

        return i;

        static int Digits(ReadOnlySpan<char> text, int from)
        {
            while (from < text.Length && char.IsAsciiDigit(text[from])) from++;
            return from;
        }
    }

    private bool AtComment(int position) =>
        position < _text.Length
        && (_text[position] == '#' || (_text[position] == '/' && position + 1 < _text.Length && _text[position + 1] == '/'));

    /// <summary>Whether the character at a position may continue the unquoted text that began at <paramref name="start"/>.</summary>
    private bool IsUnquoted(int start, int position)
    {
        if (position >= _text.Length) return false;
        var c = _text[position];
        // A plus is reserved, but 1e+5 is a number.
        if (c == '+') return position > start && NumberLength(_text.AsSpan(start)) > position - start;
        return !IsForbidden(c) && !IsWhitespace(c) && !AtComment(position);
    }

    private string ReadMultiLine()
    {
        var end = _text.IndexOf(TripleQuote, Position + 3, StringComparison.Ordinal);
        if (end < 0) throw source.Fault(Position, "a multi-line string without end", "\"\"\" at its end");
        // "Multi-line strings": of more than three quotes at the end, the last three end the string.
        while (end + 3 < _text.Length && _text[end + 3] == '"') end++;
        var content = _text[(Position + 3)..end];
        Position = end + 3;
        return content;
    }

    private string ReadJsonString()
    {
        var start = Position++;
        var content = new StringBuilder();
        while (Current != '"')
        {
            switch (Current)
            {
                case End or '\n':
                    throw source.Fault(start, "a string without end", "'\"' before the end of the line");
                case < ' ':
                    throw Unexpected("an escape such as \\t or \\u0001 for a control character in a string");
                case '\\':
                    content.Append(ReadEscape());
                    break;
                default:
                    content.Append(_text[Position++]);
                    break;
            }
        }

        Position++;
        return content.ToString();
    }

    private char ReadEscape()
    {
        var start = Position;
        Position += 2;
        switch (start + 1 < _text.Length ? _text[start + 1] : '\0')
        {
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when Position + 4 <= _text.Length
                && ushort.TryParse(_text.AsSpan(Position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                Position += 4;
                return (char)code;
            default:
                throw source.Fault(start, "an unknown escape", "\\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits");
        }
    }

    private string Found()
    {
        switch (Current)
        {
            case End: return "the end of the text";
            case '\n': return "the end of the line";
            case '"': return "a quoted string";
        }

        var end = Position;
        while (end - Position < 40 && IsUnquoted(Position, end)) end++;
        if (end > Position) return HoconRenderer.Quote(_text[Position..end]).Replace('"', '\'');
        var c = _text[Position];
        return char.IsControl(c) ? $"control character U+{(int)c:X4}" : $"'{c}'";
    }
}
