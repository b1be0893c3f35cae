using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>HOCON.md, "Substitutions", "Self-Referential Substitutions", "The += field separator", environment variables.</summary>
public sealed class HoconSubstitutionTests
{
    private static void Same(string expected, string actual) =>
        Assert.Equal(((Config)expected).ToString(), ((Config)actual).ToString());

    private static string Fault(string text) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text, "t.conf")).Message;

    [Theory] // "Substitutions"
    [InlineData("a = 1, b = ${a}", "a = 1, b = 1")]
    [InlineData("b = ${a}, a = 1", "b = 1, a = 1")]
    [InlineData("a = 1, b = ${a}, a = 2", "a = 2, b = 2")]
    [InlineData("b = ${?a}, a = 1", "b = 1, a = 1")]
    [InlineData("a.\"b.c\" = 1, d = ${ a.\"b.c\" }", "a.\"b.c\" = 1, d = 1")]
    [InlineData("a { x = 1 }, b = ${a}, a { y = 2 }", "a { x = 1, y = 2 }, b { x = 1, y = 2 }")]
    [InlineData("a = [1], b = ${a}", "a = [1], b = [1]")]
    [InlineData("a = null, b = ${a}", "a = null, b = null")]
    [InlineData("n = dog, a = ${n} is my animal", "n = dog, a = dog is my animal")]
    [InlineData("n = dog, a = ${n}\" is my animal\"", "n = dog, a = dog is my animal")]
    [InlineData("n = dog, a = a  ${n}  ${n} b", "n = dog, a = \"a  dog  dog b\"")]
    [InlineData("a = null, b = x${a}", "a = null, b = xnull")]
    [InlineData("a = 1, l = [${a}, ${?no}, ${a}2]", "a = 1, l = [1, 12]")]
    [InlineData("a b = 1, c = ${a b}", "a b = 1, c = 1")]
    [InlineData("a = [1], b = [2], c = ${a} ${b} [3]", "a = [1], b = [2], c = [1, 2, 3]")]
    [InlineData("a { x = 1 }, b = ${a} ${a} { y = 2 }", "a { x = 1 }, b { x = 1, y = 2 }")]
    [InlineData("a { x = 1 }, b { y = 2 }, b = ${a}", "a { x = 1 }, b { y = 2, x = 1 }")]
    [InlineData("a { x = 1 }, b = ${a}, b { y = 2 }, c = ${b.x}${b.y}", "a { x = 1 }, b { x = 1, y = 2 }, c = 12")]
    [InlineData("a { x = 1 }, b = ${a} { y = 2 }, c = ${b.x}${b.y}", "a { x = 1 }, b { x = 1, y = 2 }, c = 12")]
    [InlineData("c = ${a.b.c.d}, a = ${x}, x.b = ${y}, y.c = ${z}, z.d = 1", "c = 1, a.b.c.d = 1, x.b.c.d = 1, y.c.d = 1, z.d = 1")]
    public void Substitutions_are_replaced_by_the_last_value(string text, string expected) => Same(expected, text);

    [Theory] // undefined optional substitutions
    [InlineData("a = ${?no}", "")]
    [InlineData("a = ${?no}${?nor}", "")]
    [InlineData("a = ${?no} ${?nor}", "")]
    [InlineData("a = 1, a = ${?no}", "a = 1")]
    [InlineData("a { x = 1 }, a = ${?no}", "a { x = 1 }")]
    [InlineData("a = x${?no}y", "a = xy")]
    [InlineData("a = [${?no}]", "a = []")]
    [InlineData("a = ${?no} [1]", "a = [1]")]
    [InlineData("a = [1] ${?no}", "a = [1]")]
    [InlineData("a = ${?no} { b = 1 }", "a { b = 1 }")]
    [InlineData("a { b = ${?no} }", "a {}")]
    public void Undefined_optional_substitutions_vanish(string text, string expected) => Same(expected, text);

    [Theory] // "Self-Referential Substitutions" and its examples
    [InlineData("path = \"a:b:c\", path = ${path}\":d\"", "path = \"a:b:c:d\"")]
    [InlineData("a = [1, 2], a = ${a} [3, 4]", "a = [1, 2, 3, 4]")]
    [InlineData("a = 1, a = ${a}2, a = ${a}3", "a = 123")]
    [InlineData("foo { a = 1 }, foo = ${foo}", "foo { a = 1 }")]
    [InlineData("foo = ${?foo}", "")]
    [InlineData("foo = ${does-not-exist}, foo = 42", "foo = 42")]
    [InlineData("foo = ${foo}, foo = 42", "foo = 42")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }", "foo { a = 2, c = 1 }")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }", "bar { foo = 42, baz = 42 }")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }, bar { foo = 43 }", "bar { foo = 43, baz = 43 }")]
    [InlineData(
        "bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4",
        "bar { a = 4, b = 3 }, foo { c = 3, d = 4 }")]
    [InlineData("a = ${?a}foo", "a = foo")]
    [InlineData("a = ${?a}foo, a = ${?a}bar", "a = foobar")]
    [InlineData("a { x = 42, y = ${a.x} }", "a { x = 42, y = 42 }")]
    [InlineData("b { z = 1 }, a = ${b} { x = 42, y = ${a.x} }", "b { z = 1 }, a { z = 1, x = 42, y = 42 }")]
    [InlineData("a.b = [1], a.b = ${a.b} [2]", "a.b = [1, 2]")]
    [InlineData("a = 1, b = ${a}, a = ${b}2, c = ${a}", "a = 12, b = 1, c = 12")]
    [InlineData("a = ${?b}, b = ${?a}", "")]
    [InlineData("a { b = ${?a} }", "a {}")]
    [InlineData("a = [${?a}]", "a = []")]
    public void Self_references_look_back(string text, string expected) => Same(expected, text);

    [Fact] // the outcome is left open by the spec, but both must be equal
    public void Mutual_references_agree()
    {
        Config config = "a = 1, b = 2, a = ${b}, b = ${a}";
        Assert.Equal(config.GetInt("a"), config.GetInt("b"));
    }

    [Theory] // "The += field separator"
    [InlineData("a += 1", "a = [1]")]
    [InlineData("a = [1], a += 2, a += [3], a += { b = 4 }", "a = [1, 2, [3], { b = 4 }]")]
    [InlineData("a.b += 1, a { b += 2 }", "a.b = [1, 2]")]
    [InlineData("a = ${b} [1], b = [0], a += 2", "a = [0, 1, 2], b = [0]")]
    [InlineData("a { x = [1] }, a = ${b}, a.x += 2, b { x = [5] }", "a { x = [5, 2] }, b { x = [5] }")]
    [InlineData("l = [ { a = [1], a += 2 }, { a += 3 } ]", "l = [ { a = [1, 2] }, { a = [3] } ]")]
    [InlineData("a = 1, l = [ { b { c += ${a} }, b.c += 2 } ]", "a = 1, l = [ { b { c = [1, 2] } } ]")]
    [InlineData("a { 0 = x }, a += y", "a = [x, y]")]
    [InlineData("a += ${?no}", "a = []")]
    [InlineData("a = ${?no}, a += 1", "a = [1]")]
    public void Plus_equals_appends(string text, string expected) => Same(expected, text);

    [Fact]
    public void Plus_equals_may_be_repeated_any_number_of_times()
    {
        Config config = string.Concat(Enumerable.Range(0, 5000).Select(i => $"a += {i}\n"));
        Assert.Equal(Enumerable.Range(0, 5000), config.GetIntList("a"));
    }

    [Theory]
    [InlineData("a = ${b}", "t.conf:1:5: ${b} is undefined, expected such a key or environment variable")]
    [InlineData("a {\n  x = y ${b.\"c d\"} }", "t.conf:2:9: ${b.\"c d\"} is undefined, expected such a key or environment variable")]
    [InlineData("a = ${a}", "t.conf:1:5: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = ${a}, a { b = 1 }", "t.conf:1:5: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = ${a}bc", "t.conf:1:5: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = ${a} [1]", "t.conf:1:5: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a { b = ${a} }", "t.conf:1:9: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = [${a}]", "t.conf:1:6: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("bar = ${foo}\nfoo = ${bar}", "t.conf:2:7: ${bar} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = ${b}\nb = ${c}\nc = ${a}", "t.conf:3:5: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = ${b.c}\nb { c = ${a} }", "t.conf:2:9: ${a} refers back to itself, expected a definition without a cycle")]
    [InlineData("a = 1, a += 2", "t.conf:1:13: \"1\" beside values of another kind, expected an array")]
    [InlineData("a = [1], b = {}, c = ${a} ${b}", "t.conf:1:27: an object beside values of another kind, expected an array")]
    [InlineData("a = 1, b = {}, c = ${a} ${b}", "t.conf:1:25: an object beside values of another kind, expected a string")]
    [InlineData("a = 1, b = ${a} [2]", "t.conf:1:12: \"1\" beside values of another kind, expected an array")]
    [InlineData("a = ${", "t.conf:1:7: the end of the text, expected a key")]
    [InlineData("a = ${}", "t.conf:1:7: '}', expected a key")]
    [InlineData("a = ${b", "t.conf:1:8: the end of the text, expected '}' at the end of the substitution")]
    [InlineData("a = ${b\n}", "t.conf:1:8: the end of the line, expected '}' at the end of the substitution")]
    [InlineData("a = ${ ?b}", "t.conf:1:8: '?', expected a key")]
    [InlineData("a = ${a${b}}", "t.conf:1:8: '$', expected '}' at the end of the substitution")]
    [InlineData("a = $ {b}", "t.conf:1:5: '$', expected a value (such a character must be quoted)")]
    [InlineData("a = $b", "t.conf:1:5: '$', expected a value (such a character must be quoted)")]
    public void Faults_name_the_substitution(string text, string message)
    {
        Assert.Equal(message, Fault(text));
    }

    [Theory]
    [InlineData("a0 = x", "${0}${0}")]
    [InlineData("a0 = [1]", "${0} ${0}")]
    [InlineData("a0 = [1]", "[${0}, ${0}]")]
    [InlineData("a0 = 1", "{ l = ${0}, r = ${0} }")]
    [InlineData("z = ${a60.k.k}, a0 { k = 1 }", "${0} ${0}")]
    public void What_doubles_with_every_line_is_stopped(string first, string next)
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"\na{i} = {next.Replace("{0}", $"{{a{i - 1}}}", StringComparison.Ordinal)}");
        Assert.EndsWith("substitutions blow up, expected at most 2000000 characters and values", Fault(first + string.Concat(lines)));
    }

    [Fact]
    public void Long_chains_and_deep_results_are_refused_rather_than_overflowing_the_stack()
    {
        Fault(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i} = ${{a{i + 1}}}\n")) + "a20000 = 1");
        Fault("a0 = 1\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"a{i} {{ x = ${{a{i - 1}}} }}\n")));
        Fault("z = ${a0.k}\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i} = ${{a{i + 1}}}\n")));
    }

    [Fact] // "Substitution fallback to environment variables"
    public void Undefined_substitutions_come_from_the_environment()
    {
        Environment.SetEnvironmentVariable("HOCON_TEST_PORT", "8080");
        Environment.SetEnvironmentVariable("hocon.test.dotted", "dotted");
        Environment.SetEnvironmentVariable("HOCON_TEST_LIST_0", "a");
        Environment.SetEnvironmentVariable("HOCON_TEST_LIST_1", "b");
        Config config = """
            port = ${HOCON_TEST_PORT}, text = "p"${?HOCON_TEST_PORT}, dotted = ${hocon.test.dotted}
            list = ${HOCON_TEST_LIST[]}, no-list = ${?HOCON_TEST_NO_LIST[]}
            """;
        Assert.Equal(8080, config.GetInt("port"));
        Assert.Equal("p8080", config.GetString("text"));
        Assert.Equal("dotted", config.GetString("dotted"));
        Assert.Equal(["a", "b"], config.GetStringList("list"));
        Assert.False(config.HasPath("no-list"));
        Assert.Equal("environment variable HOCON_TEST_PORT", config.GetValue("port")!.Origin.ToString());
        Assert.Contains("is undefined", Fault("a = ${HOCON_TEST_NO_LIST[]}"), StringComparison.Ordinal);

        // The configuration comes first, and null in it keeps the environment out.
        Same("HOCON_TEST_PORT = 1, a = 1", "HOCON_TEST_PORT = 1, a = ${HOCON_TEST_PORT}");
        Same("HOCON_TEST_PORT = null, a = null", "HOCON_TEST_PORT = null, a = ${HOCON_TEST_PORT}");
        Assert.Contains("is undefined", Fault("a = ${\"\"}"), StringComparison.Ordinal);
        Assert.Contains("is undefined", Fault("a = ${\"x=\\u0000\"}"), StringComparison.Ordinal);
    }

    [Fact] // an addition: "the application config can refer to the reference config in its substitutions"
    public void Substitutions_may_refer_to_a_fallback()
    {
        Config reference = "base { x = 1, l = [1] }, name = r";
        var config = ConfigurationFactory.ParseString(
            "base { y = 2, l += 2 }, all = ${base}, x = ${base.x}, name = ${name}2", "t.conf", reference);
        Assert.Equal(1, config.GetInt("x"));
        Assert.Equal("r2", config.GetString("name"));
        Assert.Equal([1, 2], config.GetIntList("base.l"));
        Assert.Equal(1, config.GetInt("all.x"));
        Assert.Equal(2, config.GetInt("all.y"));
        Assert.False(config.HasPath("base.x"));
        Assert.Equal(1, config.WithFallback(reference).GetInt("base.x"));
    }
}
