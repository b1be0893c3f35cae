namespace Akka.Configuration.Hocon;

/// <summary>
/// A string, number or boolean. HOCON converts between them on demand ("Automatic type conversions"), so the text as written is
/// all there is to keep.
/// </summary>
/// <param name="value">The text, unquoted and unescaped.</param>
public sealed class HoconLiteral(string value) : IHoconElement
{
    /// <summary>The text, unquoted and unescaped.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public bool IsString() => true;

    /// <inheritdoc/>
    public string GetString() => Value;

    /// <inheritdoc/>
    public bool IsArray() => false;

    /// <inheritdoc/>
    public IList<HoconValue> GetArray() => [];

    /// <summary>Renders the literal as HOCON, quoted where it must be.</summary>
    /// <returns>HOCON text.</returns>
    public override string ToString() => HoconRenderer.Scalar(Value);
}
