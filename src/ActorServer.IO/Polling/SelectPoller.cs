using System.Numerics;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.SelectCalls;

namespace ActorServer.IO.Polling;

/// <summary>
/// select(2): one bit a descriptor, handed to the kernel and back on every wait, and an end at descriptor 1023. Any Unix.
/// It tells a broken connection only as readable or writable, never as <see cref="Readiness.Hangup"/>.
/// </summary>
public sealed unsafe class SelectPoller : IPoller
{
    private const int Words = FD_SETSIZE / 64;

    // An fd_set each: who is watched at all, for reading, and for writing.
    private readonly ulong[] _watched = new ulong[Words];
    private readonly ulong[] _read = new ulong[Words];
    private readonly ulong[] _write = new ulong[Words];
    private int _words; // up to the highest descriptor that is watched
    private int _scanFrom;

    /// <inheritdoc/>
    public string Name => "select";

    /// <inheritdoc/>
    public PollerFeatures Features => PollerFeatures.None;

    /// <inheritdoc/>
    public int MaxDescriptor => FD_SETSIZE - 1;

    /// <inheritdoc/>
    /// <exception cref="SystemCallException">The descriptor is above <see cref="MaxDescriptor"/>, or is watched already.</exception>
    public void Add(int descriptor, Interest interest)
    {
        Check(interest);
        if ((uint)descriptor >= FD_SETSIZE)
        {
            throw new SystemCallException($"select: add({descriptor})", Errno.EINVAL,
                $"its sets end at descriptor {MaxDescriptor} (FD_SETSIZE): refuse the connection, or use another poller");
        }

        if (Has(_watched, descriptor)) throw new SystemCallException($"select: add({descriptor})", Errno.EEXIST);
        Set(_watched, descriptor, true);
        Watch(descriptor, interest);
        _words = Math.Max(_words, (descriptor >> 6) + 1);
    }

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest)
    {
        Check(interest);
        Find(descriptor);
        Watch(descriptor, interest);
    }

    /// <inheritdoc/>
    public void Remove(int descriptor)
    {
        Find(descriptor);
        Set(_watched, descriptor, false);
        Watch(descriptor, Interest.None);
        while (_words > 0 && _watched[_words - 1] == 0) _words--;
    }

    /// <inheritdoc/>
    public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
    {
        // The kernel answers in the sets that it was asked with.
        var read = stackalloc ulong[Words];
        var write = stackalloc ulong[Words];
        _read.CopyTo(new Span<ulong>(read, Words));
        _write.CopyTo(new Span<ulong>(write, Words));
        var timeout = new TimeValue { Seconds = milliseconds / 1000, Microseconds = milliseconds % 1000 * 1000 };
        if (select(_words * 64, read, write, null, milliseconds < 0 ? null : &timeout) >= 0) return Report(ready, read, write, Readiness.None);
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.EINTR) return 0;
        if (errno != Errno.EBADF) throw new SystemCallException($"select({_words * 64})", errno);

        // One descriptor that was closed while watched fails the whole call: report that one, so that the others are served again.
        new Span<ulong>(write, Words).Clear();
        for (var descriptor = 0; descriptor < FD_SETSIZE; descriptor++)
        {
            var closed = Has(_watched, descriptor) && fcntl(descriptor, F_GETFD, 0) < 0;
            Set(new Span<ulong>(read, Words), descriptor, closed);
        }

        return Report(ready, read, write, Readiness.Hangup | Readiness.Read | Readiness.Write);
    }

    /// <inheritdoc/>
    public void Dispose() => _words = 0;

    private static void Check(Interest interest)
    {
        if ((interest & ~(Interest.Read | Interest.Write)) != 0)
            throw new ArgumentException($"select cannot wait with {interest}: it is level-triggered only", nameof(interest));
    }

    private static bool Has(ReadOnlySpan<ulong> set, int descriptor) => (set[descriptor >> 6] & (1UL << descriptor)) != 0;

    private static void Set(Span<ulong> set, int descriptor, bool member)
    {
        if (member) set[descriptor >> 6] |= 1UL << descriptor;
        else set[descriptor >> 6] &= ~(1UL << descriptor);
    }

    private void Watch(int descriptor, Interest interest)
    {
        Set(_read, descriptor, (interest & Interest.Read) != 0);
        Set(_write, descriptor, (interest & Interest.Write) != 0);
    }

    private void Find(int descriptor)
    {
        if ((uint)descriptor >= FD_SETSIZE || !Has(_watched, descriptor))
            throw new SystemCallException($"select: descriptor {descriptor}", Errno.ENOENT);
    }

    // Starts where the last scan ended: a span that is too short for all must not starve the end of the sets.
    private int Report(Span<ReadyDescriptor> ready, ulong* read, ulong* write, Readiness also)
    {
        var (filled, limit) = (0, _words * 64);
        for (var looked = 0; looked < limit && filled < ready.Length;)
        {
            if (_scanFrom >= limit) _scanFrom = 0;
            var (word, bit) = (_scanFrom >> 6, _scanFrom & 63);
            // The trailing zeros are skipped in one step; 64 - bit of them when the rest of the word is empty.
            var skip = Math.Min(BitOperations.TrailingZeroCount((read[word] | write[word]) >> bit), 64 - bit);
            looked += skip;
            _scanFrom += skip;
            if (bit + skip == 64 || looked >= limit) continue;
            var mask = 1UL << (bit + skip);
            var readiness = ((read[word] & mask) != 0 ? Readiness.Read : 0) | ((write[word] & mask) != 0 ? Readiness.Write : 0) | also;
            ready[filled++] = new ReadyDescriptor(_scanFrom++, readiness);
            looked++;
        }

        return filled;
    }
}
