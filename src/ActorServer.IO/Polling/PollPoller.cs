using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.PollCalls;

namespace ActorServer.IO.Polling;

/// <summary>poll(2): the whole set is handed to the kernel on every wait, so that a wait costs by what is watched. Any Unix.</summary>
public sealed unsafe class PollPoller : IPoller
{
    private const int Absent = -1;

    private PollFd[] _set = new PollFd[64];
    private int[] _position = []; // by descriptor: its place in _set
    private int _count;
    private int _scanFrom;

    /// <inheritdoc/>
    public string Name => "poll";

    /// <inheritdoc/>
    public PollerFeatures Features => PollerFeatures.None;

    /// <inheritdoc/>
    public int MaxDescriptor => int.MaxValue;

    /// <inheritdoc/>
    public void Add(int descriptor, Interest interest)
    {
        if (descriptor < _position.Length && _position[descriptor] != Absent)
            throw new SystemCallException($"poll: add({descriptor})", Errno.EEXIST);
        if (descriptor >= _position.Length)
        {
            var length = _position.Length;
            Array.Resize(ref _position, Math.Max(descriptor + 1, Math.Max(64, length * 2)));
            _position.AsSpan(length).Fill(Absent);
        }

        if (_count == _set.Length) Array.Resize(ref _set, _count * 2);
        _position[descriptor] = _count;
        _set[_count++] = new PollFd { Fd = descriptor, Events = Translate(interest) };
    }

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest) => _set[Find(descriptor)].Events = Translate(interest);

    /// <inheritdoc/>
    public void Remove(int descriptor)
    {
        var hole = Find(descriptor);
        _position[descriptor] = Absent;
        if (hole == --_count) return;
        _set[hole] = _set[_count];
        _position[_set[hole].Fd] = hole;
    }

    /// <inheritdoc/>
    public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
    {
        int pending;
        fixed (PollFd* set = _set) pending = poll(set, (nuint)_count, milliseconds);
        if (pending < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return errno == Errno.EINTR ? 0 : throw new SystemCallException($"poll({_count} descriptors)", errno);
        }

        // Start where the last scan ended: a span that is too short for all must not starve the end of the set.
        var filled = 0;
        for (var looked = 0; looked < _count && filled < pending && filled < ready.Length; looked++)
        {
            if (_scanFrom >= _count) _scanFrom = 0;
            ref readonly var entry = ref _set[_scanFrom++];
            if (entry.Revents != 0) ready[filled++] = new ReadyDescriptor(entry.Fd, Translate(entry.Revents));
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose() => _count = 0;

    private static short Translate(Interest interest) => (interest & ~(Interest.Read | Interest.Write)) != 0
        ? throw new ArgumentException($"poll cannot wait with {interest}: it is level-triggered only", nameof(interest))
        : (short)(((interest & Interest.Read) != 0 ? POLLIN : 0) | ((interest & Interest.Write) != 0 ? POLLOUT : 0));

    private static Readiness Translate(short events)
    {
        var readiness = (events & POLLIN) != 0 ? Readiness.Read : Readiness.None;
        if ((events & POLLOUT) != 0) readiness |= Readiness.Write;
        if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) readiness |= Readiness.Hangup | Readiness.Read | Readiness.Write;
        return readiness;
    }

    private int Find(int descriptor)
    {
        var position = descriptor < _position.Length ? _position[descriptor] : Absent;
        return position != Absent ? position : throw new SystemCallException($"poll: descriptor {descriptor}", Errno.ENOENT);
    }
}
