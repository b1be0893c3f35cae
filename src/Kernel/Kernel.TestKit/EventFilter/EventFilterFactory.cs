using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// The filters to choose from. A source is the text that an event has as its <see cref="LogEvent.LogSource"/>, or an actor's path
/// without the address. Of message, start, contains and source all that are given must fit.
/// </summary>
public sealed class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<LogFilter> _earlier;

    /// <summary>Creates a factory.</summary>
    /// <param name="testkit">Fails when events are missing.</param>
    /// <param name="system">The system whose events are filtered; its loggers must contain <see cref="TestEventListener"/>.</param>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> earlier)
    {
        _testkit = testkit;
        _system = system;
        _earlier = earlier;
    }

    /// <summary>Picks errors with an exception. The text may be the event's or the exception's.</summary>
    /// <typeparam name="TException">The exception's type or a base of it.</typeparam>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <param name="checkInnerExceptions">Whether an inner exception may be the one.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source, checkInnerExceptions);

    /// <summary>Picks errors with an exception. The text may be the event's or the exception's.</summary>
    /// <typeparam name="TException">The exception's type or a base of it.</typeparam>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <param name="checkInnerExceptions">Whether an inner exception may be the one.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null, bool checkInnerExceptions = false)
        where TException : Exception => Exception(typeof(TException), pattern, source, checkInnerExceptions);

    /// <summary>Picks errors with an exception. The text may be the event's or the exception's.</summary>
    /// <param name="exceptionType">The exception's type or a base of it.</param>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <param name="checkInnerExceptions">Whether an inner exception may be the one.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Exception(
        Type exceptionType,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null,
        bool checkInnerExceptions = false) =>
        Failure(exceptionType, new(message, start, contains, Pattern: null), new(source), checkInnerExceptions);

    /// <summary>Picks errors with an exception. The text may be the event's or the exception's.</summary>
    /// <param name="exceptionType">The exception's type or a base of it.</param>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <param name="checkInnerExceptions">Whether an inner exception may be the one.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Failure(exceptionType, new(Whole: null, Start: null, Part: null, pattern), new(source), checkInnerExceptions);

    /// <summary>Picks errors.</summary>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    /// <summary>Picks errors.</summary>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Error(Regex pattern, string? source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    /// <summary>Picks warnings.</summary>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    /// <summary>Picks warnings.</summary>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Warning(Regex pattern, string? source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    /// <summary>Picks info events.</summary>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    /// <summary>Picks info events.</summary>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Info(Regex pattern, string? source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    /// <summary>Picks debug events; they are made only if <c>akka.loglevel</c> is <c>DEBUG</c>.</summary>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    /// <summary>Picks debug events; they are made only if <c>akka.loglevel</c> is <c>DEBUG</c>.</summary>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Debug(Regex pattern, string? source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    /// <summary>Picks events of a level.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="message">The text.</param>
    /// <param name="start">What the text starts with.</param>
    /// <param name="contains">What the text contains.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level(logLevel, new(message, start, contains, Pattern: null), new(source));

    /// <summary>Picks events of a level.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="pattern">What the text matches.</param>
    /// <param name="source">The source.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        Level(logLevel, new(Whole: null, Start: null, Part: null, pattern), new(source));

    /// <summary>Picks dead letters.</summary>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier DeadLetter() => Dead("dead letter", static _ => true, source: null);

    /// <summary>Picks dead letters of a type.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="source">Whom they were for.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(typeof(TMessage), source);

    /// <summary>Picks dead letters of a type for which a predicate holds.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="isMatch">The predicate.</param>
    /// <param name="source">Whom they were for.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetter(typeof(TMessage), message => isMatch((TMessage)message), source);

    /// <summary>Picks dead letters of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="source">Whom they were for.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier DeadLetter(Type type, string? source = null) => DeadLetter(type, static _ => true, source);

    /// <summary>Picks dead letters of a type for which a predicate holds.</summary>
    /// <param name="type">The type.</param>
    /// <param name="isMatch">The predicate.</param>
    /// <param name="source">Whom they were for.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        Dead($"dead letter of type {type}", message => type.IsInstanceOfType(message) && isMatch(message), source);

    /// <summary>Picks events for which a predicate holds.</summary>
    /// <param name="predicate">The predicate; called on the logger.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Filter("event of the predicate", predicate);

    /// <summary>Picks events of a type for which a predicate holds.</summary>
    /// <typeparam name="TLogEvent">The type.</typeparam>
    /// <param name="predicate">The predicate; called on the logger.</param>
    /// <returns>What can be done with the filter.</returns>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent =>
        Filter($"{typeof(TLogEvent).Name} of the predicate", logEvent => logEvent is TLogEvent match && predicate(match));

    private static bool HasCause(Exception? cause, Type type, TextPattern text, bool eventTextFits, bool inner) =>
        cause is not null
        && ((type.IsInstanceOfType(cause) && (eventTextFits || text.Fits(cause.Message)))
            || (inner && Inner(cause).Any(each => HasCause(each, type, text, eventTextFits, inner))));

    private static IEnumerable<Exception> Inner(Exception cause) => cause switch
    {
        AggregateException several => several.InnerExceptions,
        { InnerException: { } one } => [one],
        _ => [],
    };

    private IEventFilterApplier Level(LogLevel level, TextPattern text, SourcePattern source) =>
        Filter(
            $"{level.StringFor()} {text} {source}",
            logEvent => logEvent.LogLevel() == level && source.Fits(logEvent.LogSource) && text.Fits($"{logEvent.Message}"));

    private IEventFilterApplier Failure(Type type, TextPattern text, SourcePattern source, bool inner) =>
        Filter(
            $"ERROR with {type} {text} {source}",
            logEvent => logEvent is Error && source.Fits(logEvent.LogSource)
                && HasCause(logEvent.Cause, type, text, text.Fits($"{logEvent.Message}"), inner));

    private IEventFilterApplier Dead(string description, Predicate<object> matches, string? source)
    {
        var recipient = new SourcePattern(source);
        return Filter(
            $"{description} {recipient}",
            logEvent => logEvent is Warning { Message: DeadLetter dead } && recipient.Fits(logEvent.LogSource) && matches(dead.Message));
    }

    private EventFilterApplier Filter(string description, Predicate<LogEvent> matches) =>
        new(_testkit, _system, [.. _earlier, new LogFilter(description.Trim(), matches)]);
}
