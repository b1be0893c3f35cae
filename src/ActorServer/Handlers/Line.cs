using System.Text;
using ActorServer.Connections;
using ActorServer.Protocol.Line;
using Akka.Actor;

namespace ActorServer.Handlers;

/// <summary>
/// A line as a message, for handlers that are actors: a copy that never changes. Its sender waits for the <see cref="LineReply"/>, so that
/// a client has one line at a time with the actor.
/// </summary>
public sealed class Line
{
    internal Line(LineExchange exchange) => (Connection, Text) = (exchange.Connection, Encoding.UTF8.GetString(exchange.Line));

    /// <summary>The connection that it came on: what is not an answer is sent with <see cref="ConnectionInfo.TrySend"/>.</summary>
    public ConnectionInfo Connection { get; }

    /// <summary>The line without its end; what is no UTF-8 in it is U+FFFD.</summary>
    public string Text { get; }

    /// <summary>An answer.</summary>
    /// <param name="text">The line to answer with, without its end.</param>
    /// <param name="close">Whether the connection closes after it.</param>
    public LineReply Reply(string text, bool close = false) => new(this, text, close);

    /// <summary>Takes the line without an answer.</summary>
    /// <param name="close">Whether the connection closes.</param>
    public LineReply NoReply(bool close = false) => new(this, Text: null, close);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>What an actor tells the sender of a <see cref="Line"/>, made with one of its methods.</summary>
/// <param name="Line">What it answers.</param>
/// <param name="Text">The answer; null for none.</param>
/// <param name="Close">Whether the connection closes after it.</param>
public sealed record LineReply(Line Line, string? Text, bool Close);

/// <summary>
/// Has an actor answer lines. No answer in time, <see cref="Status.Failure"/> and an answer of another kind count as an exception of the
/// handler: there is no other way to tell the client.
/// </summary>
/// <param name="actor">The actor.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class LinesForActor(IActorRef actor, TimeSpan timeout)
{
    public async ValueTask HandleAsync(LineExchange exchange)
    {
        var line = new Line(exchange);
        var reply = await actor.Ask<LineReply>(line, timeout);
        if (reply.Line != line) throw new InvalidOperationException($"{actor.Path} answered \"{reply.Line}\" to whom said \"{line}\"");
        exchange.Close = reply.Close;
        if (reply.Text is null) exchange.Silent = true;
        else Encoding.UTF8.GetBytes(reply.Text, exchange.Reply);
    }
}
