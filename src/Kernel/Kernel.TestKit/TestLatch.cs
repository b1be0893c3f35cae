namespace Akka.TestKit;

/// <summary>Opens after a number of signals, which may come from any thread; a test waits until it is open.</summary>
public sealed class TestLatch
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _countdown;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

    /// <summary>Creates a latch that opens after one signal and is waited for up to five seconds.</summary>
    public TestLatch()
        : this(1)
    {
    }

    /// <summary>Creates a latch that is waited for up to five seconds.</summary>
    /// <param name="count">The number of signals.</param>
    public TestLatch(int count)
        : this(count, FiveSeconds)
    {
    }

    /// <summary>Creates a latch that opens after one signal.</summary>
    /// <param name="defaultTimeout">How long it is waited for.</param>
    public TestLatch(TimeSpan defaultTimeout)
        : this(1, defaultTimeout)
    {
    }

    /// <summary>Creates a latch.</summary>
    /// <param name="count">The number of signals.</param>
    /// <param name="defaultTimeout">How long it is waited for.</param>
    public TestLatch(int count, TimeSpan defaultTimeout)
        : this(static time => time, count, defaultTimeout)
    {
    }

    /// <summary>Creates a latch.</summary>
    /// <param name="dilate">Stretches all time limits, such as <see cref="TestKitBase.Dilated"/>.</param>
    /// <param name="count">The number of signals.</param>
    /// <param name="defaultTimeout">How long it is waited for.</param>
    public TestLatch(Func<TimeSpan, TimeSpan> dilate, int count, TimeSpan defaultTimeout)
    {
        _dilate = dilate;
        _countdown = new CountdownEvent(count);
        _defaultTimeout = defaultTimeout;
    }

    /// <summary>Whether all signals have come.</summary>
    public bool IsOpen => _countdown.IsSet;

    /// <summary>Gives one signal.</summary>
    public void CountDown() => _countdown.Signal();

    /// <summary>Gives all signals that are missing.</summary>
    public void Open()
    {
        while (_countdown.CurrentCount is var missing and > 0)
        {
            if (TrySignal(missing))
                return;
        }
    }

    /// <summary>Closes the latch; as many signals as at first are wanted again.</summary>
    public void Reset() => _countdown.Reset();

    /// <summary>Waits until the latch is open, for the default time.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public void Ready() => Ready(_defaultTimeout);

    /// <summary>Waits until the latch is open.</summary>
    /// <param name="timeout">How long to wait, before dilation.</param>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException("TestLatch does not support infinite timeouts.", nameof(timeout));
        var limit = _dilate(timeout);
        if (!_countdown.Wait(limit))
            throw new TimeoutException($"Timeout of {limit}: the latch still wants {_countdown.CurrentCount} signals");
    }

    // Somebody else may have signalled since the count was read: then look again.
    private bool TrySignal(int signals)
    {
        try
        {
            return _countdown.Signal(signals);
        }
        catch (InvalidOperationException) when (_countdown.CurrentCount < signals)
        {
            return false;
        }
    }
}
