using Akka.Configuration;

namespace Kernel.Actor.Tests.Configuration;

/// <summary>HOCON.md, "API Recommendations": type conversions, durations, sizes.</summary>
public sealed class HoconUnitsTests
{
    [Theory] // "Automatic type conversions"
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("\"on\"", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    [InlineData("True", null)]
    [InlineData("1", null)]
    [InlineData("\"\"", null)]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    public void Booleans(string text, bool? expected)
    {
        Config config = "a = " + text;
        if (expected is { } value) Assert.Equal(value, config.GetBoolean("a", !value));
        else Assert.Throws<ConfigurationException>(() => config.GetBoolean("a"));
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("\"12\"", 12L)]
    [InlineData("1e3", 1000L)]
    [InlineData("5.0", 5L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("1e30", null)]
    [InlineData("1e999", null)]
    [InlineData("5.5", null)]
    [InlineData("0x1F", null)]
    [InlineData("1 000", null)]
    [InlineData("1_000", null)]
    [InlineData("ten", null)]
    [InlineData("\" 5\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("true", null)]
    public void Integers(string text, long? expected)
    {
        Config config = "a = " + text;
        if (expected is { } value) Assert.Equal(value, config.GetLong("a"));
        else Assert.Throws<ConfigurationException>(() => config.GetLong("a"));
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    [InlineData("\"\"")]
    public void What_is_no_finite_number_is_refused(string text)
    {
        Config config = "a = \"" + text.Trim('"') + "\"";
        Assert.Throws<ConfigurationException>(() => config.GetDouble("a"));
        Assert.Throws<ConfigurationException>(() => config.GetFloat("a"));
        Assert.Throws<ConfigurationException>(() => config.GetDecimal("a"));
        Assert.Throws<ConfigurationException>(() => config.GetInt("a"));
        Assert.Throws<ConfigurationException>(() => config.GetTimeSpan("a"));
        Assert.Throws<ConfigurationException>(() => config.GetByteSize("a"));
    }

    [Theory] // "Duration format"
    [InlineData("100 ns", 1)]
    [InlineData("200nano", 2)]
    [InlineData("300 nanos", 3)]
    [InlineData("400nanosecond", 4)]
    [InlineData("500 nanoseconds", 5)]
    [InlineData("1ns", 1)]
    [InlineData("0ns", 0)]
    [InlineData("1us", 10)]
    [InlineData("1 micro", 10)]
    [InlineData("1micros", 10)]
    [InlineData("1microsecond", 10)]
    [InlineData("1 microseconds", 10)]
    [InlineData("1", 10_000)]
    [InlineData("\"1\"", 10_000)]
    [InlineData("1ms", 10_000)]
    [InlineData("1milli", 10_000)]
    [InlineData("1 millis", 10_000)]
    [InlineData("1millisecond", 10_000)]
    [InlineData("1 milliseconds", 10_000)]
    [InlineData("1s", 10_000_000)]
    [InlineData("1.5 s", 15_000_000)]
    [InlineData("\" 1 second \"", 10_000_000)]
    [InlineData("1seconds", 10_000_000)]
    [InlineData("1m", 600_000_000)]
    [InlineData("1 minute", 600_000_000)]
    [InlineData("1minutes", 600_000_000)]
    [InlineData("1h", 36_000_000_000)]
    [InlineData("0.5 hour", 18_000_000_000)]
    [InlineData("1hours", 36_000_000_000)]
    [InlineData("1d", 864_000_000_000)]
    [InlineData("1day", 864_000_000_000)]
    [InlineData("1 days", 864_000_000_000)]
    [InlineData("1e3 ms", 10_000_000)]
    public void Durations(string text, long ticks) => Assert.Equal(ticks, ((Config)("a = " + text)).GetTimeSpan("a").Ticks);

    [Theory]
    [InlineData("infinite")]
    [InlineData("\"infinite\"")]
    public void Infinite_durations(string text) => Assert.Equal(Timeout.InfiniteTimeSpan, ((Config)("a = " + text)).GetTimeSpan("a"));

    [Theory]
    [InlineData("1 S")]
    [InlineData("1 MS")]
    [InlineData("1 week")]
    [InlineData("1 mo")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("\"\"")]
    [InlineData("1s 2s")]
    [InlineData("1 s.")]
    [InlineData("Infinite")]
    [InlineData("10675200 days")]
    [InlineData("1e28 d")]
    [InlineData("[1s]")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.Throws<ConfigurationException>(() => ((Config)("a = " + text)).GetTimeSpan("a"));

    [Theory] // "Size in bytes format"
    [InlineData("0", 0)]
    [InlineData("\"512\"", 512)]
    [InlineData("1B", 1)]
    [InlineData("1 b", 1)]
    [InlineData("1byte", 1)]
    [InlineData("2 bytes", 2)]
    [InlineData("1.9 B", 1)]
    [InlineData("1kB", 1_000)]
    [InlineData("1kilobyte", 1_000)]
    [InlineData("1 kilobytes", 1_000)]
    [InlineData("1.5MB", 1_500_000)]
    [InlineData("1megabyte", 1_000_000)]
    [InlineData("1megabytes", 1_000_000)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("1gigabytes", 1_000_000_000)]
    [InlineData("1TB", 1_000_000_000_000)]
    [InlineData("1terabyte", 1_000_000_000_000)]
    [InlineData("1PB", 1_000_000_000_000_000)]
    [InlineData("1petabyte", 1_000_000_000_000_000)]
    [InlineData("1EB", 1_000_000_000_000_000_000)]
    [InlineData("1exabyte", 1_000_000_000_000_000_000)]
    [InlineData("1K", 1L << 10)]
    [InlineData("1k", 1L << 10)]
    [InlineData("1Ki", 1L << 10)]
    [InlineData("64 KiB", 65536)]
    [InlineData("1kibibyte", 1L << 10)]
    [InlineData("1kibibytes", 1L << 10)]
    [InlineData("1M", 1L << 20)]
    [InlineData("1m", 1L << 20)]
    [InlineData("1Mi", 1L << 20)]
    [InlineData("1MiB", 1L << 20)]
    [InlineData("1mebibytes", 1L << 20)]
    [InlineData("1G", 1L << 30)]
    [InlineData("1g", 1L << 30)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("1gibibyte", 1L << 30)]
    [InlineData("1T", 1L << 40)]
    [InlineData("1TiB", 1L << 40)]
    [InlineData("1P", 1L << 50)]
    [InlineData("1PiB", 1L << 50)]
    [InlineData("1E", 1L << 60)]
    [InlineData("1Ei", 1L << 60)]
    [InlineData("1EiB", 1L << 60)]
    [InlineData("7exbibytes", 7L << 60)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("0.001 ZB", 1_000_000_000_000_000_000)]
    [InlineData("0 Yi", 0)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, ((Config)("a = " + text)).GetByteSize("a"));

    [Theory]
    [InlineData("8 EiB")]
    [InlineData("10 EB")]
    [InlineData("1 ZB")]
    [InlineData("1 Zi")]
    [InlineData("1 yottabyte")]
    [InlineData("1 yobibyte")]
    [InlineData("9223372036854775808")]
    [InlineData("1e28 Y")]
    [InlineData("-1")]
    [InlineData("1 KB")]
    [InlineData("1 kb")]
    [InlineData("1 Kilobyte")]
    [InlineData("1 KiBs")]
    [InlineData("K")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public void What_is_no_size_is_refused(string text) =>
        Assert.Throws<ConfigurationException>(() => ((Config)("a = " + text)).GetByteSize("a"));
}
