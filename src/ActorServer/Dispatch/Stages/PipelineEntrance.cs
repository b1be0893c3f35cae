using System.Collections.Concurrent;
using ActorServer.Connections;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorServer.Dispatch.Stages;

/// <summary>
/// Where connections enter the pipeline: the stream's source. It needs no bound of its own: a connection is in the pipeline once at most, and
/// there are <c>limits.max-connections</c> of them. Those that wait here are not read from.
/// </summary>
/// <remarks>For one stream, which is sent a message only when it waits for one.</remarks>
/// <param name="first">The load of the first stage.</param>
internal sealed class PipelineEntrance(StageLoad first) : GraphStage<SourceShape<StagedConnection>>
{
    private readonly Outlet<StagedConnection> _out = new("entrance.out");
    private readonly ConcurrentQueue<StagedConnection> _queue = new();
    private Action? _call;
    private int _waits; // the stream does, to be called
    private volatile Logic? _current; // of a stream that failed another may still be at its end

    /// <inheritdoc/>
    public override SourceShape<StagedConnection> Shape => new(_out);

    /// <summary>A connection has something to do. Any thread.</summary>
    public void Enter(StagedConnection connection)
    {
        first.Arrive();
        _queue.Enqueue(connection);
        // A look without a write first: while the stream is busy, those who bring connections do not take the word from each other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waits) != 0 && Interlocked.Exchange(ref _waits, 0) != 0) _call!();
    }

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly PipelineEntrance _entrance;

        public Logic(PipelineEntrance entrance) : base(entrance.Shape)
        {
            _entrance = entrance;
            entrance._current = this;
            entrance._call = GetAsyncCallback(Go);
            SetHandler(entrance._out, onPull: Go);
        }

        private void Go()
        {
            if (_entrance._current != this || !IsAvailable(_entrance._out)) return;
            if (!_entrance._queue.TryDequeue(out var connection))
            {
                Interlocked.Exchange(ref _entrance._waits, 1);
                // What came between the look and the announcement calls nobody.
                if (!_entrance._queue.TryDequeue(out connection)) return;
                Interlocked.Exchange(ref _entrance._waits, 0); // a call that is on its way finds nothing to do
            }

            if (_entrance._current != this)
            {
                // It came after the stream had failed, and is the successor's.
                _entrance._queue.Enqueue(connection);
                _entrance._call!();
                return;
            }

            Push(_entrance._out, connection);
        }
    }
}
