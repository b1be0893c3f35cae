using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>What a dispatcher's section says about the mailboxes of its actors.</summary>
/// <param name="Type">The mailbox that <c>mailbox-type</c> names, if it is there.</param>
/// <param name="Requirement">The queue that <c>mailbox-requirement</c> names; empty for any.</param>
internal sealed record DispatcherMailbox(MailboxType? Type, string Requirement);

/// <summary>
/// The mailbox types of an actor system. The first of these decides for an actor: the mailbox in its deployment or props, the
/// dispatcher's <c>mailbox-type</c>, the actor's <see cref="IRequiresMessageQueue{T}"/>, the dispatcher's <c>mailbox-requirement</c>,
/// and <c>akka.actor.default-mailbox</c>.
/// </summary>
public sealed class Mailboxes
{
    /// <summary>The mailbox of all actors that name no other.</summary>
    public const string DefaultMailboxId = "akka.actor.default-mailbox";

    /// <summary>No particular queue is required.</summary>
    public const string NoMailboxRequirement = "";

    private const string RequirementsPath = "akka.actor.mailbox.requirements";

    private readonly ConcurrentDictionary<string, MailboxType> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, string> _requirementOfActor = new();
    private readonly Dictionary<string, string> _requirements = new(StringComparer.Ordinal);
    private readonly ActorSystem _system;
    private readonly Config _default;

    /// <summary>Creates the mailboxes of a system.</summary>
    /// <param name="system">The system.</param>
    public Mailboxes(ActorSystem system)
    {
        _system = system;
        _default = system.Settings.Config.GetConfig(DefaultMailboxId);
        foreach (var (semantics, mailbox) in system.Settings.Config.GetConfig(RequirementsPath).AsEnumerable())
            _requirements[NameWithoutAssembly(semantics)] = mailbox.GetString() ?? "";
    }

    /// <summary>Whether there is a mailbox.</summary>
    /// <param name="id">Its configuration path.</param>
    /// <returns>True when it is configured.</returns>
    public bool HasMailboxType(string id) => _types.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    /// <summary>Finds a mailbox type.</summary>
    /// <param name="id">Its configuration path.</param>
    /// <returns>The mailbox type.</returns>
    /// <exception cref="ConfigurationException">There is none, or its section is unusable.</exception>
    public MailboxType Lookup(string id) => _types.TryGetValue(id, out var known) ? known : _types.GetOrAdd(id, FromConfig);

    /// <summary>Chooses the mailbox of an actor.</summary>
    /// <param name="props">What the actor is made from.</param>
    /// <param name="dispatcherConfig">The section of its dispatcher.</param>
    /// <returns>The mailbox type.</returns>
    /// <exception cref="ConfigurationException">The mailbox is not there, or has not the queue that the actor requires.</exception>
    public MailboxType GetMailboxType(Props props, Config? dispatcherConfig) => Choose(props, Read(dispatcherConfig ?? Config.Empty));

    internal MailboxType GetMailboxType(Props props, MessageDispatcherConfigurator dispatcher) =>
        Choose(props, dispatcher.Mailbox ??= Read(dispatcher.Config));

    private static string NameWithoutAssembly(string typeName)
    {
        var comma = typeName.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 ? typeName : typeName[..comma].TrimEnd();
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that was trimmed away cannot be required.")]
    private static string RequirementOf(Type actor) =>
        Array.Find(
            actor.GetInterfaces(),
            static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>))?.GenericTypeArguments[0].FullName
        ?? NoMailboxRequirement;

    private DispatcherMailbox Read(Config dispatcher)
    {
        var requirement = NameWithoutAssembly(dispatcher.GetString("mailbox-requirement", "") ?? "");
        if (!dispatcher.HasPath("mailbox-type"))
            return new DispatcherMailbox(null, requirement);
        var id = dispatcher.GetString("id", "") ?? "";
        return new DispatcherMailbox(Create(id, dispatcher.WithFallback(_default)), requirement);
    }

    private MailboxType Choose(Props props, DispatcherMailbox dispatcher)
    {
        var required = _requirementOfActor.GetOrAdd(props.Type, RequirementOf);
        MailboxType chosen;
        if (props.Deploy.Mailbox is { Length: > 0 } id)
            chosen = Lookup(id);
        else if (dispatcher.Type is not null)
            chosen = dispatcher.Type;
        else if (required.Length > 0)
            return ForRequirement(required);
        else if (dispatcher.Requirement.Length > 0)
            return ForRequirement(dispatcher.Requirement);
        else
            return Lookup(DefaultMailboxId);
        if (required.Length > 0 && !chosen.Produces(required))
            throw new ConfigurationException($"Actor {props.Type} requires a queue of kind {required}, which {chosen.GetType()} does not have");
        return chosen;
    }

    private MailboxType ForRequirement(string semantics) => _requirements.TryGetValue(semantics, out var id)
        ? Lookup(id)
        : throw new ConfigurationException($"{RequirementsPath} names no mailbox for {semantics}");

    private MailboxType FromConfig(string id)
    {
        if (!_system.Settings.Config.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        return Create(id, _system.Settings.Config.GetConfig(id).WithFallback(_default));
    }

    private MailboxType Create(string id, Config config)
    {
        var settings = _system.Settings;
        var name = config.GetString("mailbox-type", "") ?? "";
        var type = NameWithoutAssembly(name) switch
        {
            "" => throw new ConfigurationException($"{id}.mailbox-type: the mailbox has no type"),
            "Akka.Dispatch.UnboundedMailbox" => new UnboundedMailbox(settings, config),
            "Akka.Dispatch.BoundedMailbox" => new BoundedMailbox(settings, config),
            "Akka.Dispatch.UnboundedDequeBasedMailbox" => new UnboundedDequeBasedMailbox(settings, config),
            "Akka.Dispatch.BoundedDequeBasedMailbox" => new BoundedDequeBasedMailbox(settings, config),
            "Akka.Event.LoggerMailboxType" => new LoggerMailboxType(settings, config),
            _ => ConfiguredType.Create<MailboxType>(name, $"{id}.mailbox-type", settings, config),
        };
        type.AssertNamesItsQueue();
        if (type is IProducesPushTimeoutSemanticsMailbox { PushTimeout: var timeout } && timeout != TimeSpan.Zero)
        {
            _system.EventStream.Publish(new Warning(
                "mailboxes",
                GetType(),
                $"Mailbox [{id}] makes senders wait up to {timeout} when it is full; set mailbox-push-timeout-time = 0 to send the message to dead letters instead"));
        }

        return type;
    }
}
