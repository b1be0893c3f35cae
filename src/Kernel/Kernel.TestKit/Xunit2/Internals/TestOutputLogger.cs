using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Writes log events to the output of an xUnit test.</summary>
public class TestOutputLogger : ActorBase
{
    private readonly ITestOutputHelper _output;
    private readonly string? _prefix;

    /// <summary>Creates a logger.</summary>
    /// <param name="output">The test's output.</param>
    /// <param name="prefix">What to put before every line.</param>
    public TestOutputLogger(ITestOutputHelper output, string? prefix = null)
    {
        _output = output;
        _prefix = prefix;
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                initialize.LoggingBus.Subscribe(Self, typeof(LogEvent));
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Write(logEvent);
                return true;
            default:
                return false;
        }
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            _output.WriteLine($"{_prefix}{logEvent}");
        }
        catch (InvalidOperationException)
        {
            // The test is over, so xUnit takes no more: the rest of the log has nowhere to go.
            Context.Stop(Self);
        }
    }
}
