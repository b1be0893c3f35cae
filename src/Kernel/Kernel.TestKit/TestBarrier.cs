namespace Akka.TestKit;

/// <summary>A place where a number of threads wait for each other; it can be used again and again.</summary>
public sealed class TestBarrier
{
    /// <summary>How long a thread waits for the others unless told otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly TestKitBase _testKit;
    private readonly Barrier _barrier;
    private readonly TimeSpan _defaultTimeout;

    /// <summary>Creates a barrier.</summary>
    /// <param name="testKit">Whose time factor counts.</param>
    /// <param name="count">The number of threads.</param>
    /// <param name="defaultTimeout">How long a thread waits for the others; null for <see cref="DefaultTimeout"/>.</param>
    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _barrier = new Barrier(count);
        _defaultTimeout = defaultTimeout ?? DefaultTimeout;
    }

    /// <summary>Waits until all threads are here, for the default time.</summary>
    /// <exception cref="TestBarrierTimeoutException">The time is over.</exception>
    public void Await() => Await(_defaultTimeout);

    /// <summary>Waits until all threads are here.</summary>
    /// <param name="timeout">How long to wait, before dilation.</param>
    /// <exception cref="TestBarrierTimeoutException">The time is over.</exception>
    public void Await(TimeSpan timeout)
    {
        var limit = _testKit.Dilated(timeout);
        if (!_barrier.SignalAndWait(limit))
            throw new TestBarrierTimeoutException($"Timeout of {limit}: not all {_barrier.ParticipantCount} threads have come");
    }
}

/// <summary>Not all threads came to a <see cref="TestBarrier"/> in time.</summary>
/// <param name="message">What happened.</param>
public sealed class TestBarrierTimeoutException(string message) : Exception(message);
