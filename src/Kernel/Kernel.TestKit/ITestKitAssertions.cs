namespace Akka.TestKit;

/// <summary>How a test kit fails a test; every unit test framework has its own way.</summary>
public interface ITestKitAssertions
{
    /// <summary>Fails the test.</summary>
    /// <param name="format">Why, with places for the arguments.</param>
    /// <param name="args">The arguments.</param>
    void Fail(string format = "", params object?[] args);

    /// <summary>Fails the test unless a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="format">What to say, with places for the arguments.</param>
    /// <param name="args">The arguments.</param>
    void AssertTrue(bool condition, string format = "", params object?[] args);

    /// <summary>Fails the test if a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="format">What to say, with places for the arguments.</param>
    /// <param name="args">The arguments.</param>
    void AssertFalse(bool condition, string format = "", params object?[] args);

    /// <summary>Fails the test unless two values are equal.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="expected">The value that is wanted.</param>
    /// <param name="actual">The value that there is.</param>
    /// <param name="format">What to say, with places for the arguments.</param>
    /// <param name="args">The arguments.</param>
    void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args);

    /// <summary>Fails the test unless a comparer finds two values equal.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="expected">The value that is wanted.</param>
    /// <param name="actual">The value that there is.</param>
    /// <param name="comparer">Says whether they are equal.</param>
    /// <param name="format">What to say, with places for the arguments.</param>
    /// <param name="args">The arguments.</param>
    void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object?[] args);
}
