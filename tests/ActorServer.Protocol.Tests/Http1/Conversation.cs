using System.Text;
using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>Drives a protocol the way a connection would, with a handler that answers everything, and writes down what happened.</summary>
internal sealed class Conversation : IDisposable
{
    private readonly List<string> _handled = [];
    private readonly MemoryStream _sent = new();

    public Conversation(HttpLimits? limits = null, Action<HttpExchange>? handler = null)
    {
        Protocol = new HttpProtocol(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch), Limits = limits ?? new HttpLimits() });
        Handler = handler ?? Answer;
    }

    public HttpProtocol Protocol { get; }

    public Action<HttpExchange> Handler { get; }

    /// <summary>Bytes given to Sent at a time at most.</summary>
    public int SendSize { get; set; } = int.MaxValue;

    public string SentText => Encoding.Latin1.GetString(_sent.ToArray());

    public int Handled => _handled.Count;

    /// <summary>Feeds a piece and takes every step up to the next read.</summary>
    public Step Receive(ReadOnlySpan<byte> bytes)
    {
        var step = Run();
        while (!bytes.IsEmpty && step == Step.Read)
        {
            var input = Protocol.Input();
            var count = Math.Min(input.Length, bytes.Length);
            bytes[..count].CopyTo(input);
            bytes = bytes[count..];
            Protocol.Received(count);
            step = Run();
        }
        return step;
    }

    public Step Receive(string text) => Receive(Encoding.Latin1.GetBytes(text));

    /// <summary>The client half-closes.</summary>
    public Step End()
    {
        if (Run() == Step.Read) Protocol.Received(0);
        return Run();
    }

    public Step Run()
    {
        for (var steps = 0; steps < 10_000_000; steps++)
        {
            var step = Protocol.Next();
            Assert.Equal(step, Protocol.Next());
            switch (step)
            {
                case Step.Handle:
                    var exchange = Protocol.Exchange;
                    var request = exchange.Request;
                    _handled.Add($"{request.MethodText} {request.TargetText} {request.Version}"
                        + $" {request.Body.Length}:{Sketch(Encoding.Latin1.GetString(request.Body))} t{request.Trailers.Count}");
                    Handler(exchange);
                    if (request.IsHead) exchange.Response.AddHeader(Reply.ToHead, "yes");
                    Protocol.Encode();
                    break;
                case Step.Write:
                    var output = Protocol.Output;
                    Assert.False(output.IsEmpty);
                    var count = Math.Min(output.Length, SendSize);
                    _sent.Write(output[..count]);
                    Protocol.Sent(count);
                    break;
                default:
                    return step;
            }
        }
        throw new InvalidOperationException("The protocol does not come to rest.");
    }

    /// <summary>What was handled, what was answered, and how it ended, one a line.</summary>
    public string Transcript(bool withInterim = true)
    {
        var text = new StringBuilder();
        foreach (var handled in _handled) text.Append("handle ").Append(handled).Append('\n');
        foreach (var reply in Reply.ParseAll(_sent.ToArray()))
        {
            if (reply.Status >= 200 || withInterim)
                text.Append($"reply {reply.Status}{(reply.Closes ? " close" : "")} {Sketch(reply.Body)}".TrimEnd()).Append('\n');
        }
        text.Append("end ").Append(Protocol.EndReason.Name()).Append('\n');
        return text.ToString();
    }

    public void Dispose()
    {
        Protocol.Dispose();
        Assert.False(Protocol.HoldsBuffer);
        _sent.Dispose();
    }

    /// <summary>The handler of the tests: says the path and the body back.</summary>
    private static void Answer(HttpExchange exchange)
    {
        exchange.Response.ContentType = "text/plain";
        exchange.Response.Write(exchange.Request.PathText);
        exchange.Response.Write(exchange.Request.Body);
    }

    /// <summary>A body in one readable line: long ones by their length, unprintable bytes by their code.</summary>
    private static string Sketch(string text) =>
        text.Length > 80 ? $"({text.Length})" : string.Concat(text.Select(c => c is < ' ' or > '~' ? $"\\x{(int)c:x2}" : c.ToString()));
}
