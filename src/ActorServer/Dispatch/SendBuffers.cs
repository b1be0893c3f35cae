namespace ActorServer.Dispatch;

/// <summary>
/// The memory that sends go out from: pinned, because the kernel reads it after the call that starts a send, and the loop's own, because
/// a connection may end, and the protocol give its buffers back, while the kernel still reads. One thread.
/// </summary>
internal sealed class SendBuffers
{
    // A reply that fits is the common one; a long one goes out in pieces as large as the protocol makes them.
    private const int Small = 4 * 1024, Large = 64 * 1024;

    // What a burst has used is kept for the next one, up to these.
    private readonly Size _small = new(Small, keep: 1024);
    private readonly Size _large = new(Large, keep: 64);

    /// <summary>A buffer with the first bytes of something: as many as it holds.</summary>
    /// <param name="bytes">What is to be sent.</param>
    /// <param name="count">How many bytes were taken.</param>
    public byte[] Copy(ReadOnlySpan<byte> bytes, out int count)
    {
        var buffer = (bytes.Length <= Small ? _small : _large).Take();
        count = Math.Min(bytes.Length, buffer.Length);
        bytes[..count].CopyTo(buffer);
        return buffer;
    }

    /// <summary>The send is over.</summary>
    public void Return(byte[] buffer) => (buffer.Length == Small ? _small : _large).Return(buffer);

    private sealed class Size(int bytes, int keep)
    {
        private readonly Stack<byte[]> _free = new();

        public byte[] Take() => _free.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

        public void Return(byte[] buffer)
        {
            if (_free.Count < keep) _free.Push(buffer);
        }
    }
}
