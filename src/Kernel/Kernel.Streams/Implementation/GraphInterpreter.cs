using Akka.Streams.Stage;
using static Akka.Streams.Implementation.Connection;

namespace Akka.Streams.Implementation;

/// <summary>
/// Runs the stages of one island on one thread at a time. An event is a connection whose state says what is to be told to
/// which side; events wait in a ring. The latest event need not wait: as long as one stage calls the next, an element runs
/// through the whole chain without touching the ring.
/// </summary>
internal sealed class GraphInterpreter(Island island)
{
    private readonly Stack<GraphStageLogic> _finished = new();
    private readonly HashSet<GraphStageLogic> _live = [];
    private Connection[] _ring = new Connection[16];
    private int _first;
    private int _count;
    private Connection? _next;

    /// <summary>Gets the island.</summary>
    public Island Island { get; } = island;

    /// <summary>Gets a value indicating whether every stage is over.</summary>
    public bool IsCompleted => _live.Count == 0;

    /// <summary>Gets a value indicating whether there are events left.</summary>
    public bool HasWork => _next is not null || _count > 0;

    /// <summary>Starts stages that are wired already.</summary>
    public void Start(IReadOnlyList<GraphStageLogic> logics)
    {
        foreach (var logic in logics)
        {
            _live.Add(logic);
            logic.Attach(this);
        }

        foreach (var logic in logics)
        {
            try
            {
                logic.CheckHandlers();
                logic.PreStart();
            }
            catch (Exception e)
            {
                Fail(logic, e);
            }

            FinishStages();
        }
    }

    /// <summary>Has a stage take something from outside; nothing when the stage is over.</summary>
    public void Deliver(Signal signal)
    {
        if (_live.Contains(signal.Target))
        {
            try
            {
                signal.Deliver();
            }
            catch (Exception e)
            {
                Fail(signal.Target, e);
            }
        }

        FinishStages();
    }

    /// <summary>Has a stage do something; nothing when the stage is over.</summary>
    public void Call(GraphStageLogic target, Action action)
    {
        if (!_live.Contains(target))
            return;
        try
        {
            action();
        }
        catch (Exception e)
        {
            Fail(target, e);
        }
    }

    /// <summary>Runs events until there is none or a limit is reached.</summary>
    public void Run(int limit)
    {
        while (limit > 0 && HasWork)
        {
            GraphStageLogic? active = null;
            try
            {
                do
                {
                    Connection connection;
                    if (_next is { } next)
                    {
                        _next = null;
                        connection = next;
                    }
                    else if (_count > 0)
                    {
                        connection = Dequeue();
                    }
                    else
                    {
                        return;
                    }

                    limit--;
                    var state = connection.State;
                    if ((state & (Pushing | InClosed | OutClosed)) == Pushing)
                    {
                        connection.State = state ^ (Pushing | Idle);
                        active = connection.Consumer;
                        if (connection.InFlow is { } flow)
                            flow.OnPush();
                        else
                            connection.InHandler.OnPush();
                    }
                    else if ((state & (Pulling | InClosed | OutClosed)) == Pulling)
                    {
                        connection = PassDemandOn(connection, state);
                        active = connection.Producer;
                        connection.OutHandler.OnPull();
                    }
                    else
                    {
                        ProcessClosing(connection, state, out active);
                    }

                    if (_finished.Count > 0)
                        FinishStages();
                }
                while (limit > 0);
            }
            catch (Exception e)
            {
                Fail(active!, e);
                FinishStages();
            }
        }
    }

    /// <summary>Ends every stage that is not over, without a word to its neighbours.</summary>
    public void Abort()
    {
        _next = null;
        _count = 0;
        foreach (var logic in _live.ToArray())
        {
            logic.Abort();
            _finished.Push(logic);
        }

        FinishStages();
    }

    /// <summary>Something is to be told to one side of a connection.</summary>
    public void Enqueue(Connection connection)
    {
        if (_next is null)
            _next = connection;
        else
            EnqueueLast(connection);
    }

    public void MarkFinished(GraphStageLogic logic) => _finished.Push(logic);

    public void Complete(Connection connection)
    {
        var state = connection.State;
        if ((state & OutClosed) != 0)
            return;
        connection.State = state | OutClosed;
        if ((state & (InClosed | Pulling | Pushing)) == 0)
            Enqueue(connection);
        connection.Producer.PortClosed();
    }

    public void Fail(Connection connection, Exception cause)
    {
        if ((connection.State & (OutClosed | InClosed)) == 0)
        {
            connection.State |= Failed;
            connection.Cause = cause;
        }

        Complete(connection);
    }

    public void Cancel(Connection connection, Exception cause)
    {
        var state = connection.State;
        if ((state & InClosed) != 0)
            return;
        connection.State = state | InClosed;
        if ((state & OutClosed) == 0)
            connection.Cause = cause;
        if ((state & (OutClosed | Pulling | Pushing)) == 0)
            Enqueue(connection);
        connection.Consumer.PortClosed();
    }

    /// <summary>Demand has come; what only hands demand on need not be called for it. Gives the connection whose producer must be.</summary>
    private static Connection PassDemandOn(Connection connection, int state)
    {
        connection.State = state ^ (Pulling | Demanded);
        while (connection.DemandGoesTo is { } upstream)
        {
            state = upstream.State;
            if ((state & (Idle | InClosed | OutClosed)) != Idle)
                break;
            upstream.State = (state ^ (Idle | Demanded)) & ~Full;
            connection = upstream;
        }

        return connection;
    }

    private void ProcessClosing(Connection connection, int state, out GraphStageLogic active)
    {
        active = connection.Consumer;
        switch (state & (InClosed | OutClosed))
        {
            case InClosed:
                connection.State = state | OutClosed;
                active = connection.Producer;
                connection.Producer.PortClosed();
                connection.OutHandler.OnDownstreamFinish(connection.Cause!);
                break;
            case OutClosed when (state & Pushing) != 0:
                connection.State = state ^ (Pushing | Idle);
                EnqueueLast(connection);
                connection.InHandler.OnPush();
                break;
            case OutClosed:
                connection.State = state | InClosed;
                connection.Consumer.PortClosed();
                if ((state & Failed) != 0)
                    connection.InHandler.OnUpstreamFailure(connection.Cause!);
                else
                    connection.InHandler.OnUpstreamFinish();
                break;
        }
    }

    private void Fail(GraphStageLogic logic, Exception cause)
    {
        Island.ReportFailure(logic, cause);
        logic.CloseAll(cause);
    }

    private void FinishStages()
    {
        while (_finished.TryPop(out var logic))
        {
            if (!logic.IsFinished || !_live.Remove(logic))
                continue;
            try
            {
                logic.StopOutside();
                logic.PostStop();
            }
            catch (Exception e)
            {
                Island.ReportFailure(logic, e);
            }
        }
    }

    private void EnqueueLast(Connection connection)
    {
        if (_count == _ring.Length)
            Grow();
        _ring[(_first + _count++) & (_ring.Length - 1)] = connection;
    }

    private Connection Dequeue()
    {
        var connection = _ring[_first];
        _first = (_first + 1) & (_ring.Length - 1);
        _count--;
        return connection;
    }

    private void Grow()
    {
        var larger = new Connection[_ring.Length * 2];
        for (var i = 0; i < _count; i++)
            larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        _ring = larger;
        _first = 0;
    }
}
