using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>The logger of tests: as <see cref="DefaultLogger"/>, but events that a filter takes are not written.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var channel in (Type[])[typeof(Mute), typeof(Unmute), typeof(Flush), typeof(DeadLetter), typeof(UnhandledMessage)])
                    initialize.LoggingBus.Subscribe(Self, channel);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                    _filters.Remove(filter);
                return true;
            case Flush flush:
                flush.Done.TrySetResult();
                return true;
            case LogEvent logEvent when IsTaken(logEvent):
                return true;
            case DeadLetter dead:
                // The kernel logs dead letters by itself; here they only pass the filters.
                IsTaken(new Warning(Source(dead), typeof(DeadLetter), dead));
                return true;
            case UnhandledMessage unhandled:
                var text = $"Unhandled message from {unhandled.Sender}: {unhandled.Message}";
                IsTaken(new Warning(Source(unhandled), typeof(UnhandledMessage), text));
                return true;
            default:
                return base.Receive(message);
        }
    }

    private static string Source(AllDeadLetters lost) => lost.Recipient?.Path.ToString() ?? "";

    private bool IsTaken(LogEvent logEvent) => _filters.Exists(filter => filter.Apply(logEvent));
}
