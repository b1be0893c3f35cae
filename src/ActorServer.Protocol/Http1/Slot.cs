using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>One request with its bytes, and the place for its reply.</summary>
internal sealed class Slot
{
    public Slot() => Exchange = new HttpExchange(new HttpRequest(Input, Body), new HttpResponse());

    /// <summary>The head, from its first byte; in the slot that is being decoded what lies behind it, too.</summary>
    public InputBuffer Input { get; } = new();

    public Blocks Body { get; } = new(keeps: true);

    public HttpExchange Exchange { get; }

    public bool HoldsBuffer => Input.IsRented || Body.IsRented || Exchange.Response.HoldsBuffer;

    /// <summary>Both sides of the exchange are empty again.</summary>
    public void Clear()
    {
        Exchange.Request.Clear();
        Exchange.Response.Clear();
        Exchange.Owner = Exchange.Match = null;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        Input.Dispose();
        Body.Dispose();
        Exchange.Response.Release();
    }

    /// <summary>What lies behind the request goes to another slot.</summary>
    public void MoveTail(int length, Slot to)
    {
        var tail = Input.Bytes[length..];
        if (tail.IsEmpty) return;
        tail.CopyTo(to.Input.Tail(tail.Length).Span);
        to.Input.Append(tail.Length);
        Input.Truncate(length);
    }
}
