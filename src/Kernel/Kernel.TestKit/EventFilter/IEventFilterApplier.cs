namespace Akka.TestKit;

/// <summary>
/// What can be done with filtered log events. Time limits are dilated; without one it is <c>akka.test.filter-leeway</c>. It counts from
/// the end of the code, since actors may log later.
/// </summary>
public interface IEventFilterApplier
{
    /// <summary>Adds another filter: events that one of them takes count.</summary>
    EventFilterFactory And { get; }

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <param name="action">The code.</param>
    void ExpectOne(Action action);

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="action">The code.</param>
    void ExpectOne(TimeSpan timeout, Action action);

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="func">The code.</param>
    /// <returns>What the code returns.</returns>
    T ExpectOne<T>(Func<T> func);

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="func">The code.</param>
    /// <returns>What the code returns.</returns>
    T ExpectOne<T>(TimeSpan timeout, Func<T> func);

    /// <inheritdoc cref="ExpectOne(Action)"/>
    /// <returns>The wait.</returns>
    Task ExpectOneAsync(Action action);

    /// <inheritdoc cref="ExpectOne(TimeSpan, Action)"/>
    /// <returns>The wait.</returns>
    Task ExpectOneAsync(TimeSpan timeout, Action action);

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <param name="actionAsync">The code.</param>
    /// <returns>The wait.</returns>
    Task ExpectOneAsync(Func<Task> actionAsync);

    /// <summary>Runs code; exactly one event must be logged.</summary>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="actionAsync">The code.</param>
    /// <returns>The wait.</returns>
    Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync);

    /// <inheritdoc cref="ExpectOne{T}(Func{T})"/>
    Task<T> ExpectOneAsync<T>(Func<Task<T>> func);

    /// <inheritdoc cref="ExpectOne{T}(TimeSpan, Func{T})"/>
    Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="action">The code.</param>
    void Expect(int expectedCount, Action action);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="timeout">How long to wait for them.</param>
    /// <param name="action">The code.</param>
    void Expect(int expectedCount, TimeSpan timeout, Action action);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="func">The code.</param>
    /// <returns>What the code returns.</returns>
    T Expect<T>(int expectedCount, Func<T> func);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="timeout">How long to wait for them.</param>
    /// <param name="func">The code.</param>
    /// <returns>What the code returns.</returns>
    T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func);

    /// <inheritdoc cref="Expect(int, Action)"/>
    /// <returns>The wait.</returns>
    Task ExpectAsync(int expectedCount, Action action);

    /// <inheritdoc cref="Expect(int, TimeSpan, Action)"/>
    /// <returns>The wait.</returns>
    Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="actionAsync">The code.</param>
    /// <returns>The wait.</returns>
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync);

    /// <summary>Runs code; exactly so many events must be logged.</summary>
    /// <param name="expectedCount">How many; for zero the whole time limit is waited.</param>
    /// <param name="timeout">How long to wait for them.</param>
    /// <param name="actionAsync">The code.</param>
    /// <returns>The wait.</returns>
    Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync);

    /// <inheritdoc cref="Expect{T}(int, Func{T})"/>
    Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func);

    /// <inheritdoc cref="Expect{T}(int, TimeSpan, Func{T})"/>
    Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func);

    /// <summary>Takes events from now on, so that they are not logged.</summary>
    /// <returns>Takes that back when it is unmuted or disposed.</returns>
    IUnmutableFilter Mute();

    /// <summary>Takes the events that are logged while code runs.</summary>
    /// <param name="action">The code.</param>
    void Mute(Action action);

    /// <summary>Takes the events that are logged while code runs.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="func">The code.</param>
    /// <returns>What the code returns.</returns>
    T Mute<T>(Func<T> func);

    /// <summary>Takes the events that are logged while code runs.</summary>
    /// <param name="actionAsync">The code.</param>
    /// <returns>The code's end.</returns>
    Task MuteAsync(Func<Task> actionAsync);

    /// <inheritdoc cref="Mute{T}(Func{T})"/>
    Task<T> MuteAsync<T>(Func<Task<T>> func);
}
