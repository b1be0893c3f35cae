using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>
/// The buffer between two islands: a ring with one writer and one reader. A side that finds nothing to do parks, and is sent
/// one message when there is something again. As long as both are busy, elements cross without a message.
/// </summary>
internal sealed class Boundary<T>
{
    private readonly T?[] _ring;
    private readonly int _mask;
    private Padded _written;
    private Padded _read;
    private Padded _writerParked;
    private Padded _readerParked;

    public Boundary(int capacity)
    {
        _ring = new T?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 2))];
        _mask = _ring.Length - 1;
    }

    public IBoundaryWriter Writer { get; set; } = null!;

    public IBoundaryReader Reader { get; set; } = null!;

    public int Capacity => _ring.Length;

    /// <summary>How many elements the reader has taken, as it has last said.</summary>
    public long Read => Volatile.Read(ref _read.Value);

    /// <summary>How many elements the writer has put in.</summary>
    public long Written => Volatile.Read(ref _written.Value);

    public void Put(long index, T element)
    {
        _ring[index & _mask] = element;
        Interlocked.Exchange(ref _written.Value, index + 1);
        if (_readerParked.Value != 0 && Interlocked.Exchange(ref _readerParked.Value, 0) != 0)
            Reader.WakeUp();
    }

    public T Take(long index)
    {
        ref var slot = ref _ring[index & _mask];
        var element = slot!;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            slot = default;
        return element;
    }

    /// <summary>Lets the writer have the slots before an index again.</summary>
    public void Release(long index)
    {
        Interlocked.Exchange(ref _read.Value, index);
        if (_writerParked.Value != 0 && Interlocked.Exchange(ref _writerParked.Value, 0) != 0)
            Writer.WakeUp();
    }

    /// <summary>The writer rests until a slot is free; false when one is already.</summary>
    public bool ParkWriter(long index)
    {
        Interlocked.Exchange(ref _writerParked.Value, 1);
        return index - Read >= Capacity || Interlocked.Exchange(ref _writerParked.Value, 0) == 0;
    }

    /// <summary>The reader rests until an element comes; false when there is one already.</summary>
    public bool ParkReader(long index)
    {
        Interlocked.Exchange(ref _readerParked.Value, 1);
        return Written == index || Interlocked.Exchange(ref _readerParked.Value, 0) == 0;
    }
}

/// <summary>A number on a cache line of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct Padded
{
    [FieldOffset(64)]
    public long Value;
}

/// <summary>Who writes, as the reader sees it.</summary>
internal interface IBoundaryWriter
{
    /// <summary>There is room again.</summary>
    void WakeUp();

    /// <summary>The reader wants no more.</summary>
    void Stop(Exception cause);
}

/// <summary>Who reads, as the writer sees it.</summary>
internal interface IBoundaryReader
{
    /// <summary>There is an element again.</summary>
    void WakeUp();

    /// <summary>The writer has no more.</summary>
    void Finish(Exception? failure);
}

/// <summary>The last stage before a boundary.</summary>
internal abstract class BoundaryWriter() : GraphStageLogic(1, 0);

/// <summary>The first stage behind a boundary.</summary>
internal abstract class BoundaryReader() : GraphStageLogic(0, 1);

/// <inheritdoc/>
internal sealed class BoundaryWriter<T> : BoundaryWriter, IInHandler, IBoundaryWriter
{
    private readonly Inlet<T> _in = new("boundary.in") { Id = 0 };
    private readonly Boundary<T> _boundary;
    private readonly WakeUpSignal _wakeUp;
    private long _written;
    private long _readKnown;
    private bool _ended;

    public BoundaryWriter(Boundary<T> boundary)
    {
        _boundary = boundary;
        _wakeUp = new WakeUpSignal(this, PullIfRoom);
        boundary.Writer = this;
        SetHandler(_in, this);
    }

    /// <summary>Gets what to do first, where the other side does not know of this one yet.</summary>
    public Action? Register { get; init; }

    public override void PreStart()
    {
        Register?.Invoke();
        Pull(_in);
    }

    public void OnPush()
    {
        _boundary.Put(_written++, Grab(_in));
        PullIfRoom();
    }

    public void OnUpstreamFinish() => End(null);

    public void OnUpstreamFailure(Exception e) => End(e);

    public override void PostStop()
    {
        if (!_ended)
            End(new AbruptStageTerminationException(this));
    }

    public void WakeUp() => Island.Post(_wakeUp);

    public void Stop(Exception cause) => Island.Post(new WakeUpSignal(this, () =>
    {
        _ended = true;
        Cancel(_in, cause);
    }));

    private void PullIfRoom()
    {
        if (HasBeenPulled(_in) || IsClosed(_in))
            return;
        if (_written - _readKnown >= _boundary.Capacity)
        {
            _readKnown = _boundary.Read;
            if (_written - _readKnown >= _boundary.Capacity && _boundary.ParkWriter(_written))
                return;
        }

        Pull(_in);
    }

    private void End(Exception? failure)
    {
        _ended = true;
        _boundary.Reader.Finish(failure);
    }
}

/// <inheritdoc/>
internal sealed class BoundaryReader<T> : BoundaryReader, IOutHandler, IBoundaryReader
{
    private readonly Outlet<T> _out = new("boundary.out") { Id = 0 };
    private readonly Boundary<T> _boundary;
    private readonly WakeUpSignal _wakeUp;
    private long _read;
    private long _released;
    private long _writtenKnown;
    private bool _ended;
    private bool _upstreamFinished;

    public BoundaryReader(Boundary<T> boundary)
    {
        _boundary = boundary;
        _wakeUp = new WakeUpSignal(this, PushIfAny);
        boundary.Reader = this;
        SetHandler(_out, this);
    }

    /// <summary>Gets what to do first, where the other side does not know of this one yet.</summary>
    public Action? Register { get; init; }

    public override void PreStart() => Register?.Invoke();

    public void OnPull() => PushIfAny();

    public void OnDownstreamFinish(Exception cause)
    {
        _ended = true;
        _boundary.Writer.Stop(cause);
    }

    public override void PostStop()
    {
        if (!_ended)
            _boundary.Writer.Stop(new AbruptStageTerminationException(this));
    }

    public void WakeUp() => Island.Post(_wakeUp);

    public void Finish(Exception? failure) => Island.Post(new WakeUpSignal(this, () =>
    {
        if (failure is not null)
        {
            _ended = true;
            Fail(_out, failure);
            return;
        }

        _upstreamFinished = true;
        CompleteIfDrained();
    }));

    private void PushIfAny()
    {
        if (!IsAvailable(_out))
            return;
        if (_read == _writtenKnown)
        {
            _writtenKnown = _boundary.Written;
            if (_read == _writtenKnown)
            {
                // The writer must know of every free slot before this side rests, or both would.
                Release();
                if (_boundary.ParkReader(_read))
                    return;
                _writtenKnown = _boundary.Written;
            }
        }

        if (_read == _writtenKnown)
            return;
        Push(_out, _boundary.Take(_read++));
        if (_read - _released >= _boundary.Capacity / 2)
            Release();
        CompleteIfDrained();
    }

    private void CompleteIfDrained()
    {
        if (!_upstreamFinished || _read != _boundary.Written)
            return;
        _ended = true;
        Complete(_out);
    }

    private void Release()
    {
        if (_released == _read)
            return;
        _released = _read;
        _boundary.Release(_read);
    }
}

/// <summary>Has a stage look again.</summary>
internal sealed class WakeUpSignal(GraphStageLogic target, Action look) : Signal(target)
{
    public override void Deliver() => look();
}
