using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>HOCON.md, "Path expressions" and "Paths as keys".</summary>
public sealed class HoconPathTests
{
    [Theory]
    [InlineData("foo.bar = 1", "foo { bar = 1 }")]
    [InlineData("foo.bar.baz = 1", "foo { bar { baz = 1 } }")]
    [InlineData("a.x = 1, a.y = 2", "a { x = 1, y = 2 }")]
    [InlineData("a.x = 1, a { x = 3 }, a.y = 2", "a { x = 3, y = 2 }")]
    [InlineData("a = 1, a.b = 2", "a { b = 2 }")]
    [InlineData("a b c = 1", "\"a b c\" = 1")]
    [InlineData("  a  b  = 1", "\"a  b\" = 1")]
    [InlineData("a b.c d = 1", "\"a b\" { \"c d\" = 1 }")]
    [InlineData("true = 1", "\"true\" = 1")]
    [InlineData("3 = 1", "\"3\" = 1")]
    [InlineData("3.14 = 1", "\"3\" { \"14\" = 1 }")]
    [InlineData("1.2.3 = 1", "\"1\" { \"2\" { \"3\" = 1 } }")]
    [InlineData("10.0foo = 1", "\"10\" { 0foo = 1 }")]
    [InlineData("foo10.0 = 1", "foo10 { \"0\" = 1 }")]
    [InlineData("foo\"10.0\" = 1", "\"foo10.0\" = 1")]
    [InlineData("foo.bar.\"hello.world\" = 1", "foo { bar { \"hello.world\" = 1 } }")]
    [InlineData("a.\"\".b = 1", "a { \"\" { b = 1 } }")]
    [InlineData("\"\" = 1", "{ \"\" : 1 }")]
    [InlineData("\"a\".\"b\" = 1", "a { b = 1 }")]
    [InlineData("\"\"\"a.b\"\"\" = 1", "\"a.b\" = 1")]
    [InlineData("/user/a = 1", "\"/user/a\" = 1")]
    [InlineData("a-b_c = 1", "\"a-b_c\" = 1")]
    [InlineData("foo include = 1", "\"foo include\" = 1")]
    [InlineData("\"include\" = 1", "{ \"include\" : 1 }")]
    [InlineData("includes = 1", "\"includes\" = 1")]
    [InlineData("include.x = 1", "\"include\" { x = 1 }")]
    [InlineData("a.include = 1", "a { \"include\" = 1 }")]
    public void Keys_are_path_expressions(string text, string expected) =>
        Assert.Equal(ConfigurationFactory.ParseString(expected).ToString(), ConfigurationFactory.ParseString(text).ToString());

    [Theory]
    [InlineData("a..b = 1", "<string>:1:3: '.b', expected a key before the '.'")]
    [InlineData(".a = 1", "<string>:1:1: '.a', expected a key before the '.'")]
    [InlineData("a. = 1", "<string>:1:4: '=', expected a key after the '.'")]
    [InlineData("a.\n= 1", "<string>:1:3: the end of the line, expected a key after the '.'")]
    [InlineData("${a} = 1", "<string>:1:1: '$', expected a key")]
    [InlineData("a${b} = 1", "<string>:1:2: '$', expected '=', ':', '+=' or '{' after the key a")]
    [InlineData("a b\n = 1, c d e\n\n f = 1", "<string>:4:2: 'f', expected '=', ':', '+=' or '{' after the key \"c d e\"")]
    [InlineData("a*b = 1", "<string>:1:2: '*', expected '=', ':', '+=' or '{' after the key a")]
    [InlineData("[a] = 1", "<string>:1:1: an array as the root, expected an object")]
    [InlineData("a { [b] = 1 }", "<string>:1:5: '[', expected a key")]
    public void Malformed_keys_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text)).Message);
}
