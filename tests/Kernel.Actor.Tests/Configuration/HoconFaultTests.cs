using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>A fault is one line: where it is, what was found there, what was expected instead.</summary>
public sealed class HoconFaultTests
{
    [Theory]
    [InlineData("a = 1,\n\n  ,b = 2", "t.conf:3:3: a second ',', expected one between two items")]
    [InlineData(",a = 1", "t.conf:1:1: ',', expected a key")]
    [InlineData("a = [1, 2,, 3]", "t.conf:1:11: a second ',', expected one between two items")]
    [InlineData("a = [, 1]", "t.conf:1:6: ',', expected a value")]
    [InlineData("a = , b", "t.conf:1:5: ',', expected a value")]
    [InlineData("a =\n  # nothing\n", "t.conf:3:1: the end of the text, expected a value")]
    [InlineData("a", "t.conf:1:2: the end of the text, expected '=', ':', '+=' or '{' after the key a")]
    [InlineData("a = 1 }", "t.conf:1:7: '}', expected ',' or a new line")]
    [InlineData("a = 1\n}", "t.conf:2:1: '}', expected a key")]
    [InlineData("a {\n  b = 1\n", "t.conf:3:1: the end of the text, expected a key or '}'")]
    [InlineData("a { b = 1 ]", "t.conf:1:11: ']', expected ',', a new line or '}'")]
    [InlineData("a = [1\n2", "t.conf:2:2: the end of the text, expected ',', a new line or ']'")]
    [InlineData("a = [1\n", "t.conf:2:1: the end of the text, expected a value or ']'")]
    [InlineData("a = [1}", "t.conf:1:7: '}', expected ',', a new line or ']'")]
    [InlineData("{ a = 1 } b", "t.conf:1:11: 'b', expected the end of the text after the root object")]
    [InlineData("a = \"x", "t.conf:1:5: a string without end, expected '\"' before the end of the line")]
    [InlineData("a = \"x\ny\"", "t.conf:1:5: a string without end, expected '\"' before the end of the line")]
    [InlineData("a = \"\"\"x\ny\"\"", "t.conf:1:5: a multi-line string without end, expected \"\"\" at its end")]
    [InlineData(
        "a = \"x\ty\"",
        "t.conf:1:7: control character U+0009, expected an escape such as \\t or \\u0001 for a control character in a string")]
    [InlineData(
        "a = \"x\\q\"",
        "t.conf:1:7: an unknown escape, expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits")]
    [InlineData("a = x@y", "t.conf:1:6: '@', expected a value (such a character must be quoted)")]
    [InlineData("\uFEFF\na = *", "t.conf:2:5: '*', expected a value (such a character must be quoted)")]
    [InlineData("a = 1 + 2", "t.conf:1:7: '+', expected a value (such a character must be quoted)")]
    [InlineData("a : b : c", "t.conf:1:7: ':', expected a value (such a character must be quoted)")]
    [InlineData("a = [1] x", "t.conf:1:9: \"x\" beside values of another kind, expected an array")]
    [InlineData("a = x {}", "t.conf:1:7: an object beside values of another kind, expected a string")]
    public void Faults_of_syntax(string text, string message)
    {
        var fault = Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text, "t.conf"));
        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public void Texts_without_a_name_are_called_string() =>
        Assert.StartsWith("<string>:1:5: ", Assert.Throws<ConfigurationException>(() => (Config)"a = *").Message, StringComparison.Ordinal);
}
