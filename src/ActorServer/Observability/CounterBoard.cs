using ActorServer.IO.Processes;
using ActorServer.Protocol;

namespace ActorServer.Observability;

/// <summary>
/// The blocks that a server counts in. Where it consists of several processes they share one board, on which each has places of its own:
/// whoever reads finds the sums of all, and what a process counted stays when it is gone.
/// </summary>
public sealed class CounterBoard
{
    /// <summary>How many blocks the first process of a shared board has.</summary>
    public const int ParentBlocks = 16;

    private readonly Lock _gate = new();
    private readonly SharedBlocks? _shared;
    private readonly int _end;
    private volatile CounterBlock[] _own = [];
    private int _next;

    /// <summary>A board of this process alone.</summary>
    public CounterBoard() { }

    /// <summary>A part of a shared board.</summary>
    /// <param name="shared">The board.</param>
    /// <param name="first">This process's first block.</param>
    /// <param name="count">How many it has; when they are used up the last one is shared.</param>
    public CounterBoard(SharedBlocks shared, int first, int count) => (_shared, _next, _end) = (shared, first, first + count);

    /// <summary>All blocks that were ever counted in, of all processes.</summary>
    internal IEnumerable<CounterBlock> Blocks => _shared is null ? _own : Used(0, _shared.Count);

    /// <summary>A block for this process to count in.</summary>
    internal CounterBlock NewBlock()
    {
        lock (_gate)
        {
            if (_shared is null)
            {
                var block = new CounterBlock();
                _own = [.. _own, block];
                return block;
            }

            var index = _next;
            if (_next < _end - 1) _next++;
            Volatile.Write(ref _shared.Used[index], 1);
            var shared = new CounterBlock(_shared, index);
            shared.Add(Cell.Opened, 0); // it takes memory now, and not with the first client
            return shared;
        }
    }

    /// <summary>What a process has counted in its blocks, and whichever processes had them before.</summary>
    /// <param name="first">Its first block.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="cell">What is counted.</param>
    internal long Sum(int first, int count, Cell cell) => Used(first, count).Sum(block => block[cell]);

    /// <summary>
    /// A process has ended: what it had begun and not ended is over. The blocks may be another's from now on, which goes on counting.
    /// </summary>
    /// <param name="first">Its first block.</param>
    /// <param name="count">How many it has.</param>
    /// <returns>How many of its connections it took along.</returns>
    internal long Settle(int first, int count)
    {
        var lost = 0L;
        foreach (var block in Used(first, count))
        {
            var open = block[Cell.Opened] - block[Cell.Closed];
            block.Add(Cell.Closed, open);
            block.Add(Cell.Ended + (int)EndReason.HandlerCrashed, open);
            block.Add(Cell.Finished, block[Cell.Started] - block[Cell.Finished]);
            lost += open;
        }

        return lost;
    }

    private IEnumerable<CounterBlock> Used(int first, int count)
    {
        for (var index = first; index < first + count; index++)
        {
            if (Volatile.Read(ref _shared!.Used[index]) != 0) yield return new CounterBlock(_shared!, index);
        }
    }
}
