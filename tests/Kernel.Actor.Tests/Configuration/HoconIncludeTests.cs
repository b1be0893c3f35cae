using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>HOCON.md, "Includes", on trees of files in a directory of the test's own.</summary>
public sealed class HoconIncludeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hocon-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private Config Parse(string text) => ConfigurationFactory.ParseFile(File("main.conf", text));

    /// <summary>The fault's message, the directory's name cut out.</summary>
    private string Fault(string text) =>
        Assert.Throws<ConfigurationException>(() => Parse(text)).Message.Replace(_root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    private static void Same(string expected, Config actual) => Assert.Equal(((Config)expected).ToString(), actual.ToString());

    [Theory] // "Include syntax"
    [InlineData("include \"sub.conf\"")]
    [InlineData("include\"sub.conf\"")]
    [InlineData("include   \n\n \"sub.conf\"")]
    [InlineData("include file(\"sub.conf\")")]
    [InlineData("include file( \"sub.conf\" )")]
    [InlineData("include required(\"sub.conf\")")]
    [InlineData("include required( file( \"sub.conf\" ) )")]
    [InlineData("{ include \"sub.conf\" }")]
    [InlineData("include \"sub.conf\",")]
    [InlineData("include \"sub\"")]
    [InlineData("include \"./sub.conf\" # comment")]
    [InlineData("include \"\"\"sub.conf\"\"\"")]
    public void Include_puts_the_files_keys_in_place(string text)
    {
        File("sub.conf", "a = 1");
        Same("a = 1", Parse(text));
    }

    [Theory]
    [InlineData("include", "main.conf:1:8: the end of the text, expected a quoted file name after include")]
    [InlineData("include = 1", "main.conf:1:9: '=', expected a quoted file name after include")]
    [InlineData("include { a = 1 }", "main.conf:1:9: '{', expected a quoted file name after include")]
    [InlineData("include sub.conf", "main.conf:1:9: 'sub.conf', expected a quoted file name after include")]
    [InlineData("include ${x}", "main.conf:1:9: '$', expected a quoted file name after include")]
    [InlineData("include file(sub.conf)", "main.conf:1:14: 'sub.conf)', expected a quoted file name after include")]
    [InlineData("include file(\"sub.conf\"", "main.conf:1:24: the end of the text, expected ')' after the name of the included file")]
    [InlineData("include \"sub.conf\" \"b\"", "main.conf:1:20: a quoted string, expected ',' or a new line")]
    [InlineData("include \"sub.conf\" a = 1", "main.conf:1:20: 'a', expected ',' or a new line")]
    [InlineData("include url(\"http://x/y\")", "main.conf:1:9: an include of a resource other than a file, expected include \"file\" or file(\"file\")")]
    [InlineData(
        "include required(classpath(\"y\"))",
        "main.conf:1:18: an include of a resource other than a file, expected include \"file\" or file(\"file\")")]
    [InlineData("include \"http://x/y.conf\"", "main.conf:1:9: include \"http://x/y.conf\", expected the name of a file")]
    [InlineData("include \"\"", "main.conf:1:9: include \"\", expected the name of a file")]
    [InlineData("include \"x\\u0000\"", "main.conf:1:9: include \"x\\u0000\", expected the name of a file")]
    [InlineData("include \"x.properties\"", "main.conf:1:9: include \"x.properties\", expected a .conf or .json file")]
    [InlineData("a = 1\ninclude required(\"no.conf\")", "main.conf:2:18: the required file no.conf is missing, expected it to exist")]
    public void Other_includes_are_refused(string text, string message)
    {
        File("sub.conf", "a = 1");
        Assert.Equal(message, Fault(text));
    }

    [Fact] // "Include semantics: missing files and required files"
    public void Missing_files_are_ignored() => Same("a = 1, b = 2", Parse("a = 1\ninclude \"no.conf\"\ninclude file(\"no\")\nb = 2"));

    [Fact] // "Include semantics: merging"
    public void Included_keys_merge_like_duplicate_keys()
    {
        File("sub.conf", "a = 2, o { x = 1, y = 1 }, l += 2");
        Same(
            "a = 2, o { z = 0, x = 1, y = 3 }, l = [1, 2, 3]",
            Parse("a = 1, o { z = 0 }, l = [1]\ninclude \"sub.conf\"\no { y = 3 }, l += 3"));
        Same("a = 3, o { x = 1, y = 1 }, l = [2]", Parse("include \"sub.conf\", a = 3"));
    }

    [Theory]
    [InlineData("[1]", "sub.conf:1:1: an array as the root, expected an object")]
    [InlineData("\n  x", "sub.conf:2:4: the end of the text, expected '=', ':', '+=' or '{' after the key x")]
    [InlineData("a = ${no}", "sub.conf:1:5: ${no} is undefined, expected such a key or environment variable")]
    public void Faults_in_an_included_file_name_that_file(string sub, string message)
    {
        File("sub.conf", sub);
        Assert.Equal(message, Fault("b { include \"sub.conf\" }"));
    }

    [Fact]
    public void Values_know_the_file_they_came_from()
    {
        var sub = File("sub.conf", "\n a = x");
        var value = Parse("include \"sub.conf\"").GetValue("a")!;
        Assert.Equal($"{sub}:2:6", value.Origin.ToString());
    }

    [Theory] // "Include semantics: substitution"
    [InlineData("x = 10, y = ${x}", "a { include \"sub.conf\" }", "a { x = 10, y = 10 }")]
    [InlineData("x = 10, y = ${x}", "a { include \"sub.conf\" }, a { x = 42 }", "a { x = 42, y = 42 }")]
    [InlineData("y = ${x}", "x = 1, a { include \"sub.conf\" }", "x = 1, a { y = 1 }")]
    [InlineData("y = ${x}", "x = 1, a { x = 2, include \"sub.conf\" }", "x = 1, a { x = 2, y = 2 }")]
    [InlineData("y = ${?x}", "a { include \"sub.conf\" }", "a {}")]
    [InlineData("y = ${b.x}", "a.b { x = 1, c { include \"sub.conf\" } }, b.x = 3", "a { b { x = 1, c { y = 3 } } }, b { x = 3 }")]
    [InlineData("p = ${p}\"b\", l += 2", "a { p = a, l = [1], include \"sub.conf\" }", "a { p = ab, l = [1, 2] }")]
    [InlineData("x = 1, y = ${x}", "l = [ { include \"sub.conf\" }, { include \"sub.conf\", x = 2 } ]", "l = [ { x = 1, y = 1 }, { x = 2, y = 2 } ]")]
    [InlineData("l += 2", "l = [ { l = [1], include \"sub.conf\" } ]", "l = [ { l = [1, 2] } ]")]
    public void Paths_mean_the_included_file_first_and_the_root_second(string sub, string main, string expected)
    {
        File("sub.conf", sub);
        Same(expected, Parse(main));
    }

    [Fact]
    public void Included_files_include_others_relative_to_themselves()
    {
        File("a/one.conf", "b { include \"deep/two.conf\" }, v = one");
        File("a/deep/two.conf", "include \"../three\", w = ${v}, u = ${t}, r = ${root}");
        File("a/three.conf", "t = 3");
        Same(
            "root = r, a { b { t = 3, w = one, u = 3, r = r }, v = one }",
            Parse("root = r, a { include \"a/one.conf\" }"));
    }

    [Fact] // "File formats and extensions": JSON before HOCON, so HOCON wins
    public void Names_without_extension_stand_for_both_formats()
    {
        File("sub.json", """{ "a": "json", "b": "json" }""");
        File("sub.conf", "b = conf, c = conf");
        File("only.json", "\uFEFF{ \"d\": 1 }");
        File("plain.hocon", "e = 2");
        Same("a = json, b = conf, c = conf, d = 1, e = 2", Parse("include \"sub\"\ninclude \"only\"\ninclude \"plain.hocon\""));
    }

    [Theory]
    [InlineData("include \"main.conf\"", "main.conf:1:9: main.conf includes itself, expected includes without a cycle")]
    [InlineData("a { include \"one\" }", "two.conf:1:13: one.conf includes itself, expected includes without a cycle")]
    public void Cycles_of_includes_are_refused(string main, string message)
    {
        File("one.conf", "include \"two\"");
        File("two.conf", "b { include \"../" + Path.GetFileName(_root) + "/one.conf\" }");
        Assert.Equal(message, Fault(main));
    }

    [Fact]
    public void A_file_may_be_included_twice()
    {
        File("sub.conf", "x = 1, y = ${x}");
        Same("a { x = 2, y = 2 }, b { x = 1, y = 1 }", Parse("a { include \"sub\", x = 2 }, b { include \"sub\" }"));
    }

    [Fact]
    public void Chains_of_includes_have_a_limit()
    {
        for (var i = 0; i < 300; i++) File($"f{i}.conf", $"include \"f{i + 1}\"");
        Assert.EndsWith("too deep a nesting, expected at most 256 levels", Fault("include \"f0\""));
    }

    [Fact]
    public void Texts_that_are_no_files_include_absolute_paths_only()
    {
        var sub = File("sub.conf", "a = 1");
        Same("a = 1", ConfigurationFactory.ParseString($"include \"{sub}\""));
        Assert.Equal(
            "cli:1:9: include \"sub.conf\" in a text that is no file, expected an absolute path",
            Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("include \"sub.conf\"", "cli")).Message);
    }

    [Fact]
    public void Unreadable_files_are_named()
    {
        System.IO.File.WriteAllBytes(Path.Combine(_root, "bad.conf"), [(byte)'a', (byte)'=', 0xC3, 0x28]);
        Assert.StartsWith("main.conf:1:9: bad.conf: cannot be read: ", Fault("include \"bad.conf\""), StringComparison.Ordinal);
        var missing = Path.Combine(_root, "missing.conf");
        Assert.StartsWith(
            $"{missing}: cannot be read: ",
            Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseFile(missing)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseFile(_root));
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseFile(""));
    }
}
