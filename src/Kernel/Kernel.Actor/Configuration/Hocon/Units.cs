using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Numbers with a unit behind them ("Units format").</summary>
internal static class Units
{
    /// <summary>What a number may consist of; in particular no blanks.</summary>
    public const NumberStyles NumberFormat = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public enum Outcome
    {
        Parsed,
        Malformed,
        TooLarge,
    }

    /// <summary>Parses a size; a bare number counts bytes. Fractions of a byte are dropped.</summary>
    public static Outcome ParseBytes(string text, out long bytes)
    {
        bytes = 0;
        if (!Split(text, out var number, out var unit) || BytesIn(unit) is not { } factor) return Outcome.Malformed;
        if (number > long.MaxValue / factor) return Outcome.TooLarge;
        bytes = (long)(number * factor);
        return Outcome.Parsed;
    }

    /// <summary>Parses a duration; a bare number counts milliseconds. Rounded to ticks of 100 ns, away from zero.</summary>
    public static Outcome ParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!Split(text, out var number, out var unit) || TicksIn(unit) is not { } factor) return Outcome.Malformed;
        if (number > long.MaxValue / factor) return Outcome.TooLarge;
        duration = new TimeSpan((long)decimal.Ceiling(number * factor));
        return Outcome.Parsed;
    }

    /// <summary>Splits into a number, not negative, and letters.</summary>
    private static bool Split(string text, out decimal number, out string unit)
    {
        var trimmed = text.AsSpan().Trim();
        var letters = trimmed.Length;
        while (letters > 0 && char.IsLetter(trimmed[letters - 1])) letters--;
        unit = trimmed[letters..].ToString();
        return decimal.TryParse(trimmed[..letters].TrimEnd(), NumberFormat, CultureInfo.InvariantCulture, out number) && number >= 0;
    }

    /// <summary>"Duration format".</summary>
    private static decimal? TicksIn(string unit) => unit switch
    {
        "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
        "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
        "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };

    /// <summary>"Size in bytes format".</summary>
    private static decimal? BytesIn(string unit) => unit switch
    {
        "" or "B" or "b" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1e3m,
        "MB" or "megabyte" or "megabytes" => 1e6m,
        "GB" or "gigabyte" or "gigabytes" => 1e9m,
        "TB" or "terabyte" or "terabytes" => 1e12m,
        "PB" or "petabyte" or "petabytes" => 1e15m,
        "EB" or "exabyte" or "exabytes" => 1e18m,
        "ZB" or "zettabyte" or "zettabytes" => 1e21m,
        "YB" or "yottabyte" or "yottabytes" => 1e24m,
        "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
        "P" or "p" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
        "E" or "e" or "Ei" or "EiB" or "exbibyte" or "exbibytes" => 1L << 60,
        "Z" or "z" or "Zi" or "ZiB" or "zebibyte" or "zebibytes" => (1L << 60) * 1024m,
        "Y" or "y" or "Yi" or "YiB" or "yobibyte" or "yobibytes" => (1L << 60) * 1024m * 1024m,
        _ => null,
    };
}
