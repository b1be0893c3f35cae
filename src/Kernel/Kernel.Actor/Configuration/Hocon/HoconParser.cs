namespace Akka.Configuration.Hocon;

/// <summary>Parses one text into definitions. A recursive descent that follows the sections of the HOCON spec.</summary>
internal sealed class HoconParser
{
    /// <summary>How deep objects, arrays and includes may nest, the root included; keeps the stack safe.</summary>
    public const int MaxDepth = 256;

    private readonly HoconReader _reader;

    /// <summary>The roots of the included files that this text is part of, innermost first.</summary>
    private readonly Place[] _includeRoots;

    /// <summary>The object being parsed; null between an array and the objects in it, which no path leads to.</summary>
    private Place? _place;

    private int _depth;

    private HoconParser(SourceText source, Place place, Place[] includeRoots, int depth)
    {
        _reader = new HoconReader(source);
        _place = place;
        _includeRoots = includeRoots;
        _depth = depth;
    }

    /// <summary>Parses a document with all that it includes.</summary>
    /// <exception cref="ConfigurationException">The text is not HOCON, or an include cannot be honoured.</exception>
    public static ObjectDefinition Parse(SourceText source)
    {
        var parser = new HoconParser(source, Place.Root, [], depth: 1);
        var root = new ObjectDefinition(parser._reader.Origin());
        parser.ParseDocument(root);
        return root;
    }

    /// <summary>"Omit root braces".</summary>
    private void ParseDocument(ObjectDefinition root)
    {
        _reader.SkipBlanks();
        if (_reader.Current == '[') throw _reader.Source.Fault(_reader.Position, "an array as the root", "an object");
        if (_reader.Current != '{')
        {
            ParseFields(root, HoconReader.End);
            return;
        }

        _reader.Advance();
        ParseFields(root, '}');
        _reader.Advance();
        _reader.SkipBlanks();
        if (_reader.Current != HoconReader.End) throw _reader.Unexpected("the end of the text after the root object");
    }

    /// <summary>Parses up to, not including, <paramref name="close"/>.</summary>
    private void ParseFields(ObjectDefinition target, int close)
    {
        _reader.SkipBlanks();
        while (_reader.Current != close)
        {
            if (_reader.Current == HoconReader.End) throw _reader.Unexpected("a key or '}'");
            if (_reader.AtInclude) ParseInclude(target);
            else ParseField(target);
            SkipSeparator(close);
        }
    }

    private void ParseField(ObjectDefinition target)
    {
        var origin = _reader.Origin();
        var path = _reader.ReadPath();
        _reader.SkipBlanks();
        var appends = _reader.Current == '+' && _reader.Peek(1) == '=';
        if (appends) _reader.Advance(2);
        else if (_reader.Current is '=' or ':') _reader.Advance();
        else if (_reader.Current != '{') throw _reader.Unexpected($"'=', ':', '+=' or '{{' after the key {HoconPath.Render(path)}");
        _reader.SkipBlanks();

        var outer = _place!;
        _place = outer.Below(path);
        Enter(path.Length - 1);
        var value = ParseValue();
        Leave(path.Length - 1);
        foreach (var key in path.AsSpan(..^1)) target = target.Inner(key, origin);
        if (appends) target.Append(path[^1], value, _place);
        else target.Define(path[^1], value);
        _place = outer;
    }

    /// <summary>"Commas": between two items one comma or at least one newline, after the last one perhaps a comma.</summary>
    private void SkipSeparator(int close)
    {
        var newline = _reader.SkipBlanks();
        if (_reader.Current == ',')
        {
            _reader.Advance();
            _reader.SkipBlanks();
            if (_reader.Current == ',') throw _reader.Source.Fault(_reader.Position, "a second ','", "one between two items");
        }
        else if (!newline && _reader.Current != close)
        {
            throw _reader.Unexpected(close == HoconReader.End ? "',' or a new line" : $"',', a new line or '{(char)close}'");
        }
    }

    /// <summary>"Value concatenation": everything up to the end of the line, the comma or the closing bracket.</summary>
    private Definition ParseValue()
    {
        var parts = new List<Definition>();
        while (true)
        {
            var origin = _reader.Origin();
            var spaces = _reader.ReadSpaces();
            if (_reader.AtValueEnd) break;
            if (parts.Count > 0 && spaces.Length > 0) parts.Add(new ConstantDefinition(Literal(spaces, origin), isBlank: true));
            parts.Add(ParsePart());
        }

        if (parts.Count == 0) throw _reader.Unexpected("a value");
        if (parts.Count == 1) return parts[0];
        if (!parts.TrueForAll(part => part is ConstantDefinition)) return new ConcatenationDefinition(parts[0].Origin, parts);
        var text = string.Concat(parts.Select(part => ((ConstantDefinition)part).Value.GetString() ?? "null"));
        return new ConstantDefinition(Literal(text, parts[0].Origin));
    }

    private Definition ParsePart()
    {
        var origin = _reader.Origin();
        switch (_reader.Current)
        {
            case '{': return ParseObject(origin);
            case '[': return ParseArray(origin);
            case '"': return new ConstantDefinition(Literal(_reader.ReadQuoted(), origin));
            case '$' when _reader.Peek(1) == '{': return ParseSubstitution(origin);
        }

        var text = _reader.ReadUnquoted();
        if (text.Length == 0) throw _reader.Unexpected("a value (such a character must be quoted)");
        return new ConstantDefinition(text == "null" ? new HoconValue(null, origin) : Literal(text, origin));
    }

    private ObjectDefinition ParseObject(HoconOrigin origin)
    {
        var content = new ObjectDefinition(origin);
        var outer = _place;
        _place ??= new Place(content, []);
        Enter(1);
        _reader.Advance();
        ParseFields(content, '}');
        _reader.Advance();
        Leave(1);
        _place = outer;
        return content;
    }

    private ArrayDefinition ParseArray(HoconOrigin origin)
    {
        var elements = new List<Definition>();
        var outer = _place;
        _place = null;
        Enter(1);
        _reader.Advance();
        _reader.SkipBlanks();
        while (_reader.Current != ']')
        {
            if (_reader.Current == HoconReader.End) throw _reader.Unexpected("a value or ']'");
            elements.Add(ParseValue());
            SkipSeparator(']');
        }

        _reader.Advance();
        Leave(1);
        _place = outer;
        return new ArrayDefinition(origin, elements);
    }

    private SubstitutionDefinition ParseSubstitution(HoconOrigin origin)
    {
        _reader.Advance(2);
        var optional = _reader.Current == '?';
        if (optional) _reader.Advance();
        var path = _reader.ReadPath();
        var list = _reader.Current == '[' && _reader.Peek(1) == ']';
        if (list) _reader.Advance(2);
        if (_reader.Current != '}') throw _reader.Unexpected("'}' at the end of the substitution");
        _reader.Advance();

        // "Include semantics: substitution": first as the included file means it, then as the including one does.
        var places = _includeRoots.Append(Place.Root).Select(root => root.Below(path)).ToArray();
        return new SubstitutionDefinition(origin, path, places) { IsOptional = optional, IsList = list };
    }

    private void ParseInclude(ObjectDefinition target)
    {
        var include = IncludeStatement.Read(_reader);
        Enter(1);
        // An include at the root means by a path what the including text does: no further place to look.
        var outerRoot = _includeRoots is [var innermost, ..] ? innermost : Place.Root;
        Place[] roots = _place == outerRoot ? _includeRoots : [_place!, .. _includeRoots];
        foreach (var source in include.Open(_reader.Source)) new HoconParser(source, _place!, roots, _depth).ParseDocument(target);

        Leave(1);
    }

    private void Enter(int levels)
    {
        _depth += levels;
        if (_depth > MaxDepth) throw _reader.Source.Fault(_reader.Position, "too deep a nesting", $"at most {MaxDepth} levels");
    }

    private void Leave(int levels) => _depth -= levels;

    private static HoconValue Literal(string text, HoconOrigin origin) => new(new HoconLiteral(text), origin);
}
