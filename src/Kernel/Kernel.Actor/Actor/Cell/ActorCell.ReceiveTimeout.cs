namespace Akka.Actor;

public partial class ActorCell
{
    /// <inheritdoc/>
    public TimeSpan? ReceiveTimeout => _extras?.ReceiveTimeout;

    /// <inheritdoc/>
    public void SetReceiveTimeout(TimeSpan? receiveTimeout)
    {
        if (receiveTimeout is null && _extras is null)
            return;
        Rare.ReceiveTimeout = receiveTimeout == Timeout.InfiniteTimeSpan ? null : receiveTimeout;
        CancelReceiveTimeout();
        StartReceiveTimeout();
    }

    private void RestartReceiveTimeout(object? message)
    {
        if (message is INotInfluenceReceiveTimeout && _extras?.PendingReceiveTimeout is not null)
            return;
        CancelReceiveTimeout();
        StartReceiveTimeout();
    }

    private void StartReceiveTimeout()
    {
        // While an asynchronous handler is under way there is no silence.
        if (_extras is not { ReceiveTimeout: { } timeout, Awaits: 0 } extras || extras.PendingReceiveTimeout is not null)
            return;
        extras.PendingReceiveTimeout = SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, Self, Akka.Actor.ReceiveTimeout.Instance, Self);
    }

    private void CancelReceiveTimeout()
    {
        if (_extras?.PendingReceiveTimeout is not { } pending)
            return;
        pending.Cancel();
        _extras.PendingReceiveTimeout = null;
    }
}
