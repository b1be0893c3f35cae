namespace Akka.Configuration.Hocon;

/// <summary>What a <see cref="HoconValue"/> holds: a literal, an array or an object.</summary>
public interface IHoconElement
{
    /// <summary>Whether this is a string, number or boolean.</summary>
    /// <returns>True for a <see cref="HoconLiteral"/>.</returns>
    bool IsString();

    /// <summary>The text of a literal.</summary>
    /// <returns>The text as written, without quotes; null if this is no literal.</returns>
    string? GetString();

    /// <summary>Whether this is an array.</summary>
    /// <returns>True for a <see cref="HoconArray"/>.</returns>
    bool IsArray();

    /// <summary>The elements of an array.</summary>
    /// <returns>The elements in order; empty if this is no array.</returns>
    IList<HoconValue> GetArray();
}
