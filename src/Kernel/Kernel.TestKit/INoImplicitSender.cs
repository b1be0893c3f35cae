namespace Akka.TestKit;

/// <summary>
/// Marks a test class whose <c>Tell</c> has no sender unless one is given. Without it the test actor is the sender of whatever the test
/// sends.
/// </summary>
public interface INoImplicitSender;
