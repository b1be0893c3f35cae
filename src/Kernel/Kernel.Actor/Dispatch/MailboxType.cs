using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>
/// Makes the queues of mailboxes. A class named by <c>mailbox-type = "Ns.Class, Assembly"</c> needs a public constructor with the same
/// two parameters, and must say with <see cref="IProducesMessageQueue{TQueue}"/> which queue it makes.
/// </summary>
public abstract class MailboxType
{
    /// <summary>The settings of the system.</summary>
    protected readonly Settings Settings;

    /// <summary>The mailbox's section.</summary>
    protected readonly Config Config;

    /// <summary>Creates a mailbox type.</summary>
    /// <param name="settings">The settings of the system.</param>
    /// <param name="config">The mailbox's section.</param>
    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    /// <summary>How many messages the stash of an actor with such a mailbox holds; -1 for any number.</summary>
    internal int StashCapacity => Config.GetInt("stash-capacity", -1);

    /// <summary>Makes the queue of one actor.</summary>
    /// <param name="owner">The actor.</param>
    /// <param name="system">Its system.</param>
    /// <returns>A new queue.</returns>
    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);

    /// <exception cref="ArgumentException">The class does not say which queue it makes.</exception>
    internal void AssertNamesItsQueue() => QueueType();

    /// <summary>Whether the queues keep a promise.</summary>
    /// <param name="semantics">The full name of an <see cref="ISemantics"/>.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "An interface that was trimmed away cannot be required.")]
    internal bool Produces(string semantics) => QueueType() is var queue
        && (queue.FullName == semantics || Array.Exists(queue.GetInterfaces(), i => i.FullName == semantics));

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A mailbox type is made, so its interfaces are kept.")]
    private Type QueueType() =>
        Array.Find(
            GetType().GetInterfaces(),
            static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IProducesMessageQueue<>))?.GenericTypeArguments[0]
        ?? throw new ArgumentException($"Mailbox type {GetType()} must implement IProducesMessageQueue<TQueue>");
}

/// <summary>Takes any number of messages; the default.</summary>
/// <param name="settings">The settings of the system.</param>
/// <param name="config">The mailbox's section.</param>
public sealed class UnboundedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>Takes <c>mailbox-capacity</c> messages; then senders wait up to <c>mailbox-push-timeout-time</c>, and give up.</summary>
/// <param name="settings">The settings of the system.</param>
/// <param name="config">The mailbox's section.</param>
public sealed class BoundedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<BoundedMessageQueue>, IProducesPushTimeoutSemanticsMailbox
{
    private readonly int _capacity = BoundedMailboxSettings.Capacity(config);

    /// <inheritdoc/>
    public TimeSpan PushTimeout { get; } = BoundedMailboxSettings.PushTimeout(config);

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedMessageQueue(_capacity, PushTimeout);
}

/// <summary>Takes any number of messages, and messages in front; actors with a stash get it.</summary>
/// <param name="settings">The settings of the system.</param>
/// <param name="config">The mailbox's section.</param>
public sealed class UnboundedDequeBasedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedDequeMessageQueue();
}

/// <summary>As <see cref="BoundedMailbox"/>, with messages in front.</summary>
/// <param name="settings">The settings of the system.</param>
/// <param name="config">The mailbox's section.</param>
public sealed class BoundedDequeBasedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<BoundedDequeMessageQueue>, IProducesPushTimeoutSemanticsMailbox
{
    private readonly int _capacity = BoundedMailboxSettings.Capacity(config);

    /// <inheritdoc/>
    public TimeSpan PushTimeout { get; } = BoundedMailboxSettings.PushTimeout(config);

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedDequeMessageQueue(_capacity, PushTimeout);
}

/// <summary>Gives the message with the lowest number first; equal numbers in any order.</summary>
public abstract class UnboundedPriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedPriorityMessageQueue>
{
    /// <summary>How many messages a new queue has room for before it grows.</summary>
    public const int DefaultCapacity = 11;

    /// <summary>Creates a mailbox type.</summary>
    /// <param name="settings">The settings of the system.</param>
    /// <param name="config">The mailbox's section.</param>
    protected UnboundedPriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedPriorityMessageQueue(PriorityGenerator, DefaultCapacity);

    /// <summary>Ranks a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>A number; the lower, the sooner.</returns>
    protected abstract int PriorityGenerator(object message);
}

/// <summary>Gives the message with the lowest number first; equal numbers in the order in which they came.</summary>
public abstract class UnboundedStablePriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedStablePriorityMessageQueue>
{
    /// <summary>How many messages a new queue has room for before it grows.</summary>
    public const int DefaultCapacity = 11;

    /// <summary>Creates a mailbox type.</summary>
    /// <param name="settings">The settings of the system.</param>
    /// <param name="config">The mailbox's section.</param>
    protected UnboundedStablePriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedStablePriorityMessageQueue(PriorityGenerator, DefaultCapacity);

    /// <summary>Ranks a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>A number; the lower, the sooner.</returns>
    protected abstract int PriorityGenerator(object message);
}

/// <summary>What both mailboxes with a limit read.</summary>
file static class BoundedMailboxSettings
{
    public static int Capacity(Config config) => config.GetInt("mailbox-capacity") is > 0 and var capacity
        ? capacity
        : throw new ArgumentException("The capacity for BoundedMailbox cannot be negative or zero");

    public static TimeSpan PushTimeout(Config config) => config.HasPath("mailbox-push-timeout-time")
        ? config.GetTimeSpan("mailbox-push-timeout-time")
        : throw new ArgumentException("The push time-out for BoundedMailbox cannot be null");
}
