using System.Runtime.CompilerServices;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Turns definitions into values: replaces substitutions, joins concatenations, merges what was defined more than once
/// ("Substitutions").
/// </summary>
/// <remarks>
/// Each key has a stack of definitions. A substitution is looked up by walking those stacks, without evaluating what is not on
/// the way, and yields the value of the topmost definition. If the walk meets a definition that is being evaluated, that one and
/// all above it are left out: this is how <c>a = ${a} [2]</c> sees the earlier <c>a</c>, and how a cycle ends as "undefined".
/// Every definition is evaluated once; the outcome stays in it.
/// </remarks>
internal sealed class HoconResolver
{
    private const int MaxNesting = 512;

    /// <summary>What one text may cost, in steps, characters and values: a few lines could otherwise double a string for ever.</summary>
    private const long MaxCost = 2_000_000;

    private readonly List<Definition> _root;
    private int _nesting;
    private long _cost;
    private bool _metCycle;

    private HoconResolver(List<Definition> root) => _root = root;

    /// <summary>Evaluates a document.</summary>
    /// <param name="document">The parsed text.</param>
    /// <param name="fallback">Values below the document's own, which substitutions may refer to; not part of the result.</param>
    /// <exception cref="ConfigurationException">A required substitution is undefined, or values cannot be joined.</exception>
    public static HoconValue Resolve(ObjectDefinition document, HoconValue? fallback = null)
    {
        List<Definition> root = fallback is null ? [document] : [new ConstantDefinition(fallback), document];
        return new HoconResolver(root).Evaluate(document) ?? new HoconValue(HoconObject.Empty, document.Origin);
    }

    /// <summary>The value of a key: its topmost definition, merged with those below as long as all are objects.</summary>
    private HoconValue? Evaluate(List<Definition> stack)
    {
        HoconValue? result = null;
        for (var i = stack.Count - 1; i >= 0; i--)
        {
            var value = Evaluate(stack[i]);
            // An undefined optional substitution leaves what was there before.
            if (value is null) continue;
            if (result is not null && !value.IsObject()) break;
            result = result is null ? value : HoconValue.Merge(value, result);
            if (!result.IsObject()) break;
        }

        return result;
    }

    /// <summary>The value of one definition; null if undefined.</summary>
    private HoconValue? Evaluate(Definition definition)
    {
        if (definition is ConstantDefinition constant) return constant.Value;
        if (definition.Done) return definition.Result;
        if (definition.Running)
        {
            _metCycle = true;
            return null;
        }

        Enter(definition);
        definition.Running = true;
        definition.Result = definition switch
        {
            ObjectDefinition content => EvaluateObject(content),
            ArrayDefinition array => new HoconValue(EvaluateElements(array), array.Origin),
            ConcatenationDefinition concatenation => EvaluateConcatenation(concatenation),
            SubstitutionDefinition substitution => EvaluateSubstitution(substitution),
            _ => throw new InvalidOperationException($"Unknown definition {definition.GetType()}"),
        };
        definition.Running = false;
        definition.Done = true;
        _nesting--;
        var extent = Extent.Of(definition.Result?.Element);
        if (extent.Depth > HoconParser.MaxDepth) throw TooDeep(definition);
        // A long text is welcome; a short one that becomes long is not.
        if (definition is SubstitutionDefinition or ConcatenationDefinition && extent.Size > MaxCost) throw TooLarge(definition);
        return definition.Result;
    }

    private HoconValue EvaluateObject(ObjectDefinition content)
    {
        var items = new Dictionary<string, HoconValue>(content.Fields.Count);
        foreach (var (key, stack) in content.Fields)
        {
            if (Evaluate(stack) is { } value) items.Add(key, value);
        }

        return new HoconValue(new HoconObject(items), content.Origin);
    }

    private HoconArray EvaluateElements(ArrayDefinition array)
    {
        var elements = new List<HoconValue>(array.Elements.Count);
        foreach (var element in array.Elements)
        {
            if (Evaluate(element) is { } value) elements.Add(value);
        }

        return new HoconArray([.. elements]);
    }

    private HoconValue? EvaluateConcatenation(ConcatenationDefinition concatenation)
    {
        var joined = new Concatenation(concatenation.Origin);
        foreach (var part in concatenation.Parts)
        {
            if (part is ConstantDefinition { IsBlank: true } blank) joined.AddBlank(blank.Value);
            else if (Evaluate(part) is { } value) joined.Add(value, part.Origin);
        }

        var outcome = joined.Join();
        Charge(Extent.Of(outcome?.Element).Size, concatenation);
        return outcome;
    }

    private HoconValue? EvaluateSubstitution(SubstitutionDefinition substitution)
    {
        var outerCycle = _metCycle;
        _metCycle = false;
        HoconValue? value = null;
        foreach (var place in substitution.Places)
        {
            value = Evaluate(Find(place, substitution));
            if (value is not null) break;
        }

        value ??= FromEnvironment(substitution);
        if (value is null && !substitution.IsOptional)
        {
            var path = HoconPath.Render(substitution.Path);
            throw new ConfigurationException(_metCycle
                ? $"{substitution.Origin}: ${{{path}}} refers back to itself, expected a definition without a cycle"
                : $"{substitution.Origin}: ${{{path}}} is undefined, expected such a key or environment variable");
        }

        _metCycle = outerCycle;
        return value;
    }

    /// <summary>"Substitution fallback to environment variables".</summary>
    private static HoconValue? FromEnvironment(SubstitutionDefinition substitution)
    {
        var name = string.Join('.', substitution.Path);
        if (!substitution.IsList) return Variable(name);
        var elements = new List<HoconValue>();
        while (Variable($"{name}_{elements.Count}") is { } element) elements.Add(element);
        return elements.Count == 0 ? null : new HoconValue(new HoconArray([.. elements]), substitution.Origin);

        static HoconValue? Variable(string name) => Environment.GetEnvironmentVariable(name) is { } text
            ? new HoconValue(new HoconLiteral(text), new HoconOrigin($"environment variable {name}", 0, 0))
            : null;
    }

    /// <summary>The definitions that make up the value at a place, oldest first; empty if there are none.</summary>
    private List<Definition> Find(Place place, Definition asking)
    {
        Enter(asking);
        var stack = place.Anchor is { } anchor ? [anchor] : _root;
        foreach (var key in place.Path)
        {
            var inner = new List<Definition>();
            Collect(WithoutRunning(stack), key, inner);
            inner.Reverse();
            stack = inner;
        }

        _nesting--;
        return WithoutRunning(stack);
    }

    /// <summary>Looking back: what was defined before the definition that is being evaluated.</summary>
    private List<Definition> WithoutRunning(List<Definition> stack)
    {
        var running = stack.FindIndex(static definition =>
            definition is SubstitutionDefinition { Running: true }
            || (definition is ConcatenationDefinition concatenation
                && concatenation.Parts.Exists(static part => part is SubstitutionDefinition { Running: true })));
        if (running < 0) return stack;
        _metCycle = true;
        return stack[..running];
    }

    /// <summary>Adds the definitions of a key within a stack, newest first; true if nothing below the stack can show through.</summary>
    private bool Collect(List<Definition> stack, string key, List<Definition> found)
    {
        for (var i = stack.Count - 1; i >= 0; i--)
        {
            if (Collect(stack[i], key, found)) return true;
        }

        return false;
    }

    private bool Collect(Definition definition, string key, List<Definition> found)
    {
        Charge(1, definition);
        switch (definition)
        {
            case ConstantDefinition { IsBlank: true }:
                return false;
            case ConstantDefinition constant:
                return Collect(constant.Value, key, found);
            case { Done: true }:
                return definition.Result is { } result && Collect(result, key, found);
            case ObjectDefinition content:
                if (content.Fields.TryGetValue(key, out var stack)) found.AddRange(Enumerable.Reverse(stack));
                return false;
            case ConcatenationDefinition concatenation:
                return concatenation.IsNoObject || Collect(concatenation.Parts, key, found);
            case SubstitutionDefinition { Running: false } substitution:
                return CollectTarget(substitution, key, found);
            default:
                return definition is ArrayDefinition;
        }
    }

    private static bool Collect(HoconValue value, string key, List<Definition> found)
    {
        if (value.GetObject() is not { } content) return true;
        if (content.GetKey(key) is { } inner) found.Add(new ConstantDefinition(inner));
        return false;
    }

    private bool CollectTarget(SubstitutionDefinition substitution, string key, List<Definition> found)
    {
        var hides = false;
        substitution.Running = true;
        foreach (var place in substitution.Places)
        {
            var target = Find(place, substitution);
            if (target.Count == 0) continue;
            hides = Collect(target, key, found);
            break;
        }

        substitution.Running = false;
        return hides;
    }

    private void Enter(Definition definition)
    {
        Charge(1, definition);
        if (++_nesting > MaxNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw TooDeep(definition);
    }

    private void Charge(long cost, Definition definition)
    {
        _cost += cost;
        if (_cost > MaxCost) throw TooLarge(definition);
    }

    private static ConfigurationException TooLarge(Definition definition) =>
        new($"{definition.Origin}: substitutions blow up, expected at most {MaxCost} characters and values");

    private static ConfigurationException TooDeep(Definition definition) =>
        new($"{definition.Origin}: substitutions nest too deep, expected at most {HoconParser.MaxDepth} levels");
}
