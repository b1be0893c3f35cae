using System.Text;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using FsCheck;
using FsCheck.Fluent;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>What holds for any input.</summary>
public sealed class HoconPropertyTests
{
    /// <summary>Pieces that random texts are glued from; plain random characters hardly ever get past the first key.</summary>
    private static readonly string[] Pieces =
    [
        "a", "b", "c", "a.b", "\"x y\"", "1", "-2.5e+3", "true", "null", " ", "\n", "=", ":", "+=", "{", "}", "[", "]", ",", "${a}", "${?b}",
        "${a.b}", "${?c[]}", "#c\n", "//", "\"", "\"\"\"", "\\", "\\u12", "include ", "include \"a\"", "required(", "file(", ")", "$", "+", ".", "..",
        "a=", "b {", "a=${a}", "b=${?c}", "c=[${b}]", "=${a}${b}", "\u00a0", "\uFEFF", "\0", "\ud800", "0", "ms", "infinite", "a\n", "b=1\n", "}\n",
    ];

    /// <summary>Well-formed texts full of references, so that most pass the parser and try the resolver.</summary>
    private static readonly Gen<string> Documents = Fields(3).Resize(12);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).ListOf().Resize(60).Select(pieces => string.Concat(pieces)),
        Documents);

    private static readonly Gen<string> Strings = Gen.OneOf(
        Gen.Elements("", "a", "null", "true", "1.5", "include", "a.b", " ", "\"", "\\", "\n", "\0", "é", "😀", "\ud800", "//", "x#y", "$", "1e+5", "\u0085"),
        ArbMap.Default.GeneratorFor<string>().Where(text => text is not null));

    /// <summary>Runs until there is an outcome; anything but a ConfigurationException fails the test.</summary>
    private static string? Outcome(Func<string?> action)
    {
        try
        {
            return action();
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    private static void Holds(Property property) => Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000), property);

    [Fact]
    public void Any_text_parses_or_is_refused() =>
        Holds(Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            Outcome(() => ConfigurationFactory.ParseString(text).ToString());
            return true;
        }));

    [Fact]
    public void Any_characters_parse_or_are_refused() =>
        Holds(Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            Outcome(() => ConfigurationFactory.ParseString(text ?? "").ToString());
            Outcome(() => ConfigurationFactory.ParseString("a = 1").GetString(text ?? ""));
            return true;
        }));

    [Fact]
    public void Any_literal_is_converted_or_refused() =>
        Holds(Prop.ForAll(Gen.OneOf(Strings, Texts).ToArbitrary(), text =>
        {
            var value = Tree(text);
            Func<object?>[] getters =
            [
                () => value.GetBoolean(), () => value.GetInt(), () => value.GetLong(), () => value.GetByte(), () => value.GetFloat(),
                () => value.GetDouble(), () => value.GetDecimal(), () => value.GetByteSize(), () => value.GetTimeSpan(),
                () => value.GetArray(), () => value.GetIntList(), () => value.GetString(),
            ];
            foreach (var get in getters) Outcome(() => get()?.ToString());
            return value.GetString() == text;
        }));

    [Fact]
    public void What_parses_survives_rendering() =>
        Holds(Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var rendered = Outcome(() => ConfigurationFactory.ParseString(text).ToString());
            return rendered is null || ConfigurationFactory.ParseString(rendered).ToString() == rendered;
        }));

    [Fact]
    public void Any_tree_survives_rendering() =>
        Holds(Prop.ForAll(Trees(3).ToArbitrary(), tree =>
        {
            var parsed = ConfigurationFactory.ParseString(tree.AtKey("root").ToString()).GetValue("root")!;
            return Fingerprint(parsed) == Fingerprint(tree);
        }));

    [Fact]
    public void Every_leaf_is_found_at_its_path() =>
        Holds(Prop.ForAll(Trees(3).ToArbitrary(), tree =>
        {
            var config = tree.AtKey("root");
            return config.Leaves().All(leaf => ReferenceEquals(config.GetValue(leaf.Key), leaf.Value));
        }));

    [Fact]
    public void Merging_prefers_the_first_and_keeps_the_rest() =>
        Holds(Prop.ForAll(Trees(3).ToArbitrary(), Trees(3).ToArbitrary(), (over, under) =>
        {
            var both = over.AtKey("root").WithFallback(under.AtKey("root"));
            return Fingerprint(both.GetValue("root")!) == Merged(over, under);
        }));

    /// <summary>Merging again, by way of the parser: the fallback's text first, then the other.</summary>
    private static string Merged(HoconValue over, HoconValue under) => Fingerprint(
        ConfigurationFactory.ParseString($"{under.AtKey("root")}\n{over.AtKey("root")}").GetValue("root")!);

    private static Gen<string> Fields(int depth) => Gen.Elements("a", "b", "c", "d.e", "a.b", "b.c", "c.a")
        .SelectMany(key => Gen.Elements("=", "=", "=", "+=").SelectMany(separator => Values(depth).Select(value => $"{key} {separator} {value}")))
        .ListOf().Select(fields => string.Join('\n', fields));

    private static Gen<string> Values(int depth)
    {
        var simple = Gen.Elements("1", "x y", "null", "${?a}", "${?b}", "${?c}", "${?a.b}", "${?b.c.a}", "${?d.e} ${?c.a}", "[${?c}]", "${a}", "${b.c}");
        if (depth == 0) return simple;
        var content = Fields(depth - 1).Resize(3).Select(fields => $"{{ {fields} }}");
        var array = Values(depth - 1).ListOf().Resize(3).Select(values => $"[ {string.Join(", ", values)} ]");
        var joined = Values(depth - 1).SelectMany(left => Values(depth - 1).Select(right => $"{left} {right}"));
        return Gen.Frequency((5, simple), (2, content), (1, array), (1, joined));
    }

    private static HoconValue Tree(string text) => new(new HoconLiteral(text), HoconOrigin.None);

    private static Gen<HoconValue> Trees(int depth)
    {
        var literals = Strings.Select(Tree);
        if (depth == 0) return literals;
        var inner = Trees(depth - 1);
        var arrays = inner.ListOf().Resize(4).Select(list => new HoconValue(new HoconArray([.. list]), HoconOrigin.None));
        var fields = Strings.SelectMany(key => inner.Select(value => (Key: key, Value: value)));
        var objects = fields.ListOf().Resize(4).Select(list => new HoconValue(
            new HoconObject(list.DistinctBy(field => field.Key).ToDictionary(field => field.Key, field => field.Value)), HoconOrigin.None));
        var nulls = Gen.Constant(new HoconValue(null, HoconOrigin.None));
        return Gen.Frequency((4, objects), (2, arrays), (2, literals), (1, nulls));
    }

    /// <summary>The tree as text, made without the renderer under test.</summary>
    private static string Fingerprint(HoconValue value)
    {
        var text = new StringBuilder();
        Append(value);
        return text.ToString();

        void Append(HoconValue value)
        {
            if (value.IsEmpty)
            {
                text.Append('0');
            }
            else if (value.GetObject() is { } content)
            {
                text.Append('{');
                foreach (var (key, item) in content.Items)
                {
                    text.Append(key.Length).Append(key);
                    Append(item);
                }

                text.Append('}');
            }
            else if (value.IsArray())
            {
                text.Append('[');
                foreach (var item in value.GetArray()) Append(item);
                text.Append(']');
            }
            else
            {
                text.Append('\'').Append(value.GetString()!.Length).Append(value.GetString());
            }
        }
    }
}
