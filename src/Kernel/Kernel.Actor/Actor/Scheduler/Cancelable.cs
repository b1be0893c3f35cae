namespace Akka.Actor;

/// <summary>Something that was asked for and can be called off.</summary>
public interface ICancelable
{
    /// <summary>Whether it was called off.</summary>
    bool IsCancellationRequested { get; }

    /// <summary>Is cancelled when it is called off.</summary>
    CancellationToken Token { get; }

    /// <summary>Calls it off.</summary>
    void Cancel();

    /// <summary>Calls it off after a time.</summary>
    /// <param name="delay">The time.</param>
    void CancelAfter(TimeSpan delay);

    /// <summary>Calls it off after a time.</summary>
    /// <param name="millisecondsDelay">The time in milliseconds.</param>
    void CancelAfter(int millisecondsDelay);

    /// <summary>Calls it off.</summary>
    /// <param name="throwOnFirstException">Whether the first exception of a callback ends the matter; otherwise all are collected.</param>
    void Cancel(bool throwOnFirstException);
}

/// <summary>The usual <see cref="ICancelable"/>.</summary>
public sealed class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler? _scheduler;
    private readonly CancellationTokenSource _source;

    /// <summary>Creates one that is called off by hand.</summary>
    /// <param name="scheduler">Waits for <see cref="CancelAfter(TimeSpan)"/>.</param>
    public Cancelable(IScheduler scheduler)
        : this(scheduler.Advanced)
    {
    }

    /// <summary>Creates one that is called off after a time.</summary>
    /// <param name="scheduler">Waits for it.</param>
    /// <param name="delay">The time.</param>
    public Cancelable(IScheduler scheduler, TimeSpan delay)
        : this(scheduler.Advanced, delay)
    {
    }

    /// <summary>Creates one that is called off after a time.</summary>
    /// <param name="scheduler">Waits for it.</param>
    /// <param name="millisecondsDelay">The time in milliseconds.</param>
    public Cancelable(IScheduler scheduler, int millisecondsDelay)
        : this(scheduler, TimeSpan.FromMilliseconds(millisecondsDelay))
    {
    }

    /// <summary>Creates one that is called off after a time.</summary>
    /// <param name="scheduler">Waits for it.</param>
    /// <param name="delay">The time.</param>
    public Cancelable(IActionScheduler scheduler, TimeSpan delay)
        : this(scheduler) => CancelAfter(delay);

    /// <summary>Creates one that is called off by hand.</summary>
    /// <param name="scheduler">Waits for <see cref="CancelAfter(TimeSpan)"/>.</param>
    public Cancelable(IActionScheduler scheduler)
        : this(scheduler, new CancellationTokenSource())
    {
    }

    private Cancelable(IActionScheduler? scheduler, CancellationTokenSource source)
    {
        _scheduler = scheduler;
        _source = source;
    }

    /// <inheritdoc/>
    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <inheritdoc/>
    public CancellationToken Token => _source.Token;

    /// <summary>One that has been called off already.</summary>
    /// <returns>A new instance.</returns>
    public static ICancelable CreateCanceled()
    {
        var cancelable = new Cancelable(null, new CancellationTokenSource());
        cancelable.Cancel();
        return cancelable;
    }

    /// <summary>One that is called off by hand, or with one of others.</summary>
    /// <param name="scheduler">Waits for <see cref="CancelAfter(TimeSpan)"/>.</param>
    /// <param name="cancelables">The others.</param>
    /// <returns>A new instance.</returns>
    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) => new Cancelable(
        scheduler.Advanced,
        CancellationTokenSource.CreateLinkedTokenSource(Array.ConvertAll(cancelables, static c => c.Token)));

    /// <inheritdoc/>
    public void Cancel() => Cancel(throwOnFirstException: false);

    /// <inheritdoc/>
    public void Cancel(bool throwOnFirstException) => _source.Cancel(throwOnFirstException);

    /// <inheritdoc/>
    public void CancelAfter(TimeSpan delay)
    {
        if (_scheduler is null)
            return;
        _scheduler.ScheduleOnce(delay, Cancel, this);
    }

    /// <inheritdoc/>
    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    /// <summary>Lets go of what the token needs; does not call anything off.</summary>
    public void Dispose() => _source.Dispose();
}

/// <summary>Calling off what may be null or done.</summary>
public static class CancelableExtensions
{
    /// <summary>Calls off, if there is something to call off.</summary>
    /// <param name="cancelable">What to call off, or null.</param>
    public static void CancelIfNotNull(this ICancelable? cancelable) => cancelable?.Cancel();
}
