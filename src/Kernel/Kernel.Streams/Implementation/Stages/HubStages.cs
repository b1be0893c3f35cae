using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>
/// Where others enter a hub, from their threads, until it is over. Who has entered is either taken in by the hub or told of its end.
/// </summary>
internal sealed class HubDoor<TGuest>
{
    private readonly Lock _gate = new();
    private readonly HashSet<TGuest> _waiting = [];
    private bool _closed;
    private Exception? _cause;

    /// <summary>Lets somebody in; false when the hub is over, for a reason or none.</summary>
    public bool TryEnter(TGuest guest, out Exception? cause)
    {
        lock (_gate)
        {
            cause = _cause;
            return !_closed && _waiting.Add(guest);
        }
    }

    public void TakeIn(TGuest guest)
    {
        lock (_gate)
            _waiting.Remove(guest);
    }

    /// <summary>Lets nobody in any more; gives those that the hub has not taken in.</summary>
    public TGuest[] Close(Exception? cause)
    {
        lock (_gate)
        {
            _closed = true;
            _cause = cause;
            return [.. _waiting];
        }
    }
}

internal sealed class MergeHubSource<T>(int bufferSize) : SourceStage<T, Sink<T, NotUsed>>
{
    public override ILogicAndMaterializedValue<Sink<T, NotUsed>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this);
        return new LogicAndMaterializedValue<Sink<T, NotUsed>>(logic, Sink.FromGraph(new Entrance(logic, bufferSize)));
    }

    private sealed class Logic(MergeHubSource<T> stage) : SourceLogic<T>(stage.Shape)
    {
        private readonly HashSet<Input> _inputs = [];
        private readonly Queue<Input> _ready = new();

        public HubDoor<Input> Door { get; } = new();

        public void Enter(Input input) => Island.Post(new WakeUpSignal(this, () =>
        {
            Door.TakeIn(input);
            _inputs.Add(input);
            Ready(input);
        }));

        public void Ready(Input input)
        {
            if (!input.HasElement())
                return;
            _ready.Enqueue(input);
            if (IsAvailable(Out))
                OnPull();
        }

        public void Leave(Input input) => _inputs.Remove(input);

        public override void OnPull()
        {
            if (!_ready.TryDequeue(out var input))
                return;
            Push(Out, input.Take());
            if (input.HasElement())
                _ready.Enqueue(input);
        }

        public override void PostStop()
        {
            foreach (var input in _inputs.Concat(Door.Close(null)))
                input.Writer.Stop(SubscriptionWithCancelException.StageWasCompleted.Instance);
        }
    }

    /// <summary>The reading side of one producer's boundary.</summary>
    private sealed class Input : IBoundaryReader
    {
        private readonly Logic _hub;
        private readonly Boundary<T> _boundary;
        private readonly WakeUpSignal _wakeUp;
        private long _read;
        private long _released;
        private bool _finished;

        public Input(Logic hub, Boundary<T> boundary)
        {
            _hub = hub;
            _boundary = boundary;
            _wakeUp = new WakeUpSignal(hub, () => hub.Ready(this));
        }

        public IBoundaryWriter Writer => _boundary.Writer;

        /// <summary>Tells whether there is an element; if not, the hub is told when there is.</summary>
        public bool HasElement()
        {
            if (_boundary.Written != _read)
                return true;
            Release();
            if (!_boundary.ParkReader(_read))
                return true;
            if (_finished)
                _hub.Leave(this);
            return false;
        }

        public T Take()
        {
            var element = _boundary.Take(_read++);
            if (_read - _released >= _boundary.Capacity / 2)
                Release();
            return element;
        }

        public void WakeUp() => _hub.Island.Post(_wakeUp);

        /// <summary>A producer that fails leaves, as one that completes.</summary>
        public void Finish(Exception? failure) => _hub.Island.Post(new WakeUpSignal(_hub, () =>
        {
            _finished = true;
            if (_boundary.Written == _read)
                _hub.Leave(this);
        }));

        private void Release()
        {
            if (_released == _read)
                return;
            _released = _read;
            _boundary.Release(_read);
        }
    }

    private sealed class Entrance(Logic hub, int bufferSize) : SinkStage<T, NotUsed>
    {
        public override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            var boundary = new Boundary<T>(bufferSize);
            var input = new Input(hub, boundary);
            boundary.Reader = input;
            var writer = new BoundaryWriter<T>(boundary)
            {
                Register = () =>
                {
                    if (hub.Door.TryEnter(input, out _))
                        hub.Enter(input);
                    else
                        boundary.Writer.Stop(SubscriptionWithCancelException.StageWasCompleted.Instance);
                },
            };
            return new LogicAndMaterializedValue<NotUsed>(writer, NotUsed.Instance);
        }
    }
}

/// <summary>Gives elements to all consumers, or to the one that a partitioner names.</summary>
internal sealed class FanOutHubSink<T>(int bufferSize, int startAfter, Func<int, T, int>? partitioner) : SinkStage<T, Source<T, NotUsed>>
{
    public override ILogicAndMaterializedValue<Source<T, NotUsed>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, startAfter, partitioner);
        return new LogicAndMaterializedValue<Source<T, NotUsed>>(logic, Source.FromGraph(new Exit(logic, bufferSize)));
    }

    private sealed class Logic(FanOutHubSink<T> stage, int startAfter, Func<int, T, int>? partitioner) : SinkLogic<T>(stage.Shape)
    {
        private readonly List<Output> _outputs = [];
        private bool _started;
        private T? _held;
        private Output? _heldFor;

        public HubDoor<Output> Door { get; } = new();

        public override void PreStart()
        {
        }

        public void Enter(Output output) => Island.Post(new WakeUpSignal(this, () =>
        {
            Door.TakeIn(output);
            _outputs.Add(output);
            Go();
        }));

        public void Leave(Output output)
        {
            _outputs.Remove(output);
            if (_heldFor == output)
                _heldFor = null;
            Go();
        }

        /// <summary>Asks for an element when it can go where it must.</summary>
        public void Go()
        {
            _started |= _outputs.Count >= startAfter;
            if (_heldFor is { } waiting)
            {
                if (!waiting.HasRoom())
                    return;
                _heldFor = null;
                waiting.Put(_held!);
                if (IsClosed(In))
                {
                    CompleteStage();
                    return;
                }
            }

            if (!_started || _outputs.Count == 0 || HasBeenPulled(In) || IsClosed(In))
                return;
            if (partitioner is null)
            {
                foreach (var output in _outputs)
                {
                    if (!output.HasRoom())
                        return;
                }
            }

            Pull(In);
        }

        public override void OnPush()
        {
            var element = Grab(In);
            if (partitioner is null)
            {
                foreach (var output in _outputs)
                    output.Put(element);
            }
            else if (_outputs.Count > 0 && partitioner(_outputs.Count, element) is >= 0 and var place)
            {
                var output = _outputs[place];
                _held = element;
                _heldFor = output;
            }

            Go();
        }

        public override void OnUpstreamFinish()
        {
            if (_heldFor is null)
                CompleteStage();
            else
                SetKeepGoing(true);
        }

        public override void PostStop()
        {
            foreach (var output in _outputs.Concat(Door.Close(Failure)))
                output.Reader.Finish(Failure);
        }
    }

    /// <summary>The writing side of one consumer's boundary.</summary>
    private sealed class Output(Logic hub, Boundary<T> boundary) : IBoundaryWriter
    {
        private long _written;

        public IBoundaryReader Reader => boundary.Reader;

        /// <summary>Tells whether there is room; if not, the hub is told when there is.</summary>
        public bool HasRoom() => _written - boundary.Read < boundary.Capacity || !boundary.ParkWriter(_written);

        public void Put(T element) => boundary.Put(_written++, element);

        public void WakeUp() => hub.Island.Post(new WakeUpSignal(hub, hub.Go));

        public void Stop(Exception cause) => hub.Island.Post(new WakeUpSignal(hub, () => hub.Leave(this)));
    }

    private sealed class Exit(Logic hub, int bufferSize) : SourceStage<T>
    {
        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
        {
            var boundary = new Boundary<T>(bufferSize);
            var output = new Output(hub, boundary);
            boundary.Writer = output;
            return new BoundaryReader<T>(boundary)
            {
                Register = () =>
                {
                    if (hub.Door.TryEnter(output, out var cause))
                        hub.Enter(output);
                    else
                        boundary.Reader.Finish(cause);
                },
            };
        }
    }
}
