using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters: the first <c>akka.log-dead-letters</c> of them, then none for <c>log-dead-letters-suspend-duration</c>, and so on.
/// </summary>
internal sealed class DeadLetterListener : ActorBase
{
    private readonly EventStream _events = Context.System.EventStream;
    private readonly Settings _settings = Context.System.Settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _count;
    private long _skipped;
    private TimeSpan? _suspendedSince;

    protected override void PreStart()
    {
        _events.Subscribe(Self, typeof(DeadLetter));
        _events.Subscribe(Self, typeof(Dropped));
        if (_settings.DebugUnhandledMessage)
            _events.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _events.Unsubscribe(Self);

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;
        if (!_settings.LogDeadLettersDuringShutdown && ((ActorSystemImpl)Context.System).IsTerminating)
            return true;
        var now = Context.System.Scheduler.MonotonicClock;
        if (_suspendedSince is { } since)
        {
            if (_settings.LogDeadLettersSuspendDuration == Timeout.InfiniteTimeSpan || now - since < _settings.LogDeadLettersSuspendDuration)
            {
                _skipped++;
                return true;
            }

            _suspendedSince = null;
            _count = 0;
        }

        Write(letter);
        if (_count >= _settings.LogDeadLetters)
            _suspendedSince = now;
        return true;
    }

    private void Write(AllDeadLetters letter)
    {
        if (_count < int.MaxValue)
            _count++;
        var what = letter switch
        {
            Dropped dropped => $"was dropped: {dropped.Reason}",
            UnhandledMessage => "was unhandled",
            _ => "was not delivered",
        };
        var more = _count >= _settings.LogDeadLetters ? ", no more dead letters will be logged for a while" : "";
        var skipped = _skipped > 0 ? $", {_skipped} were not logged meanwhile" : "";
        _skipped = 0;
        _log.Info(
            "Message [{0}] from {1} to {2} {3}. [{4}] dead letters encountered{5}{6}. See akka.log-dead-letters and akka.log-dead-letters-during-shutdown.",
            letter.Message.GetType().Name,
            letter.Sender?.ToString() ?? "nobody",
            letter.Recipient?.ToString() ?? "nobody",
            what,
            _count,
            skipped,
            more);
    }
}
