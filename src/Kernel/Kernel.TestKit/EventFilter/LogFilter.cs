using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>A filter made of a predicate, and what it is called when the test fails.</summary>
internal sealed record LogFilter(string Description, Predicate<LogEvent> Matches) : IEventFilter
{
    public bool Apply(LogEvent logEvent) => Matches(logEvent);

    public override string ToString() => Description;
}

/// <summary>What a text must be like: all that is given must fit.</summary>
internal sealed record TextPattern(string? Whole, string? Start, string? Part, Regex? Pattern)
{
    public bool Fits(string text) =>
        (Whole is null || text == Whole)
        && (Start is null || text.StartsWith(Start, StringComparison.Ordinal))
        && (Part is null || text.Contains(Part, StringComparison.Ordinal))
        && (Pattern is null || Pattern.IsMatch(text));

    public override string ToString() => string.Join(", ", ((string?[])
        [
            Whole is null ? null : $"message \"{Whole}\"",
            Start is null ? null : $"starting with \"{Start}\"",
            Part is null ? null : $"containing \"{Part}\"",
            Pattern is null ? null : $"matching /{Pattern}/",
        ]).OfType<string>());
}

/// <summary>What the source of an event must be: its text as it is, or an actor's path without the address.</summary>
internal sealed record SourcePattern(string? Source)
{
    public bool Fits(string source) =>
        Source is null || source == Source || (ActorPath.TryParse(source, out var path) && path.ToStringWithoutAddress() == Source);

    public override string ToString() => Source is null ? "" : $"from {Source}";
}
