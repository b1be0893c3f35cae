namespace Akka.Configuration.Hocon;

/// <summary>The outcome of a parse, as Akka.NET's <see cref="Config"/> takes it. Substitutions are already resolved.</summary>
/// <param name="value">The root value.</param>
public sealed class HoconRoot(HoconValue value)
{
    /// <summary>The root value.</summary>
    public HoconValue Value { get; } = value;
}
