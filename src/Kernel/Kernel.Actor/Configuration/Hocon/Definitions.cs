namespace Akka.Configuration.Hocon;

// The tree between text and values: what the files say, before substitutions are replaced.

/// <summary>One value as written. <see cref="HoconResolver"/> keeps its progress here, so every definition is evaluated once.</summary>
internal abstract class Definition(HoconOrigin origin)
{
    public HoconOrigin Origin { get; } = origin;

    /// <summary>Being evaluated: meeting it again means a cycle.</summary>
    public bool Running { get; set; }

    public bool Done { get; set; }

    /// <summary>The value once <see cref="Done"/>; null if it turned out to be undefined.</summary>
    public HoconValue? Result { get; set; }
}

/// <summary>A value that needs no evaluation.</summary>
/// <param name="value">The value.</param>
/// <param name="isBlank">Whether it is the unquoted whitespace between two parts of a concatenation.</param>
internal sealed class ConstantDefinition(HoconValue value, bool isBlank = false) : Definition(value.Origin)
{
    public HoconValue Value { get; } = value;

    public bool IsBlank { get; } = isBlank;
}

/// <summary>An array, some element of which may need evaluation.</summary>
internal sealed class ArrayDefinition(HoconOrigin origin, List<Definition> elements) : Definition(origin)
{
    public List<Definition> Elements { get; } = elements;
}

/// <summary>Several values side by side on a line ("Value concatenation").</summary>
internal sealed class ConcatenationDefinition(HoconOrigin origin, List<Definition> parts) : Definition(origin)
{
    public List<Definition> Parts { get; } = parts;

    /// <summary>Whether the outcome cannot be an object, whatever the substitutions yield.</summary>
    public bool IsNoObject =>
        Parts.Exists(part => part is ArrayDefinition || part is ConstantDefinition { IsBlank: false, Value.Element: not HoconObject });
}

/// <summary>Where to look for a value: a path below an object, below the document's root if that is null.</summary>
internal sealed record Place(ObjectDefinition? Anchor, string[] Path)
{
    public static Place Root { get; } = new(null, []);

    public Place Below(string[] path) => this with { Path = [.. Path, .. path] };
}

/// <summary><c>${path}</c>, <c>${?path}</c>, <c>${path[]}</c>.</summary>
/// <param name="origin">Where the substitution stands.</param>
/// <param name="path">The path as written.</param>
/// <param name="places">Where to look, in this order; several within an included file.</param>
internal sealed class SubstitutionDefinition(HoconOrigin origin, string[] path, Place[] places) : Definition(origin)
{
    public string[] Path { get; } = path;

    public Place[] Places { get; } = places;

    public bool IsOptional { get; init; }

    /// <summary>Whether environment variables NAME_0, NAME_1 … make up a list ("List values from environment variables").</summary>
    public bool IsList { get; init; }
}

/// <summary>An object. Each key has all its definitions, oldest first, as far as a later one may depend on them.</summary>
internal sealed class ObjectDefinition(HoconOrigin origin) : Definition(origin)
{
    public Dictionary<string, List<Definition>> Fields { get; } = [];

    /// <summary>Defines a key, again perhaps ("Duplicate keys").</summary>
    public void Define(string key, Definition definition)
    {
        if (!Fields.TryGetValue(key, out var stack)) Fields[key] = stack = [];
        var hidden = stack is [.., ConstantDefinition or ArrayDefinition];
        switch (definition)
        {
            case ObjectDefinition added when stack is [.., ObjectDefinition present]:
                foreach (var (innerKey, inner) in added.Fields) inner.ForEach(value => present.Define(innerKey, value));
                return;
            case ConstantDefinition or ArrayDefinition:
            case ObjectDefinition when hidden:
                // Nothing below can be seen any more: it is never evaluated, and its faults are never reported.
                stack.Clear();
                break;
        }

        stack.Add(definition);
    }

    /// <summary>
    /// "The += field separator": <c>a += b</c> is <c>a = ${?a} [b]</c>. If the value so far ends with an array as written, the
    /// element joins that: the same outcome without a chain of references as long as the list.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="element">The element to append.</param>
    /// <param name="field">Where the key is, seen from the root.</param>
    public void Append(string key, Definition element, Place field)
    {
        var last = Fields.GetValueOrDefault(key)?.LastOrDefault();
        if ((last is ConcatenationDefinition concatenation ? concatenation.Parts[^1] : last) is ArrayDefinition array)
        {
            array.Elements.Add(element);
            return;
        }

        var earlier = new SubstitutionDefinition(element.Origin, field.Path, [field]) { IsOptional = true };
        Define(key, new ConcatenationDefinition(element.Origin, [earlier, new ArrayDefinition(element.Origin, [element])]));
    }

    /// <summary>The object at a key, made if the key holds something else so far.</summary>
    public ObjectDefinition Inner(string key, HoconOrigin where)
    {
        if (!Fields.TryGetValue(key, out var stack) || stack is not [.., ObjectDefinition]) Define(key, new ObjectDefinition(where));
        return (ObjectDefinition)Fields[key][^1];
    }
}
