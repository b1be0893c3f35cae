namespace Akka.Streams.TestKit;

/// <summary>A failure that a test makes on purpose.</summary>
/// <param name="message">What it says.</param>
public sealed class TestException(string message) : Exception(message);
