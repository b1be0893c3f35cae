using System.Globalization;

namespace ActorServer.Bench.Reports;

/// <summary>Figures as people read them: three digits that tell, and a unit.</summary>
public static class Figures
{
    /// <summary>What stands where nothing was measured.</summary>
    public const string None = "–";

    /// <summary>A number; from 10 on without a fraction.</summary>
    public static string Count(double value) => value < 10 ? value.ToString("0.##", CultureInfo.InvariantCulture) : value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A duration given in nanoseconds.</summary>
    public static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 999.5 => $"{nanoseconds:0} ns",
        < 999_500 => $"{Three(nanoseconds / 1e3)} µs",
        < 999_500_000 => $"{Three(nanoseconds / 1e6)} ms",
        _ => $"{Three(nanoseconds / 1e9)} s",
    };

    /// <summary>A duration given in microseconds.</summary>
    public static string Microseconds(double? value) => value is { } known ? Duration(known * 1e3) : None;

    /// <summary>A size.</summary>
    public static string Bytes(double? value) => value switch
    {
        null => None,
        < 1024 * 1024 => $"{Three(value.Value / 1024)} KiB",
        < 1024.0 * 1024 * 1024 => $"{Three(value.Value / 1024 / 1024)} MiB",
        _ => $"{Three(value.Value / 1024 / 1024 / 1024)} GiB",
    };

    /// <summary>A share of 1.</summary>
    public static string Percent(double share) => share is > 0 and < 0.001 ? "under 0.1 %" : $"{share * 100:0.#} %";

    /// <summary>A factor.</summary>
    public static string Times(double factor) => factor < 10 ? $"{factor:0.00} ×" : $"{factor:#,0} ×";

    /// <summary>A time that somebody waits for: 45 s, 4 min, 1 h 20 min.</summary>
    public static string Length(TimeSpan time) => time.TotalSeconds < 90 ? $"{Math.Ceiling(time.TotalSeconds):0} s"
        : time.TotalMinutes < 90 ? $"{Math.Ceiling(time.TotalMinutes):0} min" : $"{(int)time.TotalHours} h {time.Minutes} min";

    /// <summary>A power of ten of nanoseconds: 10 µs, 1 ms.</summary>
    internal static string Decade(int power) => power < 3 ? $"{Math.Pow(10, power):0} ns" : power < 6 ? $"{Math.Pow(10, power - 3):0} µs" : power < 9 ? $"{Math.Pow(10, power - 6):0} ms" : $"{Math.Pow(10, power - 9):0} s";

    private static string Three(double value) => value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
