using System.Collections.Concurrent;
using ActorServer.Protocol.Line;

namespace ActorServer.Connections;

/// <summary>
/// Lines for a client that nobody on its connection has asked for, from any thread. They wait here until the connection's owner comes by,
/// whoever that is at the moment: it is called once for all that were added since it looked.
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="protocol">Its protocol.</param>
internal sealed class Outbox(Conversation conversation, LineProtocol protocol)
{
    // A client that does not read has this much here, as much in the protocol's output, and what the kernel takes.
    private const int MostBytes = 64 * 1024;

    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _lines = new();
    private int _bytes;
    private int _called;

    /// <summary>Whether the owner was called and has not looked yet.</summary>
    public bool IsWaiting => Volatile.Read(ref _called) != 0;

    /// <summary>Adds a line. Any thread.</summary>
    /// <returns>False when the connection is over, or the client leaves too much unread.</returns>
    public bool Add(ReadOnlyMemory<byte> line)
    {
        if (conversation.IsOver) return false;
        if (Interlocked.Add(ref _bytes, line.Length + 1) > MostBytes)
        {
            Interlocked.Add(ref _bytes, -line.Length - 1);
            return false;
        }

        _lines.Enqueue(line);
        if (Interlocked.Exchange(ref _called, 1) == 0) conversation.CallForLines();
        return true;
    }

    /// <summary>The owner looks: lines go to the protocol, as far as it has room. What is left is taken when the client has read.</summary>
    /// <returns>How many bytes went.</returns>
    public int Empty()
    {
        var taken = 0;
        // First: whoever adds after this calls again.
        if (IsWaiting) Interlocked.Exchange(ref _called, 0);
        while (protocol.HasRoom && _lines.TryDequeue(out var line))
        {
            protocol.Send(line.Span);
            taken += line.Length + 1;
        }

        if (taken > 0) Interlocked.Add(ref _bytes, -taken);
        return taken;
    }
}
