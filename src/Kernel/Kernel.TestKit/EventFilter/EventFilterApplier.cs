using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>
/// Mutes, runs, counts. The listener sees what one thread publishes in its order: first the mute, then the events, then a flush.
/// </summary>
internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action) => Expect(1, action);

    public void ExpectOne(TimeSpan timeout, Action action) => Expect(1, timeout, action);

    public T ExpectOne<T>(Func<T> func) => Expect(1, func);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func) => Expect(1, timeout, func);

    public Task ExpectOneAsync(Action action) => ExpectAsync(1, action);

    public Task ExpectOneAsync(TimeSpan timeout, Action action) => ExpectAsync(1, timeout, action);

    public Task ExpectOneAsync(Func<Task> actionAsync) => ExpectAsync(1, actionAsync);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync) => ExpectAsync(1, timeout, actionAsync);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func) => ExpectAsync(1, func);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func) => ExpectAsync(1, timeout, func);

    public void Expect(int expectedCount, Action action) => Count(blocking: true, expectedCount, null, Done(action)).Result();

    public void Expect(int expectedCount, TimeSpan timeout, Action action) =>
        Count(blocking: true, expectedCount, timeout, Done(action)).Result();

    public T Expect<T>(int expectedCount, Func<T> func) => Count(blocking: true, expectedCount, null, Done(func)).Result();

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func) =>
        Count(blocking: true, expectedCount, timeout, Done(func)).Result();

    public Task ExpectAsync(int expectedCount, Action action) => Count(blocking: false, expectedCount, null, Done(action)).AsTask();

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action) =>
        Count(blocking: false, expectedCount, timeout, Done(action)).AsTask();

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync) =>
        Count(blocking: false, expectedCount, null, Done(actionAsync)).AsTask();

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync) =>
        Count(blocking: false, expectedCount, timeout, Done(actionAsync)).AsTask();

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func) => Count(blocking: false, expectedCount, null, func).AsTask();

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func) =>
        Count(blocking: false, expectedCount, timeout, func).AsTask();

    public IUnmutableFilter Mute() => new Muted(system.EventStream, [.. filters]);

    public void Mute(Action action)
    {
        using (Mute())
            action();
    }

    public T Mute<T>(Func<T> func)
    {
        using (Mute())
            return func();
    }

    public async Task MuteAsync(Func<Task> actionAsync)
    {
        using (Mute())
            await actionAsync();
    }

    public async Task<T> MuteAsync<T>(Func<Task<T>> func)
    {
        using (Mute())
            return await func();
    }

    private static Func<Task<bool>> Done(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private static Func<Task<T>> Done<T>(Func<T> func) => () => Task.FromResult(func());

    private static Func<Task<bool>> Done(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    private async ValueTask<T> Count<T>(bool blocking, int expected, TimeSpan? timeout, Func<Task<T>> code)
    {
        var leeway = testkit.Dilated(timeout ?? testkit.TestKitSettings.TestEventFilterLeeway);
        using var counter = new Counter(filters);
        using var muted = new Muted(system.EventStream, counter);
        if (!await Flush(blocking))
            throw testkit.Failure($"No TestEventListener is at work in {system.Name}: akka.loggers must name it for an EventFilter");

        var result = await code();

        // What the code itself has logged counts, however slow the listener is.
        await Flush(blocking);
        var stop = TestKitBase.Now + leeway;
        for (var i = 0; i < expected; i++)
        {
            if (!await counter.Next(blocking, stop - TestKitBase.Now))
                throw testkit.Failure($"Timeout {leeway} while waiting for {expected} log events, only {i} came: {Wanted}");
        }

        // An event too many has been published already, or, if there should be none, may yet come.
        await Flush(blocking);
        if (await counter.Next(blocking, expected > 0 ? TimeSpan.Zero : stop - TestKitBase.Now))
            throw testkit.Failure($"Expected {expected} log events, but there are more: {Wanted}");
        return result;
    }

    private string Wanted => string.Join(" or ", filters);

    private ValueTask<bool> Flush(bool blocking)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.EventStream.Publish(new Flush(done));
        return Blocking.Wait(blocking, done.Task, testkit.Dilated(testkit.TestKitSettings.DefaultTimeout), CancellationToken.None);
    }

    /// <summary>Takes an event when one of the filters does, and counts it.</summary>
    private sealed class Counter(IReadOnlyList<LogFilter> filters) : IEventFilter, IDisposable
    {
        private readonly SemaphoreSlim _events = new(0);

        public bool Apply(LogEvent logEvent)
        {
            if (!filters.Any(filter => filter.Apply(logEvent)))
                return false;
            _events.Release();
            return true;
        }

        public ValueTask<bool> Next(bool blocking, TimeSpan max)
        {
            var limit = max < TimeSpan.Zero ? TimeSpan.Zero : max;
            return blocking ? new(_events.Wait(limit)) : new(_events.WaitAsync(limit));
        }

        public void Dispose() => _events.Dispose();
    }

    private sealed class Muted : IUnmutableFilter
    {
        private readonly EventStream _stream;
        private readonly IEventFilter[] _filters;

        public Muted(EventStream stream, params IEventFilter[] filters)
        {
            _stream = stream;
            _filters = filters;
            stream.Publish(new Mute(filters));
        }

        public void Unmute() => _stream.Publish(new Unmute(_filters));

        public void Dispose() => Unmute();
    }
}
