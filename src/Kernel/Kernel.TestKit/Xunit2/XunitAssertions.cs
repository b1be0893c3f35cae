using System.Globalization;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails tests the way xUnit does.</summary>
public class XunitAssertions : ITestKitAssertions
{
    /// <inheritdoc/>
    public void Fail(string format = "", params object?[] args) => throw new XunitException(Text(format, args));

    /// <inheritdoc/>
    public void AssertTrue(bool condition, string format = "", params object?[] args)
    {
        if (!condition)
            Fail(format, args);
    }

    /// <inheritdoc/>
    public void AssertFalse(bool condition, string format = "", params object?[] args)
    {
        if (condition)
            Fail(format, args);
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args)
    {
        try
        {
            // xUnit's own notion of equality: collections are equal when their elements are.
            Xunit.Assert.Equal(expected, actual);
        }
        catch (XunitException unequal) when (Text(format, args) is { Length: > 0 } text)
        {
            throw new XunitException($"{text}{Environment.NewLine}{unequal.Message}", unequal);
        }
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(comparer);
        if (comparer(expected, actual))
            return;
        var text = Text(format, args);
        Fail("{0}", $"{(text.Length > 0 ? text + Environment.NewLine : "")}Expected: {expected}{Environment.NewLine}Actual:   {actual}");
    }

    // A text without arguments is meant as it stands, braces included.
    private static string Text(string format, object?[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);
}
