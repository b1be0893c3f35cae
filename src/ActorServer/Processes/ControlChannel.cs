using System.Text;
using ActorServer.IO.Processes;

namespace ActorServer.Processes;

/// <summary>What a server and one of its processes tell each other: the first byte of a message.</summary>
internal enum Control : byte
{
    /// <summary>Nothing was received.</summary>
    None,

    /// <summary>To the process, first of all: its settings.</summary>
    Settings,

    /// <summary>To the process: a connection to serve, with its descriptor.</summary>
    Connection,

    /// <summary>To the process: are you alive?</summary>
    Ping,

    /// <summary>To the process: answer what is in flight, then end.</summary>
    Drain,

    /// <summary>To the process: cut what is still in flight.</summary>
    Cut,

    /// <summary>From the process: it serves. With the descriptor of its listening socket, if it has bound one.</summary>
    Ready,

    /// <summary>From the process: the answer to a ping.</summary>
    Pong,

    /// <summary>From the process: what it is about to end of, as text.</summary>
    Failed,

    /// <summary>From the process: a line for the log; the byte before the text is its level.</summary>
    Log,

    /// <summary>The other process is gone.</summary>
    End,
}

/// <summary>
/// The channel between a server and one of its processes. Its end is how a process learns that the server is gone, and so that it has to
/// end, too.
/// </summary>
/// <param name="channel">One end; owned from here on.</param>
/// <param name="longest">The longest message to receive, in bytes.</param>
internal sealed class ControlChannel(DescriptorChannel channel, int longest = ControlChannel.LongestText + 2) : IDisposable
{
    /// <summary>The longest settings, in bytes; the kernel's own limit is a bit higher.</summary>
    public const int LongestSettings = 160 * 1024;

    /// <summary>The longest text besides the settings, in bytes; the rest of a longer one is cut off.</summary>
    public const int LongestText = 4 * 1024;

    private readonly byte[] _received = new byte[longest];
    private int _length;

    public int Descriptor => channel.Descriptor;

    /// <summary>What came with the last message behind its first byte; valid until the next one.</summary>
    public ReadOnlySpan<byte> Payload => _received.AsSpan(1, Math.Max(0, _length - 1));

    /// <summary>Sends a message, without waiting. Any thread.</summary>
    /// <returns>Whether it was sent; not when the other process has not read for long, or is gone.</returns>
    public bool TrySend(Control kind, ReadOnlySpan<byte> payload = default, int descriptor = -1)
    {
        Span<byte> message = payload.Length < 256 ? stackalloc byte[1 + payload.Length] : new byte[1 + payload.Length];
        message[0] = (byte)kind;
        payload.CopyTo(message[1..]);
        try
        {
            return channel.TrySend(message, descriptor);
        }
        catch (IO.Native.SystemCallException)
        {
            return false; // gone: whoever watches the channel, or the process, finds out
        }
    }

    /// <summary>Sends a text, what is too long of it cut off. Any thread.</summary>
    public bool TrySend(Control kind, string text, byte? level = null)
    {
        Span<byte> bytes = stackalloc byte[1 + LongestText];
        var start = level is null ? 0 : 1;
        bytes[0] = level.GetValueOrDefault();
        Encoding.UTF8.TryGetBytes(text.Length <= LongestText / 3 ? text : text[..(LongestText / 3)], bytes[start..], out var length);
        return TrySend(kind, bytes[..(start + length)]);
    }

    /// <summary>Receives a message. One thread at a time.</summary>
    /// <param name="descriptor">What came with it, owned by the caller; -1 if nothing did.</param>
    /// <param name="wait">Whether to wait for one.</param>
    /// <returns><see cref="Control.None"/> when none is there, and <see cref="Control.End"/> when no more will come.</returns>
    public Control Receive(out int descriptor, bool wait)
    {
        _length = channel.Receive(_received, out descriptor, wait);
        return _length > 0 ? (Control)_received[0] : _length == 0 ? Control.End : Control.None;
    }

    /// <summary>Waits for a message. Any thread.</summary>
    /// <param name="time">For how long.</param>
    /// <returns>Whether there is one, or none will come any more.</returns>
    public bool Await(TimeSpan time) => channel.Await(time);

    /// <summary>Ends the channel: whoever receives finds its end.</summary>
    public void Shutdown() => channel.Shutdown();

    /// <inheritdoc/>
    public void Dispose() => channel.Dispose();
}
