namespace Akka.Event;

/// <summary>Turns a format and its arguments into a text.</summary>
public interface ILogMessageFormatter
{
    /// <summary>Formats a message.</summary>
    /// <param name="format">The format.</param>
    /// <param name="args">What the format refers to.</param>
    /// <returns>The text.</returns>
    string Format(string format, params object?[] args);
}

/// <summary>Formats as <see cref="string.Format(string, object[])"/> does.</summary>
public sealed class DefaultLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The only instance.</summary>
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object?[] args) => string.Format(format, args);
}

/// <summary>A log message that becomes a text only if somebody reads it.</summary>
/// <param name="formatter">Makes the text.</param>
/// <param name="format">The format.</param>
/// <param name="args">What the format refers to.</param>
public sealed class LogMessage(ILogMessageFormatter formatter, string format, params object?[] args)
{
    /// <summary>The format.</summary>
    public string Format { get; } = format;

    /// <summary>What the format refers to.</summary>
    public IReadOnlyList<object?> Args => args;

    /// <summary>The text; the bare format and arguments if they do not fit each other.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        try
        {
            return args.Length == 0 ? Format : formatter.Format(Format, args);
        }
        catch (FormatException)
        {
            // A slip in a log call must not bring down the actor that logs.
            return $"{Format} [{string.Join(", ", args)}]";
        }
    }
}
