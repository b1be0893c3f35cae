using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>HOCON.md, "Syntax", up to "Path expressions": one test or more for every section.</summary>
public sealed class HoconSyntaxTests
{
    /// <summary>Asserts that two texts mean the same.</summary>
    private static void Same(string expected, string actual) =>
        Assert.Equal(((Config)expected).ToString(), ((Config)actual).ToString());

    private static void Refused(string text) => Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text));

    [Theory] // "Unchanged from JSON"
    [InlineData("""{"a": "x", "b": 1, "c": [1, 2.5e-3, true, null], "d": {"e": {}}, "f": []}""")]
    [InlineData("{\n\"a\"\n:\n\"x\"\n,\n\"b\":1,\"c\":[\n1\n,\n2.5e-3,true,null],\"d\":{\"e\":{}\n},\"f\":[\n]\n}\n")]
    [InlineData("\uFEFF{\"a\":\"x\",\"b\":1,\"c\":[1,2.5e-3,true,null],\"d\":{\"e\":{}},\"f\":[]}")]
    public void Json_is_hocon(string json) => Same("a = x\nb = 1\nc = [1, 2.5e-3, true, null]\nd { e {} }\nf = []", json);

    [Fact] // "Comments"
    public void Comments_run_to_the_end_of_the_line()
    {
        Same(
            "a = 1, b = \"# no // comment\", c = [1, 2], d = 3",
            """
            # first
            a = 1 # one
            // second
            b = "# no // comment" // two
            c = [ # three
              1 // four
              # five
              2
            ] // six
            d # seven
            = // eight
            3 # last, without a newline
            """);
        Same("a = x", "a = x//y");
        Same("a = x/y/", "a = x/y/");
        Same("a {}", "a # comment\n{}");
        Same("", "# only");
    }

    [Theory] // "Omit root braces"
    [InlineData("a = 1")]
    [InlineData("{a = 1}")]
    [InlineData("  \n { a = 1 } # done\n")]
    public void Root_braces_may_be_omitted(string text) => Same("a = 1", text);

    [Theory]
    [InlineData("a = 1 }")]
    [InlineData("{ a = 1")]
    [InlineData("{ a = 1 } }")]
    [InlineData("{ a = 1 } b = 2")]
    [InlineData("[1, 2]")]
    [InlineData("\"text\"")]
    [InlineData("text")]
    [InlineData("}")]
    [InlineData("{")]
    [InlineData("a = [")]
    [InlineData("a = [1")]
    [InlineData("a = [1}")]
    [InlineData("a = {b = 1]")]
    public void Brackets_must_balance_and_the_root_is_an_object(string text) => Refused(text);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("{}")]
    public void Empty_texts_are_empty_configurations(string text) => Assert.True(ConfigurationFactory.ParseString(text).IsEmpty);

    [Theory] // "Key-value separator"
    [InlineData("a : { b : 1 }")]
    [InlineData("a = { b = 1 }")]
    [InlineData("a { b = 1 }")]
    [InlineData("a{b:1}")]
    [InlineData("\"a\" {\"b\" = 1}")]
    [InlineData("a\n{\nb\n=\n1\n}")]
    public void Separators_are_equal_colon_and_nothing_before_a_brace(string text) => Same("a = {b = 1}", text);

    [Theory]
    [InlineData("a 1")]
    [InlineData("a")]
    [InlineData("a =")]
    [InlineData("a = , b = 1")]
    [InlineData("= 1")]
    [InlineData("a == 1")]
    [InlineData("a + 1")]
    [InlineData("a [1]")]
    public void Fields_need_key_separator_and_value(string text) => Refused(text);

    [Theory] // "Commas"
    [InlineData("a = [1, 2, 3], b = 4")]
    [InlineData("a = [1, 2, 3,], b = 4,")]
    [InlineData("a = [1\n2\n3]\nb = 4")]
    [InlineData("a = [1\n,\n2,\n3\n\n,\n]\n,\nb = 4\n,\n")]
    [InlineData("{a = [\n1\n2,3\n]\n\nb = 4,}")]
    public void Newlines_replace_commas_and_one_comma_may_trail(string text) => Same("{a: [1, 2, 3], b: 4}", text);

    [Theory]
    [InlineData("a = [1,2,3,,]")]
    [InlineData("a = [,1,2,3]")]
    [InlineData("a = [1,,2,3]")]
    [InlineData("a = [1\n,\n,2]")]
    [InlineData("a = [,]")]
    [InlineData("a = 1,, b = 2")]
    [InlineData(", a = 1")]
    [InlineData("a = 1,,")]
    [InlineData("{,}")]
    [InlineData("a = {} b = 1")]
    [InlineData("a = [] b = 1")]
    [InlineData("a = \"x\" b = 1")]
    public void Commas_are_neither_doubled_nor_leading_nor_forgotten(string text) => Refused(text);

    [Theory] // "Whitespace"
    [InlineData('\u00A0')]
    [InlineData('\u2007')]
    [InlineData('\u202F')]
    [InlineData('\u3000')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\t')]
    [InlineData('\v')]
    [InlineData('\f')]
    [InlineData('\r')]
    [InlineData('\u001C')]
    [InlineData('\u001D')]
    [InlineData('\u001E')]
    [InlineData('\u001F')]
    [InlineData('\uFEFF')]
    public void Whitespace_is_unicode_whitespace(char space)
    {
        var s = space.ToString();
        Same("a = 1, b = [2]", $"{s}a{s}={s}1{s},{s}b{s}={s}[{s}2{s}]{s}");
        Assert.Equal($"x{s}y", ConfigurationFactory.ParseString($"a = x{s}y").GetString("a"));
        // None of these is a newline, so none separates fields.
        Refused($"a = \"1\"{s}b = 2");
    }

    [Fact]
    public void Windows_line_ends_are_line_ends() => Same("a = 1\nb = [1, 2]", "a = 1\r\nb = [\r\n1\r\n2\r\n]\r\n");

    [Theory] // "Duplicate keys and object merging"
    [InlineData("""{ "foo" : { "a" : 42 }, "foo" : { "b" : 43 } }""", """{ "foo" : { "a" : 42, "b" : 43 } }""")]
    [InlineData("""{ "foo" : { "a" : 42 }, "foo" : null, "foo" : { "b" : 43 } }""", """{ "foo" : { "b" : 43 } }""")]
    [InlineData("a = 1, a = 2", "a = 2")]
    [InlineData("a = 1, a { b = 1 }", "a { b = 1 }")]
    [InlineData("a { b = 1 }, a = 1", "a = 1")]
    [InlineData("a = [1], a = [2]", "a = [2]")]
    [InlineData("a { b { x = 1, y = 2 } }, a { b { y = 3, z = 4 } }", "a { b { x = 1, y = 3, z = 4 } }")]
    [InlineData("a = 1, a = null", "a = null")]
    public void Objects_merge_and_other_values_replace(string text, string expected) => Same(expected, text);

    [Theory] // "Unquoted strings"
    [InlineData("truefoo", "truefoo")]
    [InlineData("footrue", "footrue")]
    [InlineData("10.0bar", "10.0bar")]
    [InlineData("bar10.0", "bar10.0")]
    [InlineData("nullfoo", "nullfoo")]
    [InlineData("-foo", "-foo")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("a/b", "a/b")]
    [InlineData("a-b_c.d|e'f(g)<h>;i~j%k", "a-b_c.d|e'f(g)<h>;i~j%k")]
    [InlineData("x\\", null)]
    [InlineData("a$b", null)]
    [InlineData("a`b", null)]
    [InlineData("a^b", null)]
    [InlineData("a?b", null)]
    [InlineData("a!b", null)]
    [InlineData("a@b", null)]
    [InlineData("a*b", null)]
    [InlineData("a&b", null)]
    [InlineData("a+b", null)]
    [InlineData("a=b", null)]
    [InlineData("a:b", null)]
    public void Unquoted_strings_end_at_forbidden_characters(string text, string? expected)
    {
        if (expected is null) Refused("k = " + text);
        else Assert.Equal(expected, ConfigurationFactory.ParseString("k = " + text).GetString("k"));
    }

    [Theory] // numbers as JSON has them
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e5")]
    [InlineData("1E+5")]
    [InlineData("-1.25e-10")]
    public void Numbers_keep_their_text(string number)
    {
        var config = ConfigurationFactory.ParseString($"n = {number}, s = {number} {number}");
        Assert.Equal(number, config.GetString("n"));
        Assert.Equal($"{number} {number}", config.GetString("s"));
        Assert.Equal(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture), config.GetDouble("n"));
    }

    [Theory] // JSON strings
    [InlineData("\"\"", "")]
    [InlineData("\" a b \"", " a b ")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u0041\\u00e9\\ud83d\\uDE00\"", "Aé😀")]
    [InlineData("\"${a} # // {}\"", "${a} # // {}")]
    [InlineData("\"a\\", null)]
    [InlineData("\"a", null)]
    [InlineData("\"a\nb\"", null)]
    [InlineData("\"a\tb\"", null)]
    [InlineData("\"\\x\"", null)]
    [InlineData("\"\\u12\"", null)]
    [InlineData("\"\\u12G4\"", null)]
    [InlineData("\"\\u+123\"", null)]
    [InlineData("\"\\u 123\"", null)]
    [InlineData("\"\\'\"", null)]
    public void Quoted_strings_are_json_strings(string text, string? expected)
    {
        if (expected is null) Refused("k = " + text);
        else Assert.Equal(expected, ConfigurationFactory.ParseString("k = " + text).GetString("k"));
    }

    [Theory] // "Multi-line strings"
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\"foo\"\"\"\"", "foo\"")]
    [InlineData("\"\"\"foo\"\"\"\"\"\"", "foo\"\"\"")]
    [InlineData("\"\"\" a \"b\" \\n \n\t c \"\"\"", " a \"b\" \\n \n\t c ")]
    [InlineData("\"\"\"${a} # {\"\"\"", "${a} # {")]
    [InlineData("\"\"\"foo", null)]
    [InlineData("\"\"\"foo\"\"", null)]
    [InlineData("\"\"\"", null)]
    public void Triple_quotes_hold_anything(string text, string? expected)
    {
        if (expected is null) Refused("k = " + text);
        else Assert.Equal(expected, ConfigurationFactory.ParseString("k = " + text).GetString("k"));
    }

    [Theory] // "String value concatenation"
    [InlineData(" foo bar baz ", "foo bar baz")]
    [InlineData("foo  bar\tbaz # c", "foo  bar\tbaz")]
    [InlineData("\"foo\" bar \"baz\"", "foo bar baz")]
    [InlineData("\"a\"\"b\"c", "abc")]
    [InlineData("true foo", "true foo")]
    [InlineData("null foo", "null foo")]
    [InlineData("1.00 2", "1.00 2")]
    [InlineData("\"null\"", "null")]
    [InlineData("1 \"\"\"x\ny\"\"\" 2", "1 x\ny 2")]
    [InlineData("include", "include")]
    [InlineData("include \"x\"", "include x")]
    public void Simple_values_concatenate_with_their_whitespace(string text, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString("k = " + text).GetString("k"));

    [Theory] // "Array and object concatenation", "Arrays without commas or newlines"
    [InlineData("a : { b : 1 } { c : 2 }", "a : { b : 1, c : 2 }")]
    [InlineData("a { b : 1 } { b : 2 } {}", "a : { b : 2 }")]
    [InlineData("a : [ 1, 2 ] [ 3, 4 ]", "a : [ 1, 2, 3, 4 ]")]
    [InlineData("a : [ 1 2 3 4 ]", "a : [ \"1 2 3 4\" ]")]
    [InlineData("a : [ [ 1, 2 ] [ 3, 4 ] ]", "a : [ [1, 2, 3, 4] ]")]
    [InlineData("a : [ [ 1, 2 ]\n [ 3, 4 ] ]", "a : [ [1, 2], [3, 4] ]")]
    [InlineData("a : [\n1\n] [\n2\n]", "a : [ 1, 2 ]")]
    [InlineData("a { b = [1] } { b = [2] }", "a { b = [2] }")]
    [InlineData("a : [ { b = 1 } { c = 2 } ]", "a : [ { b = 1, c = 2 } ]")]
    public void Arrays_and_objects_concatenate(string text, string expected) => Same(expected, text);

    [Theory]
    [InlineData("a = [1] {}")]
    [InlineData("a = {} [1]")]
    [InlineData("a = [1] x")]
    [InlineData("a = x [1]")]
    [InlineData("a = {} x")]
    [InlineData("a = x {}")]
    [InlineData("a = [1] \" \" [2]")]
    [InlineData("a = {} \" \" {}")]
    [InlineData("a = null [1]")]
    public void Kinds_do_not_mix(string text) => Refused(text);

    [Theory] // "Conversion of numerically-indexed objects to arrays"
    [InlineData("a { \"0\" = x, \"1\" = y }", "x,y")]
    [InlineData("a.0 = x, a.1 = y", "x,y")]
    [InlineData("a.10 = z, a.2 = y, a.0 = x", "x,y,z")]
    [InlineData("a { 0 = x, foo = bar, -1 = no, 5 = y }", "x,y")]
    [InlineData("a { 0 = x } [y]", "x,y")]
    [InlineData("a = [x] { 3 = y }", "x,y")]
    [InlineData("a = [x], a = ${a} { 0 = y }", "x,y")]
    [InlineData("a {}", null)]
    [InlineData("a { b = 1 }", null)]
    [InlineData("a = [x] {}", null)]
    public void Objects_with_numeric_keys_become_arrays_where_arrays_are_wanted(string text, string? expected)
    {
        if (expected is null) Assert.Throws<ConfigurationException>(() => ((Config)text).GetStringList("a"));
        else Assert.Equal(expected, string.Join(',', ((Config)text).GetStringList("a")));
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        static string Nested(int levels, string open, string close) =>
            "a = " + string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));
        ConfigurationFactory.ParseString(Nested(255, "[", "]"));
        ConfigurationFactory.ParseString(Nested(255, "{a=", "}"));
        Refused(Nested(256, "[", "]"));
        Refused(Nested(256, "{a=", "}"));
        Refused(Nested(100_000, "[", "]"));
        Refused(Nested(100_000, "{a:", "}"));
        Refused(string.Join('.', Enumerable.Repeat("a", 300)) + " = 1");
    }

    [Fact]
    public void The_deepest_nesting_fits_a_small_stack()
    {
        var text = "a = " + string.Concat(Enumerable.Repeat("[{a.b=", 85)) + "1" + string.Concat(Enumerable.Repeat("}]", 85));
        string? rendered = null;
        var thread = new Thread(() => rendered = ConfigurationFactory.ParseString(text).ToString(), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.NotNull(rendered);
    }
}
