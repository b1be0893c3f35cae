namespace Akka.Configuration.Hocon;

/// <summary>Where a value was written. An addition to Akka.NET's API, so that a fault can be reported as <c>file:line:column</c>.</summary>
/// <param name="Source">The file's path, the name given to the parser, or what else the value came from.</param>
/// <param name="Line">The line, counted from 1; 0 if the source has no lines (an environment variable, say).</param>
/// <param name="Column">The column in UTF-16 code units, counted from 1; 0 if the source has no lines.</param>
public sealed record HoconOrigin(string Source, int Line, int Column)
{
    /// <summary>The origin of values that were built by code.</summary>
    public static HoconOrigin None { get; } = new("<code>", 0, 0);

    /// <summary>Renders <c>source:line:column</c>, or only the source if it has no lines.</summary>
    /// <returns>The text that error messages begin with.</returns>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
