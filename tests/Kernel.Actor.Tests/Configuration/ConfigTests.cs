using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>The API of Config: getters, defaults, sections, fallbacks, what faults say.</summary>
public sealed class ConfigTests
{
    private static string Fault(Action action) => Assert.Throws<ConfigurationException>(action).Message;

    [Fact]
    public void Getters_convert_what_the_text_says()
    {
        Config config = """
            s = hello world, b = on, i = -42, l = 9000000000, f = 1.5, d = 1e3, m = 0.1
            size = 64 KiB, time = 1.5s, forever = infinite
            strings = [a, b c, 1], ints = [1, 2], longs = [3], bools = [yes, false], floats = [1.5], doubles = [2.5], bytes = [0, 255]
            """;
        Assert.Equal("hello world", config.GetString("s"));
        Assert.True(config.GetBoolean("b"));
        Assert.Equal(-42, config.GetInt("i"));
        Assert.Equal(9_000_000_000, config.GetLong("l"));
        Assert.Equal(1.5f, config.GetFloat("f"));
        Assert.Equal(1000, config.GetDouble("d"));
        Assert.Equal(1000, config.GetInt("d"));
        Assert.Equal(0.1m, config.GetDecimal("m"));
        Assert.Equal(65536, config.GetByteSize("size"));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), config.GetTimeSpan("time"));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("forever"));
        Assert.Equal(["a", "b c", "1"], config.GetStringList("strings"));
        Assert.Equal([1, 2], config.GetIntList("ints"));
        Assert.Equal([3L], config.GetLongList("longs"));
        Assert.Equal([true, false], config.GetBooleanList("bools"));
        Assert.Equal([1.5f], config.GetFloatList("floats"));
        Assert.Equal([2.5], config.GetDoubleList("doubles"));
        Assert.Equal([0.1m], ((Config)"m = [0.1]").GetDecimalList("m"));
        Assert.Equal(new byte[] { 0, 255 }, config.GetByteList("bytes"));
    }

    [Fact]
    public void Missing_and_null_values_yield_the_default()
    {
        Config config = "a = null";
        foreach (var path in new[] { "a", "b", "a.c" })
        {
            Assert.False(config.HasPath(path));
            Assert.Null(config.GetString(path));
            Assert.Equal("x", config.GetString(path, "x"));
            Assert.True(config.GetBoolean(path, true));
            Assert.Equal(7, config.GetInt(path, 7));
            Assert.Equal(8, config.GetLong(path, 8));
            Assert.Equal(1.5f, config.GetFloat(path, 1.5f));
            Assert.Equal(2.5, config.GetDouble(path, 2.5));
            Assert.Equal(3.5m, config.GetDecimal(path, 3.5m));
            Assert.Null(config.GetByteSize(path));
            Assert.Equal(5, config.GetByteSize(path, 5));
            Assert.Equal(TimeSpan.Zero, config.GetTimeSpan(path));
            Assert.Equal(TimeSpan.FromSeconds(9), config.GetTimeSpan(path, TimeSpan.FromSeconds(9)));
            Assert.Empty(config.GetStringList(path));
            Assert.Same(Config.Empty, config.GetConfig(path));
        }

        Assert.True(config.GetValue("a")!.IsEmpty);
        Assert.Null(config.GetValue("b"));
    }

    [Fact]
    public void Paths_may_quote_keys()
    {
        Config config = """a."b.c" = 1, "/user/*" { x = 2 }, q."say \"hi\"" = 3""";
        Assert.Equal(1, config.GetInt("a.\"b.c\""));
        Assert.Equal(2, config.GetInt("/user/*.x"));
        Assert.Equal(2, config.GetConfig("\"/user/*\"").GetInt("x"));
        Assert.Equal(3, config.GetInt("""q."say \"hi\"" """.Trim()));
        Assert.False(config.HasPath("a.b.c"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("\"a")]
    [InlineData("\"a\"..b")]
    [InlineData("\"a\" = b")]
    public void Malformed_paths_are_refused(string path) => Assert.Throws<ConfigurationException>(() => ((Config)"a = 1").HasPath(path));

    [Fact]
    public void Fallback_supplies_what_is_missing()
    {
        Config config = "a { x = 1, n = null }, l = [1]";
        var both = config.WithFallback("a { x = 2, y = 3, n = 4 }, l = [2], z = 5");
        Assert.Equal(1, both.GetInt("a.x"));
        Assert.Equal(3, both.GetInt("a.y"));
        Assert.False(both.HasPath("a.n"));
        Assert.Equal([1], both.GetIntList("l"));
        Assert.Equal(5, both.GetInt("z"));
        Assert.Equal(["x", "y", "n"], both.GetConfig("a").AsEnumerable().Select(pair => pair.Key));
        Assert.False(config.HasPath("z"));
        Assert.Equal(5, both.Fallback!.GetInt("z"));
    }

    [Fact]
    public void A_scalar_between_objects_keeps_them_apart()
    {
        // "Config object merging and file merging"
        Config first = "a { x = 1 }";
        Assert.False(first.WithFallback("a = 42").WithFallback("a { y = 2 }").HasPath("a.y"));
        Assert.Equal(2, first.WithFallback("a { y = 2 }").WithFallback("a = 42").GetInt("a.y"));
    }

    [Fact]
    public void Operators_and_extensions_combine()
    {
        Config config = "a = 1";
        Assert.Equal(2, (config + "a = 9, b = 2").GetInt("b"));
        Assert.Equal(3, ("a = 3" + config).GetInt("a"));
        Assert.Equal(2, new Config(config, "b = 2").GetInt("b"));
        Assert.Same(config, config.WithFallback(null));
        Assert.Same(config, config.WithFallback(config));
        Assert.Same(config, ((Config?)null).SafeWithFallback(config));
        Assert.Same(config, config.SafeWithFallback(null));
        Assert.Same(Config.Empty, ((Config?)null).SafeWithFallback(null));
        Assert.Equal(2, config.SafeWithFallback("b = 2").GetInt("b"));
        Assert.True(((Config?)null).IsNullOrEmpty());
        Assert.True(ConfigurationFactory.Empty.IsNullOrEmpty());
        Assert.True(new Config().IsEmpty);
        Assert.False(config.IsNullOrEmpty());
        Assert.Equal(1, new Config(new HoconRoot(config.Root)).GetInt("a"));
    }

    [Theory]
    [InlineData("actor-server.endpoint.port = abc", "server.conf:1:30: actor-server.endpoint.port = \"abc\": expected an integer")]
    [InlineData("actor-server { endpoint {\n  port = 1.5 } }", "server.conf:2:10: actor-server.endpoint.port = \"1.5\": expected an integer")]
    [InlineData("actor-server { endpoint.port = [] }", "server.conf:1:32: actor-server.endpoint.port = an array: expected an integer")]
    [InlineData("actor-server { endpoint.port = 0x10 }", "server.conf:1:32: actor-server.endpoint.port = \"0x10\": expected an integer")]
    [InlineData(
        "actor-server { endpoint.port = 9999999999 }",
        "server.conf:1:32: actor-server.endpoint.port = \"9999999999\": expected an integer from -2147483648 to 2147483647")]
    public void Faults_name_place_path_value_and_type(string text, string message)
    {
        var config = ConfigurationFactory.ParseString(text, "server.conf");
        Assert.Equal(message, Fault(() => config.GetInt("actor-server.endpoint.port")));
        Assert.Equal(message, Fault(() => config.GetConfig("actor-server.endpoint").GetInt("port")));
        Assert.Equal(message, Fault(() => config.GetConfig("actor-server").GetConfig("endpoint").GetInt("port")));
    }

    [Fact]
    public void Faults_of_every_getter_are_configuration_exceptions()
    {
        Config config = "a { x = { y = 1 }, s = abc, l = [1, abc], neg = -1s, big = 9 EiB, inf = infinite, nan = NaN, null-in = [null] }";
        var a = config.GetConfig("a");
        Assert.EndsWith("a.x = an object: expected a string", Fault(() => a.GetString("x")));
        Assert.EndsWith("a.s = \"abc\": expected true, false, yes, no, on or off", Fault(() => a.GetBoolean("s")));
        Assert.EndsWith("a.l[1] = \"abc\": expected an integer", Fault(() => a.GetIntList("l")));
        Assert.EndsWith("a.l[1] = \"abc\": expected an integer", Fault(() => config.GetByteList("a.l")));
        Assert.EndsWith("a.s = \"abc\": expected an array", Fault(() => a.GetStringList("s")));
        Assert.EndsWith("a.s = \"abc\": expected an object", Fault(() => a.GetConfig("s")));
        Assert.EndsWith("a.null-in[0] = null: expected a string", Fault(() => a.GetStringList("null-in")));
        Assert.EndsWith("a.nan = \"NaN\": expected a number", Fault(() => a.GetDouble("nan")));
        Assert.EndsWith("a.nan = \"NaN\": expected a number", Fault(() => a.GetFloat("nan")));
        Assert.EndsWith("a.nan = \"NaN\": expected a number", Fault(() => a.GetDecimal("nan")));
        Assert.EndsWith("expected a duration such as 250ms, 10s, 1.5 minutes or infinite", Fault(() => a.GetTimeSpan("neg")));
        Assert.EndsWith("expected a duration such as 250ms, 10s or 1.5 minutes", Fault(() => a.GetTimeSpan("inf", allowInfinite: false)));
        Assert.EndsWith("expected a size of at most 9223372036854775807 bytes", Fault(() => a.GetByteSize("big")));
        Assert.EndsWith("expected a size such as 512, 64 KiB or 1.5MB", Fault(() => a.GetByteSize("s")));
        Assert.Equal("<string>:1:9: an object: expected an integer", Fault(() => config.GetValue("a.x")!.GetInt()));
    }

    [Fact]
    public void Leaves_lists_every_path_with_its_place()
    {
        var config = ConfigurationFactory.ParseString("a { b = 1, \"c.d\" = [1], e {} }\nf = null, include2.\"\" = x", "f.conf");
        Assert.Equal(
            ["a.b f.conf:1:9", "a.\"c.d\" f.conf:1:20", "a.e f.conf:1:27", "f f.conf:2:5", "include2.\"\" f.conf:2:25"],
            config.Leaves().Select(leaf => $"{leaf.Key} {leaf.Value.Origin}"));
        Assert.All(config.Leaves(), leaf => Assert.Same(leaf.Value, config.GetValue(leaf.Key)));
        Assert.Empty(Config.Empty.Leaves());
    }

    [Fact]
    public void Values_tell_their_kind()
    {
        Config config = "s = x, o { k = v }, a = [1], n = null";
        Assert.True(config.GetValue("s")!.IsString());
        Assert.True(config.GetValue("o")!.IsObject());
        Assert.True(config.GetValue("a")!.IsArray());
        Assert.True(config.GetValue("n")!.IsEmpty);
        Assert.Null(config.GetValue("n")!.GetString());
        Assert.Equal("v", config.GetValue("o")!.GetChildObject("k")!.GetString());
        Assert.Null(config.GetValue("s")!.GetObject());
        Assert.Equal("v", config.GetValue("o")!.AtKey("z").GetString("z.k"));
        var plain = config.Root.GetObject()!.Unwrapped;
        Assert.Equal("x", plain["s"]);
        Assert.Equal("v", Assert.IsAssignableFrom<IDictionary<string, object?>>(plain["o"])["k"]);
        Assert.Equal(["1"], Assert.IsType<List<object?>>(plain["a"]));
        Assert.Null(plain["n"]);
    }

    [Fact]
    public void Rendering_is_readable()
    {
        var config = ConfigurationFactory.ParseString("a.b = 1, c = [x y, {d = null}], \"e.f\" {}").WithFallback("z = 1");
        Assert.Equal(
            """
            a {
              b = 1
            }
            c = ["x y", {
              d = null
            }]
            "e.f" {}

            """.ReplaceLineEndings("\n"),
            config.ToString());
        Assert.StartsWith("z = 1\n", config.ToString(includeFallback: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_come_from_the_embedded_reference() => Assert.True(ConfigurationFactory.Default().HasPath("akka"));

    [Fact]
    public void Without_a_file_in_the_working_directory_nothing_is_loaded() => Assert.True(ConfigurationFactory.Load().IsEmpty);

    [Fact]
    public void Unknown_resources_are_named() =>
        Assert.Contains("no.such", Fault(() => ConfigurationFactory.FromResource<Config>("no.such")), StringComparison.Ordinal);

    [Fact]
    public void Exception_for_a_missing_section_names_type_and_path() =>
        Assert.Contains("String", ConfigurationException.NullOrEmptyConfig<string>("a.b").Message, StringComparison.Ordinal);
}
