using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// What it takes to read a request and to answer it. A connection has one from a request's first byte until the reply is sent, and none
/// while it waits for the next: ten thousand idle ones cost little, a new one has little to make, and those that a loop serves one after
/// the other use the same memory, which the processor still has at hand.
/// </summary>
internal sealed class Workspace(HttpOptions options)
{
    public HttpOptions Options => options;

    public Blocks Output { get; } = new(keeps: true);

    public HeadReader Head { get; } = new(options.Limits);

    public BodyReader Body { get; } = new(options.Limits);

    public ReplyWriter Reply { get; } = new(options);

    public BodyPump Pump { get; } = new(options.Limits);

    /// <summary>The request that is being decoded, or handled where it is.</summary>
    public Slot Current { get; set; } = new();

    /// <summary>Requests that are handled elsewhere; the oldest first.</summary>
    public Queue<Slot> TakenOut { get; } = new();

    /// <summary>Slots for further ones.</summary>
    public Stack<Slot> Free { get; } = new();

    /// <summary>Whether nothing is read, nothing waits to be sent, and nobody handles anything.</summary>
    public bool IsEmpty => Output.IsEmpty && Current.Input.Length == 0 && TakenOut.Count == 0 && !Head.HasBegun;

    public bool HoldsBuffer => Output.IsRented || Current.HoldsBuffer || TakenOut.Concat(Free).Any(slot => slot.HoldsBuffer);

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        Output.Dispose();
        Current.Release();
    }
}
