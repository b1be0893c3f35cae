using Akka.Event;
using Akka.Streams.Implementation;
using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Stage;

public abstract partial class GraphStageLogic
{
    /// <summary>Has something done in this stage by another one: at once on the same island, by a message otherwise.</summary>
    internal void Call(GraphStageLogic caller, Action action)
    {
        if (_interpreter is { } interpreter && ReferenceEquals(caller.Island, Island))
            interpreter.Call(this, action);
        else
            Island.Post(new WakeUpSignal(this, action));
    }

    /// <summary>
    /// An inlet that a stage opens while it runs. Its <see cref="Sink"/> may run once, best by the <see cref="SubFusingMaterializer"/>.
    /// </summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    protected internal sealed class SubSinkInlet<T>
    {
        private readonly GraphStageLogic _logic;
        private IInHandler? _handler;
        private InnerSink<T>? _inner;
        private T? _element;
        private bool _available;
        private bool _pulled;
        private Exception? _cancelled;

        /// <summary>Opens the inlet.</summary>
        /// <param name="logic">The stage.</param>
        /// <param name="name">A name, for messages about faults.</param>
        public SubSinkInlet(GraphStageLogic logic, string name)
        {
            _logic = logic;
            Name = name;
        }

        /// <summary>Gets the name.</summary>
        public string Name { get; }

        /// <summary>Gets the sink whose elements come here.</summary>
        public IGraph<SinkShape<T>, NotUsed> Sink => new InnerSinkStage<T>(this);

        /// <summary>Gets a value indicating whether there is an element to grab.</summary>
        public bool IsAvailable => _available;

        /// <summary>Gets a value indicating whether no more elements will come.</summary>
        public bool IsClosed { get; private set; }

        /// <summary>Gets a value indicating whether an element was asked for and has not come.</summary>
        public bool HasBeenPulled => _pulled && !IsClosed;

        /// <summary>Sets what happens here.</summary>
        /// <param name="handler">The handler.</param>
        public void SetHandler(IInHandler handler)
        {
            if (handler is InHandler own)
                own.Stage = _logic;
            _handler = handler;
        }

        /// <summary>Asks for an element.</summary>
        /// <exception cref="InvalidOperationException">The inlet is closed, or has been pulled.</exception>
        public void Pull()
        {
            if (_pulled || IsClosed)
                throw new InvalidOperationException($"Cannot pull {Name}: it is closed, or has been pulled already");
            _pulled = true;
            if (_inner is { } inner)
                inner.Call(_logic, inner.Request);
        }

        /// <summary>Takes the element that has come.</summary>
        /// <returns>The element.</returns>
        /// <exception cref="InvalidOperationException">There is none.</exception>
        public T Grab()
        {
            if (!_available)
                throw new InvalidOperationException($"Cannot get element from empty {Name}");
            _available = false;
            var element = _element!;
            _element = default;
            return element;
        }

        /// <summary>Wants no more elements.</summary>
        public void Cancel() => Cancel(SubscriptionWithCancelException.NoMoreElementsNeeded.Instance);

        /// <summary>Wants no more elements.</summary>
        /// <param name="cause">Why.</param>
        public void Cancel(Exception cause)
        {
            if (IsClosed)
                return;
            IsClosed = true;
            _cancelled = cause;
            if (_inner is { } inner)
                inner.Call(_logic, () => inner.CancelStage(cause));
        }

        internal void Attached(InnerSink<T> inner) => _logic.Call(inner, () =>
        {
            _inner = inner;
            if (_cancelled is { } cause)
                inner.Call(_logic, () => inner.CancelStage(cause));
            else if (_pulled)
                inner.Call(_logic, inner.Request);
        });

        internal void Pushed(InnerSink<T> inner, T element) => _logic.Call(inner, () =>
        {
            if (IsClosed)
                return;
            _pulled = false;
            _element = element;
            _available = true;
            _handler!.OnPush();
        });

        internal void Ended(InnerSink<T> inner, Exception? cause) => _logic.Call(inner, () =>
        {
            if (IsClosed)
                return;
            IsClosed = true;
            if (cause is null)
                _handler!.OnUpstreamFinish();
            else
                _handler!.OnUpstreamFailure(cause);
        });
    }

    /// <summary>An outlet that a stage opens while it runs. Its <see cref="Source"/> may run once, anywhere.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    protected internal sealed class SubSourceOutlet<T>
    {
        private readonly GraphStageLogic _logic;
        private readonly Lock _gate = new();
        private IOutHandler? _handler;
        private InnerSource<T>? _inner;
        private bool _ended;
        private bool _taken;
        private Exception? _cause;
        private Actor.ICancelable? _timeout;

        /// <summary>Opens the outlet.</summary>
        /// <param name="logic">The stage.</param>
        /// <param name="name">A name, for messages about faults.</param>
        public SubSourceOutlet(GraphStageLogic logic, string name)
        {
            _logic = logic;
            Name = name;
        }

        /// <summary>Gets the name.</summary>
        public string Name { get; }

        /// <summary>Gets the source that gives what is pushed here.</summary>
        public IGraph<SourceShape<T>, NotUsed> Source => new InnerSourceStage<T>(this);

        /// <summary>Gets a value indicating whether an element is asked for.</summary>
        public bool IsAvailable { get; private set; }

        /// <summary>Gets a value indicating whether no more elements can be given.</summary>
        public bool IsClosed { get; private set; }

        /// <summary>Sets what happens here.</summary>
        /// <param name="handler">The handler.</param>
        public void SetHandler(IOutHandler handler)
        {
            if (handler is OutHandler own)
                own.Stage = _logic;
            _handler = handler;
        }

        /// <summary>Gives the element that was asked for.</summary>
        /// <param name="element">The element.</param>
        /// <exception cref="InvalidOperationException">None was asked for.</exception>
        public void Push(T element)
        {
            if (!IsAvailable)
                throw new InvalidOperationException($"Cannot push {Name}: no element is asked for");
            IsAvailable = false;
            var inner = _inner!;
            inner.Call(_logic, () => inner.Give(element));
        }

        /// <summary>Gives no more elements.</summary>
        public void Complete() => End(null);

        /// <summary>Gives no more elements because something failed.</summary>
        /// <param name="cause">What failed.</param>
        public void Fail(Exception cause) => End(cause);

        /// <summary>
        /// Limits how long the source that was just given away may stay unused: who never runs it would hold the stage up for ever.
        /// </summary>
        internal void LimitWait()
        {
            var materializer = _logic.Island.Materializer;
            var (mode, limit) = materializer.Settings.SubscriptionTimeoutSettings;
            if (mode == StreamSubscriptionTimeoutTerminationMode.NoopTermination)
                return;
            var expired = new WakeUpSignal(_logic, () => Expire(mode, limit));
            _timeout = materializer.ScheduleOnce(limit, () => _logic.Island.Post(expired));
        }

        internal void Attached(InnerSource<T> inner)
        {
            // The stage may be over by now: then it has left word how it ended.
            lock (_gate)
            {
                if (_taken)
                    throw new InvalidOperationException($"Substream {Name} cannot be materialized more than once");
                _taken = true;
                if (!_ended)
                    _inner = inner;
            }

            _timeout?.Cancel();

            if (_ended)
                inner.End(_cause);
        }

        internal void Pulled(InnerSource<T> inner) => _logic.Call(inner, () =>
        {
            if (IsClosed)
                return;
            IsAvailable = true;
            _handler!.OnPull();
        });

        internal void Cancelled(InnerSource<T> inner, Exception cause) => _logic.Call(inner, () =>
        {
            if (IsClosed)
                return;
            IsClosed = true;
            IsAvailable = false;
            _handler!.OnDownstreamFinish(cause);
        });

        private void Expire(StreamSubscriptionTimeoutTerminationMode mode, TimeSpan limit)
        {
            var cause = new SubscriptionTimeoutException($"Substream {Name} has not been materialized in {limit}");
            lock (_gate)
            {
                if (_taken || _ended)
                    return;
                // Who comes now comes too late, and is told so.
                _ended = mode == StreamSubscriptionTimeoutTerminationMode.CancelTermination;
                _cause = cause;
            }

            _logic.Log.Warning(cause.Message);
            if (!_ended)
                return;
            IsClosed = true;
            _handler!.OnDownstreamFinish(cause);
        }

        private void End(Exception? cause)
        {
            if (IsClosed)
                return;
            IsClosed = true;
            IsAvailable = false;
            _timeout?.Cancel();
            InnerSource<T>? inner;
            lock (_gate)
            {
                _cause = cause;
                _ended = true;
                inner = _inner;
            }

            if (inner is not null)
                inner.Call(_logic, () => inner.End(cause));
        }
    }
}
