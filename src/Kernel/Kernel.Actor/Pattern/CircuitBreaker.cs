using Akka.Actor;

namespace Akka.Pattern;

/// <summary>The breaker is open: the call was not made.</summary>
/// <param name="message">What is open.</param>
/// <param name="cause">The failure that opened it, if known.</param>
/// <param name="remainingDuration">How long it will stay open.</param>
public sealed class OpenCircuitException(string message, Exception? cause, TimeSpan remainingDuration) : AkkaException(message, cause)
{
    /// <summary>How long the breaker will stay open; zero while another call tries whether it may close.</summary>
    public TimeSpan RemainingDuration { get; } = remainingDuration;
}

/// <summary>
/// Guards calls to something that may be out of order. Closed, it lets all calls pass; after so many failures in a row it opens and
/// refuses them at once; after a while it is half open and lets one call try: a success closes it, a failure opens it again. Safe for
/// any number of threads.
/// </summary>
public sealed class CircuitBreaker
{
    private readonly Lock _gate = new();
    private readonly IScheduler _scheduler;
    private readonly List<Action> _onOpen = [];
    private readonly List<Action> _onHalfOpen = [];
    private readonly List<Action> _onClose = [];
    private Position _position;
    private int _failures;
    private bool _trying;
    private TimeSpan _currentReset;
    private TimeSpan _halfOpenAt;
    private Exception? _lastFailure;

    /// <summary>Creates a breaker, closed.</summary>
    /// <param name="scheduler">Waits.</param>
    /// <param name="maxFailures">How many failures in a row open it.</param>
    /// <param name="callTimeout">How long a call may take; longer is a failure.</param>
    /// <param name="resetTimeout">How long it stays open.</param>
    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1, 0)
    {
    }

    /// <summary>Creates a breaker, closed, that stays open longer each time a try fails.</summary>
    /// <param name="scheduler">Waits.</param>
    /// <param name="maxFailures">How many failures in a row open it.</param>
    /// <param name="callTimeout">How long a call may take; longer is a failure.</param>
    /// <param name="resetTimeout">How long it stays open the first time.</param>
    /// <param name="maxResetTimeout">How long it stays open at most.</param>
    /// <param name="exponentialBackoffFactor">How many times longer each time.</param>
    /// <param name="randomFactor">By how much a time may be longer: 0.2 for 20 %.</param>
    public CircuitBreaker(
        IScheduler scheduler,
        int maxFailures,
        TimeSpan callTimeout,
        TimeSpan resetTimeout,
        TimeSpan maxResetTimeout,
        double exponentialBackoffFactor,
        double randomFactor)
    {
        if (exponentialBackoffFactor < 1)
            throw new ArgumentException("factor must be >= 1.0", nameof(exponentialBackoffFactor));
        if (randomFactor is < 0 or > 1)
            throw new ArgumentException("random factor must be between 0.0 and 1.0", nameof(randomFactor));
        _scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        RandomFactor = randomFactor;
        _currentReset = resetTimeout;
    }

    private enum Position
    {
        Closed,
        Open,
        HalfOpen,
    }

    /// <summary>How many failures in a row open the breaker.</summary>
    public int MaxFailures { get; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How long the breaker stays open the first time.</summary>
    public TimeSpan ResetTimeout { get; }

    /// <summary>How long the breaker stays open at most.</summary>
    public TimeSpan MaxResetTimeout { get; }

    /// <summary>How many times longer the breaker stays open after each try that fails.</summary>
    public double ExponentialBackoffFactor { get; }

    /// <summary>By how much a time may be longer.</summary>
    public double RandomFactor { get; }

    /// <summary>How many calls in a row have failed.</summary>
    public long CurrentFailureCount => Volatile.Read(ref _failures);

    /// <summary>The last failure; null when the breaker has closed since.</summary>
    public Exception? LastCaughtException => Volatile.Read(ref _lastFailure);

    /// <summary>Whether all calls pass.</summary>
    public bool IsClosed => Is(Position.Closed);

    /// <summary>Whether no call passes.</summary>
    public bool IsOpen => Is(Position.Open);

    /// <summary>Whether one call may try.</summary>
    public bool IsHalfOpen => Is(Position.HalfOpen);

    /// <summary>Creates a breaker, closed.</summary>
    /// <param name="scheduler">Waits.</param>
    /// <param name="maxFailures">How many failures in a row open it.</param>
    /// <param name="callTimeout">How long a call may take; longer is a failure.</param>
    /// <param name="resetTimeout">How long it stays open.</param>
    /// <returns>The breaker.</returns>
    public static CircuitBreaker Create(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    /// <summary>A breaker that stays open twice as long each time a try fails.</summary>
    /// <param name="maxResetTimeout">How long at most.</param>
    /// <returns>A new breaker, closed.</returns>
    public CircuitBreaker WithExponentialBackoff(TimeSpan maxResetTimeout) =>
        new(_scheduler, MaxFailures, CallTimeout, ResetTimeout, maxResetTimeout, 2, RandomFactor);

    /// <summary>A breaker whose times are a little longer, at random.</summary>
    /// <param name="randomFactor">By how much: 0.2 for 20 %.</param>
    /// <returns>A new breaker, closed.</returns>
    public CircuitBreaker WithRandomFactor(double randomFactor) =>
        new(_scheduler, MaxFailures, CallTimeout, ResetTimeout, MaxResetTimeout, ExponentialBackoffFactor, randomFactor);

    /// <summary>Says what happens when the breaker opens.</summary>
    /// <param name="callback">What happens; it must be quick.</param>
    /// <returns>This breaker.</returns>
    public CircuitBreaker OnOpen(Action callback) => Add(_onOpen, callback);

    /// <summary>Says what happens when the breaker is half open.</summary>
    /// <param name="callback">What happens; it must be quick.</param>
    /// <returns>This breaker.</returns>
    public CircuitBreaker OnHalfOpen(Action callback) => Add(_onHalfOpen, callback);

    /// <summary>Says what happens when the breaker closes.</summary>
    /// <param name="callback">What happens; it must be quick.</param>
    /// <returns>This breaker.</returns>
    public CircuitBreaker OnClose(Action callback) => Add(_onClose, callback);

    /// <summary>Makes a call, if the breaker lets it pass.</summary>
    /// <typeparam name="T">The class of the result.</typeparam>
    /// <param name="body">The call.</param>
    /// <returns>Its result; fails with what the call does, with <see cref="OpenCircuitException"/> or with <see cref="TimeoutException"/>.</returns>
    public async Task<T> WithCircuitBreaker<T>(Func<Task<T>> body)
    {
        Enter();
        using var timer = new Cancelable(_scheduler);
        try
        {
            var late = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (CallTimeout > TimeSpan.Zero && CallTimeout != Timeout.InfiniteTimeSpan)
            {
                _scheduler.Advanced.ScheduleOnce(
                    CallTimeout,
                    () => late.TrySetException(new TimeoutException($"The call has not completed within {CallTimeout}")),
                    timer);
            }

            var first = await Task.WhenAny(body(), late.Task).ConfigureAwait(false);
            var result = await first.ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
        finally
        {
            timer.Cancel();
        }
    }

    /// <inheritdoc cref="WithCircuitBreaker{T}(Func{Task{T}})"/>
    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(async () =>
    {
        await body().ConfigureAwait(false);
        return Done.Instance;
    });

    /// <summary>Makes a call on this thread, if the breaker lets it pass.</summary>
    /// <typeparam name="T">The class of the result.</typeparam>
    /// <param name="body">The call.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="OpenCircuitException">The breaker is open.</exception>
    public T WithSyncCircuitBreaker<T>(Func<T> body)
    {
        Enter();
        var start = _scheduler.HighResMonotonicClock;
        T result;
        try
        {
            result = body();
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }

        if (CallTimeout > TimeSpan.Zero && CallTimeout != Timeout.InfiniteTimeSpan && _scheduler.HighResMonotonicClock - start > CallTimeout)
            Fail(new TimeoutException($"The call has not completed within {CallTimeout}"));
        else
            Succeed();
        return result;
    }

    /// <inheritdoc cref="WithSyncCircuitBreaker{T}(Func{T})"/>
    public void WithSyncCircuitBreaker(Action body) => WithSyncCircuitBreaker(() =>
    {
        body();
        return Done.Instance;
    });

    /// <summary>Counts a call that was made otherwise as a success.</summary>
    public void Succeed()
    {
        lock (_gate)
        {
            if (_position == Position.Open)
                return;
            _failures = 0;
            _lastFailure = null;
            _trying = false;
            if (_position == Position.Closed)
                return;
            _position = Position.Closed;
            _currentReset = ResetTimeout;
        }

        Call(_onClose);
    }

    /// <summary>Counts a call that was made otherwise as a failure.</summary>
    public void Fail() => Fail(null);

    private bool Is(Position position)
    {
        lock (_gate)
            return _position == position;
    }

    private CircuitBreaker Add(List<Action> callbacks, Action callback)
    {
        lock (_gate)
            callbacks.Add(callback);
        return this;
    }

    private void Call(List<Action> callbacks)
    {
        Action[] all;
        lock (_gate)
            all = [.. callbacks];
        foreach (var callback in all)
            callback();
    }

    /// <exception cref="OpenCircuitException">The call must not be made.</exception>
    private void Enter()
    {
        lock (_gate)
        {
            switch (_position)
            {
                case Position.Open:
                    var left = _halfOpenAt - _scheduler.MonotonicClock;
                    throw new OpenCircuitException("Circuit Breaker is open; calls are failing fast", _lastFailure, left > TimeSpan.Zero ? left : TimeSpan.Zero);
                case Position.HalfOpen when _trying:
                    throw new OpenCircuitException("Circuit Breaker is half open; another call is trying", _lastFailure, TimeSpan.Zero);
                case Position.HalfOpen:
                    _trying = true;
                    break;
            }
        }
    }

    private void Fail(Exception? cause)
    {
        lock (_gate)
        {
            if (_position == Position.Open)
                return;
            _failures++;
            _lastFailure = cause;
            if (_position == Position.Closed && _failures < MaxFailures)
                return;
            var wait = _currentReset;
            if (_position == Position.HalfOpen)
                wait = Min(_currentReset * ExponentialBackoffFactor, MaxResetTimeout);
            _currentReset = wait;
            _position = Position.Open;
            wait = Min(wait * (1 + (Random.Shared.NextDouble() * RandomFactor)), MaxResetTimeout);
            _halfOpenAt = _scheduler.MonotonicClock + wait;
            _scheduler.Advanced.ScheduleOnce(wait, BecomeHalfOpen);
        }

        Call(_onOpen);
    }

    private void BecomeHalfOpen()
    {
        lock (_gate)
        {
            _position = Position.HalfOpen;
            _trying = false;
        }

        Call(_onHalfOpen);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
