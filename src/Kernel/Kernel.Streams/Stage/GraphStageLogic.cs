using System.Runtime.CompilerServices;
using Akka.Event;
using Akka.Streams.Implementation;
using static Akka.Streams.Implementation.Connection;

namespace Akka.Streams.Stage;

/// <summary>
/// The running part of a stage. Its handlers are called by one thread at a time, one after the other, so it may keep
/// mutable state. It ends when all inlets and outlets are closed.
/// </summary>
public abstract partial class GraphStageLogic
{
    private readonly IInHandler?[] _inHandlers;
    private readonly IOutHandler?[] _outHandlers;
    private readonly Connection[] _ins;
    private readonly Connection[] _outs;
    private GraphInterpreter? _interpreter;
    private int _openPorts;
    private bool _keepGoing;
    private bool _aborted;

    /// <summary>Makes the logic of a stage.</summary>
    /// <param name="shape">The stage's shape.</param>
    protected GraphStageLogic(Shape shape)
        : this(shape.Inlets.Length, shape.Outlets.Length)
    {
    }

    /// <summary>Makes the logic of a stage.</summary>
    /// <param name="inCount">How many inlets.</param>
    /// <param name="outCount">How many outlets.</param>
    protected GraphStageLogic(int inCount, int outCount)
    {
        _inHandlers = new IInHandler?[inCount];
        _outHandlers = new IOutHandler?[outCount];
        _ins = new Connection[inCount];
        _outs = new Connection[outCount];
        _openPorts = inCount + outCount;
    }

    /// <summary>Gets the materializer that runs the stage.</summary>
    protected internal IMaterializer Materializer => Island.Materializer;

    /// <summary>Gets a materializer that runs graphs inside this stage's island, without a message between them.</summary>
    protected internal IMaterializer SubFusingMaterializer => Island.FusingMaterializer;

    /// <summary>Gets the log.</summary>
    protected internal ILoggingAdapter Log => Logging.GetLogger(Island.Materializer.System, LogSource);

    /// <summary>Gets in whose name the log is written.</summary>
    protected virtual object LogSource => GetType();

    internal Island Island { get; set; } = null!;

    internal Attributes Attributes { get; set; } = Attributes.None;

    internal GraphInterpreter Interpreter => _interpreter ?? throw new InvalidOperationException("The stage does not run yet.");

    /// <summary>Gets why the stage has ended, if it has not simply completed.</summary>
    internal Exception? Failure { get; private set; }

    internal bool IsFinished => (_openPorts == 0 && !_keepGoing) || _aborted;

    /// <summary>Called before anything else.</summary>
    public virtual void PreStart()
    {
    }

    /// <summary>Called after everything else.</summary>
    public virtual void PostStop()
    {
    }

    /// <summary>Closes every inlet and completes every outlet.</summary>
    public void CompleteStage() => CloseAll(null);

    /// <summary>Closes every inlet and fails every outlet.</summary>
    /// <param name="reason">Why.</param>
    public void FailStage(Exception reason) => CloseAll(reason);

    /// <summary>Cancels every inlet for a reason and completes every outlet.</summary>
    /// <param name="cause">Why.</param>
    public void CancelStage(Exception cause)
    {
        if (cause is SubscriptionWithCancelException.NonFailureCancellation)
            CloseAll(null, cause);
        else
            CloseAll(cause);
    }

    /// <summary>Sets what happens at an inlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="inlet">The inlet.</param>
    /// <param name="handler">The handler.</param>
    protected internal void SetHandler<T>(Inlet<T> inlet, IInHandler handler)
    {
        if (handler is InHandler own)
            own.Stage = this;
        else if (handler is InAndOutHandler both)
            both.Stage = this;
        _inHandlers[inlet.Id] = handler;
        if (_ins[inlet.Id] is { } connection)
            ConnectIn(inlet.Id, connection);
    }

    /// <summary>Sets what happens at an inlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="inlet">The inlet.</param>
    /// <param name="onPush">For an element.</param>
    /// <param name="onUpstreamFinish">For completion; completes the stage when left out.</param>
    /// <param name="onUpstreamFailure">For failure; fails the stage when left out.</param>
    protected internal void SetHandler<T>(
        Inlet<T> inlet,
        Action onPush,
        Action? onUpstreamFinish = null,
        Action<Exception>? onUpstreamFailure = null) => SetHandler(inlet, new LambdaInHandler(onPush, onUpstreamFinish, onUpstreamFailure));

    /// <summary>Sets what happens at an outlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="outlet">The outlet.</param>
    /// <param name="handler">The handler.</param>
    protected internal void SetHandler<T>(Outlet<T> outlet, IOutHandler handler)
    {
        if (handler is OutHandler own)
            own.Stage = this;
        else if (handler is InAndOutHandler both)
            both.Stage = this;
        _outHandlers[outlet.Id] = handler;
        if (_outs[outlet.Id] is { } connection)
            ConnectOut(outlet.Id, connection);
    }

    /// <summary>Sets what happens at an outlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="outlet">The outlet.</param>
    /// <param name="onPull">For demand.</param>
    /// <param name="onDownstreamFinish">For cancellation; cancels the stage when left out.</param>
    protected internal void SetHandler<T>(Outlet<T> outlet, Action onPull, Action<Exception>? onDownstreamFinish = null) =>
        SetHandler(outlet, new LambdaOutHandler(onPull, onDownstreamFinish));

    /// <summary>Sets what happens at an inlet and an outlet.</summary>
    /// <typeparam name="TIn">The type of the elements that enter.</typeparam>
    /// <typeparam name="TOut">The type of the elements that leave.</typeparam>
    /// <param name="inlet">The inlet.</param>
    /// <param name="outlet">The outlet.</param>
    /// <param name="handler">The handler.</param>
    protected internal void SetHandlers<TIn, TOut>(Inlet<TIn> inlet, Outlet<TOut> outlet, InAndOutHandler handler)
    {
        SetHandler(inlet, handler);
        SetHandler(outlet, handler);
    }

    /// <inheritdoc cref="SetHandlers{TIn, TOut}(Inlet{TIn}, Outlet{TOut}, InAndOutHandler)"/>
    /// <param name="inlet">The inlet.</param>
    /// <param name="outlet">The outlet.</param>
    /// <param name="handler">The handler.</param>
    protected internal void SetHandlers<TIn, TOut>(Inlet<TIn> inlet, Outlet<TOut> outlet, InAndOutGraphStageLogic handler)
    {
        SetHandler(inlet, (IInHandler)handler);
        SetHandler(outlet, (IOutHandler)handler);
    }

    /// <summary>Gets what happens at an inlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="inlet">The inlet.</param>
    /// <returns>The handler.</returns>
    protected internal IInHandler GetHandler<T>(Inlet<T> inlet) => _inHandlers[inlet.Id]!;

    /// <summary>Gets what happens at an outlet.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="outlet">The outlet.</param>
    /// <returns>The handler.</returns>
    protected internal IOutHandler GetHandler<T>(Outlet<T> outlet) => _outHandlers[outlet.Id]!;

    /// <summary>Asks for an element.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <exception cref="InvalidOperationException">The inlet is closed, or has been pulled.</exception>
    protected internal void Pull<T>(Inlet<T> inlet)
    {
        var connection = Of(inlet);
        var state = connection.State;
        if ((state & (Idle | InClosed)) != Idle)
            throw new InvalidOperationException((state & InClosed) != 0 ? $"Cannot pull a closed port ({inlet})" : $"Cannot pull port ({inlet}) twice");
        connection.State = (state ^ (Idle | Pulling)) & ~Full;
        if ((state & OutClosed) == 0)
            _interpreter!.Enqueue(connection);
    }

    /// <summary>Asks for an element unless the inlet is closed.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    protected internal void TryPull<T>(Inlet<T> inlet)
    {
        if (!IsClosed(inlet))
            Pull(inlet);
    }

    /// <summary>Takes the element that has come.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <returns>The element.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    protected internal T Grab<T>(Inlet<T> inlet)
    {
        var connection = Of(inlet);
        if ((connection.State & (Idle | Full)) != (Idle | Full))
            throw new InvalidOperationException($"Cannot get element from already empty input port ({inlet})");
        connection.State ^= Full;
        var element = connection.Slot!;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            connection.Slot = default;
        return element;
    }

    /// <summary>Wants no more elements.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    protected internal void Cancel<T>(Inlet<T> inlet) => Cancel(inlet, SubscriptionWithCancelException.NoMoreElementsNeeded.Instance);

    /// <summary>Wants no more elements.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <param name="cause">Why.</param>
    protected internal void Cancel<T>(Inlet<T> inlet, Exception cause) => Interpreter.Cancel(Of(inlet), cause);

    /// <summary>Tells whether an element was asked for and has not come.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <returns>Whether it was.</returns>
    protected internal bool HasBeenPulled<T>(Inlet<T> inlet) => (Of(inlet).State & (Idle | InClosed)) == 0;

    /// <summary>Tells whether there is an element to grab.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <returns>Whether there is.</returns>
    protected internal bool IsAvailable<T>(Inlet<T> inlet) => (Of(inlet).State & (Idle | Full)) == (Idle | Full);

    /// <summary>Tells whether an inlet is closed.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">The inlet.</param>
    /// <returns>Whether it is.</returns>
    protected internal bool IsClosed<T>(Inlet<T> inlet) => (Of(inlet).State & InClosed) != 0;

    /// <summary>Gives the element that was asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    /// <param name="element">The element.</param>
    /// <exception cref="InvalidOperationException">The outlet is closed, or none was asked for.</exception>
    protected internal void Push<T>(Outlet<T> outlet, T element)
    {
        var connection = Of(outlet);
        var state = connection.State;
        if ((state & (Demanded | OutClosed)) != Demanded)
            throw new InvalidOperationException((state & OutClosed) != 0 ? $"Cannot push closed port ({outlet})" : $"Cannot push port ({outlet}) twice, or before it being pulled");
        if (element is null)
            throw new ArgumentNullException(nameof(element), "Element must not be null: there is no null in a stream");
        connection.State = (state ^ (Demanded | Pushing)) | Full;
        if ((state & InClosed) != 0)
            return;
        connection.Slot = element;
        _interpreter!.Enqueue(connection);
    }

    /// <summary>Gives no more elements.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    protected internal void Complete<T>(Outlet<T> outlet)
    {
        if (_emitting?[outlet.Id] is { } emitting)
            emitting.ThenComplete();
        else
            Interpreter.Complete(Of(outlet));
    }

    /// <summary>Gives no more elements because something failed.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    /// <param name="reason">What failed.</param>
    protected internal void Fail<T>(Outlet<T> outlet, Exception reason) => Interpreter.Fail(Of(outlet), reason);

    /// <summary>Tells whether an element is asked for.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    /// <returns>Whether it is.</returns>
    protected internal bool IsAvailable<T>(Outlet<T> outlet) => (Of(outlet).State & (Demanded | OutClosed | InClosed)) == Demanded;

    /// <summary>Tells whether an outlet is closed.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">The outlet.</param>
    /// <returns>Whether it is.</returns>
    protected internal bool IsClosed<T>(Outlet<T> outlet) => (Of(outlet).State & OutClosed) != 0;

    /// <summary>Decides whether the stage lives on when all inlets and outlets are closed; then <see cref="CompleteStage"/> ends it.</summary>
    /// <param name="enabled">Whether it does.</param>
    protected internal void SetKeepGoing(bool enabled)
    {
        _keepGoing = enabled;
        if (IsFinished)
            Interpreter.MarkFinished(this);
    }

    internal void CloseAll(Exception? failure, Exception? cancellation = null)
    {
        Failure ??= failure;
        cancellation ??= failure ?? SubscriptionWithCancelException.StageWasCompleted.Instance;
        foreach (var connection in _ins)
            Interpreter.Cancel(connection, cancellation);
        for (var i = 0; i < _outs.Length; i++)
        {
            if (failure is not null)
                Interpreter.Fail(_outs[i], failure);
            else if (_emitting?[i] is { } emitting)
                emitting.ThenComplete();
            else
                Interpreter.Complete(_outs[i]);
        }

        SetKeepGoing(false);
    }

    /// <summary>Gets a value indicating whether the stage does nothing about demand but pull its one inlet.</summary>
    private protected virtual bool ForwardsDemand => false;

    internal void Attach(GraphInterpreter interpreter)
    {
        _interpreter = interpreter;
        if (ForwardsDemand)
            _outs[0].DemandGoesTo = _ins[0];
    }

    internal void Abort() => _aborted = true;

    internal void PortClosed()
    {
        _openPorts--;
        if (IsFinished)
            Interpreter.MarkFinished(this);
    }

    internal void ConnectIn(int port, Connection connection)
    {
        _ins[port] = connection;
        connection.Consumer = this;
        connection.InHandler = _inHandlers[port]!;
        connection.InFlow = connection.InHandler as InAndOutGraphStageLogic;
    }

    internal void ConnectOut(int port, Connection connection)
    {
        _outs[port] = connection;
        connection.Producer = this;
        connection.OutHandler = _outHandlers[port]!;
        connection.DemandGoesTo = null;
    }

    internal void CheckHandlers()
    {
        if (Array.IndexOf(_inHandlers, null) is >= 0 and var inlet)
            throw new InvalidOperationException($"No handler defined in stage {this} for inlet {inlet}");
        if (Array.IndexOf(_outHandlers, null) is >= 0 and var outlet)
            throw new InvalidOperationException($"No handler defined in stage {this} for outlet {outlet}");
    }

    private Connection<T> Of<T>(Inlet<T> inlet) => Unsafe.As<Connection<T>>(_ins[inlet.Id]);

    private Connection<T> Of<T>(Outlet<T> outlet) => Unsafe.As<Connection<T>>(_outs[outlet.Id]);
}
