using ActorServer.IO.Processes;

namespace ActorServer.Observability;

/// <summary>Where in a block of numbers something is counted.</summary>
internal enum Cell
{
    Accepted,
    AcceptPauses,
    LoopBlocks,
    Opened,
    Closed,
    Started,
    Finished,
    Received,
    Sent,
    Crashes,
    Draining,
    ProcessesStarted,
    ProcessesEnded,

    /// <summary>The first of the reasons for which a process is replaced.</summary>
    Replaced,

    /// <summary>The first of the end reasons.</summary>
    Ended = 32,

    /// <summary>The first of the series of requests.</summary>
    Series = 64,
}

/// <summary>Numbers that are counted in together: in this process's memory, or in memory that it shares with others.</summary>
internal sealed class CounterBlock
{
    private readonly long[]? _own;
    private readonly SharedBlocks? _shared;
    private readonly int _index;

    public CounterBlock() => _own = new long[SharedBlocks.BlockLength];

    public CounterBlock(SharedBlocks shared, int index) => (_shared, _index) = (shared, index);

    public Span<long> Cells => _own ?? _shared![_index];

    public long this[Cell cell] => Volatile.Read(ref Cells[(int)cell]);

    public void Add(Cell cell, long count) => Interlocked.Add(ref Cells[(int)cell], count);

    public void Increment(Cell cell) => Interlocked.Increment(ref Cells[(int)cell]);
}
