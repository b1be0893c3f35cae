using Akka.Actor;
using Akka.Event;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Something from outside for a stage, as a message to its island's actor.</summary>
internal abstract class Signal(GraphStageLogic target) : IDeadLetterSuppression
{
    public GraphStageLogic Target => target;

    /// <summary>Does it, on the stage's thread.</summary>
    public abstract void Deliver();
}

/// <summary>Stages that run as one actor. Within it elements pass by calls, never by messages.</summary>
internal sealed class Island
{
    private readonly Lock _gate = new();
    private readonly List<GraphStageLogic> _logics = [];
    private readonly GraphInterpreter _interpreter;
    private readonly int _eventLimit;
    private List<Signal>? _early = [];
    private IActorRef? _actor;

    public Island(ActorMaterializer materializer, Attributes attributes)
    {
        Materializer = materializer;
        Attributes = attributes;
        Dispatcher = materializer.DispatcherOf(attributes);
        FusingMaterializer = new FusingMaterializer(this);
        _eventLimit = materializer.Settings.SyncProcessingLimit;
        _interpreter = new GraphInterpreter(this);
    }

    public ActorMaterializer Materializer { get; }

    public FusingMaterializer FusingMaterializer { get; }

    public Attributes Attributes { get; }

    public string Dispatcher { get; }

    public bool IsEmpty => _logics.Count == 0;

    public string Name => Attributes.GetNameOrDefault("graph");

    public Props Props => Maker.Props(() => new Runner(this)).WithDispatcher(Dispatcher);

    public void Add(GraphStageLogic logic, Attributes attributes)
    {
        logic.Island = this;
        logic.Attributes = attributes;
        _logics.Add(logic);
    }

    /// <summary>Sends a signal; what comes before the actor exists is kept for it.</summary>
    public void Post(Signal signal)
    {
        if (Volatile.Read(ref _actor) is { } actor)
        {
            actor.Tell(signal, ActorRefs.NoSender);
            return;
        }

        lock (_gate)
        {
            if (_early is { } early)
                early.Add(signal);
            else
                _actor?.Tell(signal, ActorRefs.NoSender);
        }
    }

    /// <summary>Starts what was added since the last time, on the island's thread.</summary>
    public void StartAdded()
    {
        var added = _logics.ToArray();
        _logics.Clear();
        _interpreter.Start(added);
    }

    public void ReportFailure(GraphStageLogic logic, Exception cause) =>
        Logging.GetLogger(Materializer.System, logic.GetType()).Error(cause, "Error in stage [{0}]: {1}", logic, cause.Message);

    /// <summary>There will be no actor, because the materializer is over: the stages end as if it had been stopped.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            if (_early is null)
                return;
            _early = null;
        }

        foreach (var logic in _logics)
        {
            try
            {
                logic.StopOutside();
                logic.PostStop();
            }
            catch (Exception e)
            {
                ReportFailure(logic, e);
            }
        }
    }

    private void Begin(IActorRef actor)
    {
        lock (_gate)
        {
            if (_early is null)
            {
                _logics.Clear();
                return;
            }

            foreach (var signal in _early)
                actor.Tell(signal, ActorRefs.NoSender);
            _early = null;
            Volatile.Write(ref _actor, actor);
        }

        StartAdded();
    }

    /// <summary>The actor. It gives the thread back after a number of events and goes on by a message to itself.</summary>
    private sealed class Runner(Island island) : ActorBase
    {
        private bool _goesOn;

        protected override void PreStart()
        {
            island.Begin(Self);
            Run();
        }

        protected override void PostStop() => island._interpreter.Abort();

        protected override bool Receive(object message)
        {
            switch (message)
            {
                case Signal signal:
                    island._interpreter.Deliver(signal);
                    break;
                case GoOn:
                    _goesOn = false;
                    break;
                default:
                    return false;
            }

            Run();
            return true;
        }

        private void Run()
        {
            var interpreter = island._interpreter;
            interpreter.Run(island._eventLimit);
            if (interpreter.IsCompleted)
            {
                Context.Stop(Self);
            }
            else if (interpreter.HasWork && !_goesOn)
            {
                _goesOn = true;
                Self.Tell(GoOn.Instance, ActorRefs.NoSender);
            }
        }
    }

    private sealed class GoOn : IDeadLetterSuppression
    {
        public static readonly GoOn Instance = new();
    }
}

/// <summary>Makes actors by a delegate.</summary>
internal sealed class Maker(Type actorType, Func<ActorBase> factory) : IIndirectActorProducer
{
    public Type ActorType => actorType;

    public static Props Props<TActor>(Func<TActor> factory)
        where TActor : ActorBase => Actor.Props.CreateBy(new Maker(typeof(TActor), factory));

    public ActorBase Produce() => factory();

    public void Release(ActorBase actor)
    {
    }
}
