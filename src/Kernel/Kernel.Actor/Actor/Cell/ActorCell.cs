using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// What stands behind a reference: the actor's instance, its mailbox, and its ties to others. What most actors do not have is kept
/// in side objects that are made when needed. Everything here happens on the thread that runs the mailbox, unless said otherwise.
/// </summary>
public partial class ActorCell : IUntypedActorContext
{
    /// <summary>The first behaviour of whatever actor is running: one delegate for all of them rather than one each.</summary>
    private static readonly Receive FirstBehavior = static message => Current!._actor!.ReceiveFirst(message);

    private Mailbox _mailbox;
    private ActorBase? _actor;

    /// <summary>The present behaviour; null for the first.</summary>
    private Receive? _behavior;
    private Children? _children;
    private DeathWatch? _deathWatch;
    private Extras? _extras;

    /// <summary>True from just before an instance is constructed until its base constructor has run.</summary>
    private bool _creating;

    /// <summary>Creates the cell of an actor; <see cref="Init"/> and <see cref="Start"/> come next.</summary>
    /// <param name="system">The system.</param>
    /// <param name="self">The actor's reference.</param>
    /// <param name="props">What the actor is made from.</param>
    /// <param name="dispatcher">What runs it.</param>
    /// <param name="parent">Its supervisor.</param>
    public ActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        Self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
        _mailbox = system.DeadLetterMailbox;
    }

    /// <summary>The system.</summary>
    public ActorSystemImpl SystemImpl => Dispatcher.SystemImpl;

    /// <inheritdoc/>
    public ActorSystem System => SystemImpl;

    /// <inheritdoc/>
    public Props Props { get; }

    /// <inheritdoc/>
    public IActorRef Self { get; }

    /// <summary>The supervisor.</summary>
    public IInternalActorRef Parent { get; }

    IActorRef IActorContext.Parent => Parent;

    /// <inheritdoc/>
    public MessageDispatcher Dispatcher { get; }

    /// <inheritdoc/>
    public IActorRef Sender => _actor?.CurrentSender ?? SystemImpl.DeadLetters;

    /// <summary>The message that is being handled, or on which the actor failed.</summary>
    public object? CurrentMessage => _actor?.CurrentMessage;

    /// <summary>The actor's mailbox; the dead letters' once the actor has ended. Any thread may ask.</summary>
    public Mailbox Mailbox => Volatile.Read(ref _mailbox);

    /// <summary>How many messages wait; a guess.</summary>
    public int NumberOfMessages => Mailbox.NumberOfMessages;

    /// <summary>Whether messages wait.</summary>
    public bool HasMessages => Mailbox.HasMessages;

    /// <summary>True once the actor has ended. Any thread may ask.</summary>
    public bool IsTerminated => ReferenceEquals(Mailbox, SystemImpl.DeadLetterMailbox);

    /// <summary>The cell whose mailbox is being run on this thread.</summary>
    [field: ThreadStatic]
    internal static ActorCell? Current { get; set; }

    internal ActorBase? Actor => _actor;

    internal Envelope? CurrentEnvelope => _actor is { CurrentMessage: { } message } actor ? new Envelope(message, actor.CurrentSender) : null;

    internal ActorTaskScheduler TaskScheduler => Rare.TaskScheduler ??= new ActorTaskScheduler(this);

    private Extras Rare => _extras ??= new Extras();

    /// <summary>The actor that is running on this thread, or nobody.</summary>
    /// <returns>Its reference, or null.</returns>
    public static IActorRef? GetCurrentSelfOrNoSender() => Current?.Self;

    /// <summary>The sender of the message that is being handled on this thread, or nobody.</summary>
    /// <returns>Its reference, or null.</returns>
    public static IActorRef? GetCurrentSenderOrNoSender() => Current?._actor?.CurrentSender;

    /// <summary>Makes the mailbox; the first message in it makes the actor.</summary>
    /// <param name="mailboxType">The kind of mailbox.</param>
    public void Init(MailboxType mailboxType)
    {
        var mailbox = new Mailbox(mailboxType.Create(Self, SystemImpl));
        mailbox.SetActor(this);
        mailbox.SystemEnqueue(Self, new Create());
        Volatile.Write(ref _mailbox, mailbox);
    }

    /// <summary>Hands the actor to its dispatcher.</summary>
    public void Start() => Dispatcher.Attach(this);

    /// <summary>Delivers a message. Any thread may call.</summary>
    /// <param name="message">The message.</param>
    public void SendMessage(Envelope message) => Dispatcher.Dispatch(this, message);

    /// <summary>Delivers a system message. Any thread may call.</summary>
    /// <param name="message">The message.</param>
    public void SendSystemMessage(ISystemMessage message) => Dispatcher.SystemDispatch(this, (SystemMessage)message);

    /// <summary>Handles a message.</summary>
    /// <param name="envelope">The message.</param>
    public void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        var actor = _actor!;
        actor.CurrentMessage = message;
        actor.CurrentSender = envelope.Sender;
        _extras?.Stash?.BeginMessage();
        try
        {
            if (message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(message);
            if (_extras is { ReceiveTimeout: not null })
                RestartReceiveTimeout(actor.CurrentMessage);
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e, Self);
        }
    }

    /// <inheritdoc/>
    public void Become(Receive receive)
    {
        _behavior = receive;
    }

    /// <inheritdoc/>
    public void BecomeStacked(Receive receive)
    {
        (Rare.Behaviors ??= new Stack<Receive>()).Push(Behavior);
        _behavior = receive;
    }

    /// <inheritdoc/>
    public void UnbecomeStacked() =>
        _behavior = _extras?.Behaviors is { } beneath && beneath.TryPop(out var behavior) ? behavior : null;

    /// <inheritdoc/>
    public void Become(UntypedReceive receive) => Become(Always(receive));

    /// <inheritdoc/>
    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    /// <inheritdoc/>
    public ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, SystemImpl);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(string actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, SystemImpl, Self);

    /// <summary>Runs an action on this thread as if the actor did it. For tests, whose actors run on no other thread meanwhile.</summary>
    internal void UseThreadContext(Action action)
    {
        var outer = Current;
        Current = this;
        try
        {
            action();
        }
        finally
        {
            Current = outer;
        }
    }

    /// <summary>Handles a message on this thread. For tests: what the handler throws goes to the caller, not to the supervisor.</summary>
    internal void ReceiveMessageForTest(Envelope envelope) => UseThreadContext(() =>
    {
        var actor = _actor ?? throw new IllegalActorStateException($"{Self} has no instance: it could not be made, or has ended.");
        actor.CurrentMessage = envelope.Message;
        actor.CurrentSender = envelope.Sender;
        _extras?.Stash?.BeginMessage();
        try
        {
            if (envelope.Message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(envelope.Message);
        }
        finally
        {
            ForgetMessage();
        }
    });

    internal Mailbox SwapMailbox(Mailbox mailbox) => Interlocked.Exchange(ref _mailbox, mailbox);

    /// <summary>Forgets the last message once it is done with, so that an idle actor does not keep it alive.</summary>
    internal void ForgetMessage()
    {
        if (_actor is not { } actor)
            return;
        actor.CurrentMessage = null;
        actor.CurrentSender = null;
    }

    /// <summary>True once, for the base constructor of the instance that is being made.</summary>
    internal bool TakeCreation()
    {
        var creating = _creating;
        _creating = false;
        return creating;
    }

    /// <summary>Hands a message to the present behaviour.</summary>
    /// <param name="message">The message.</param>
    protected virtual void ReceiveMessage(object message) => _actor!.AroundReceive(Behavior, message);

    /// <summary>Makes the actor's instance.</summary>
    /// <returns>The instance.</returns>
    protected virtual ActorBase CreateNewActorInstance() => Props.NewActor();

    private Receive Behavior => _behavior ?? FirstBehavior;

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private ActorBase NewActor()
    {
        _behavior = null;
        if (_extras is not null)
            _extras.Behaviors = null;
        _creating = true;
        try
        {
            var actor = CreateNewActorInstance()
                ?? throw new ActorInitializationException(Self, "Actor instance passed to ActorOf can't be 'null'");
            if (actor is IWithTimers withTimers)
                withTimers.Timers = Rare.Timers ??= new TimerScheduler(this);
            if (actor is IActorStash withStash)
                InjectStash(withStash);
            return actor;
        }
        finally
        {
            _creating = false;
        }
    }

    private void Publish(LogEvent logEvent)
    {
        if (logEvent.LogLevel() >= SystemImpl.EventStream.LogLevel)
            SystemImpl.EventStream.Publish(logEvent);
    }

    private Type ActorClass => _actor?.GetType() ?? Props.Type;

    /// <summary>What most actors never have.</summary>
    private sealed class Extras
    {
        public Stack<Receive>? Behaviors { get; set; }

        public ActorTaskScheduler? TaskScheduler { get; set; }

        public TimerScheduler? Timers { get; set; }

        public ActorStash? Stash { get; set; }

        public TimeSpan? ReceiveTimeout { get; set; }

        public ICancelable? PendingReceiveTimeout { get; set; }

        /// <summary>System messages that wait until the actor has dealt with its failure, or its children have ended.</summary>
        public Queue<SystemMessage>? Deferred { get; set; }

        /// <summary>Who caused the failure that is being dealt with: the actor itself or a child; null when there is none.</summary>
        public IActorRef? Perpetrator { get; set; }

        /// <summary>Asynchronous handlers that are under way; ordinary messages wait for them.</summary>
        public int Awaits { get; set; }
    }
}
