using Akka.Actor;
using Akka.Configuration;

namespace Akka.Streams;

/// <summary>The section <c>akka.stream.materializer</c> of the configuration.</summary>
public sealed record ActorMaterializerSettings
{
    private ActorMaterializerSettings(Config config)
    {
        InitialInputBufferSize = MaxInputBufferSize = config.GetInt("max-input-buffer-size");
        Dispatcher = config.GetString("dispatcher", "");
        SubscriptionTimeoutSettings = StreamSubscriptionTimeoutSettings.Create(config.GetConfig("subscription-timeout"));
        SyncProcessingLimit = config.GetInt("sync-processing-limit");
    }

    /// <summary>
    /// Gets what <see cref="WithInputBuffer"/> was given; without effect, as in Akka: a boundary has its whole buffer from the start.
    /// </summary>
    public int InitialInputBufferSize { get; private init; }

    /// <summary>Gets how many elements a boundary holds at most.</summary>
    public int MaxInputBufferSize { get; private init; }

    /// <summary>Gets the dispatcher of islands that name none; empty for the default dispatcher.</summary>
    public string Dispatcher { get; private init; }

    /// <summary>Gets what happens with substreams that nobody runs.</summary>
    public StreamSubscriptionTimeoutSettings SubscriptionTimeoutSettings { get; private init; }

    /// <summary>Gets how many events an island runs before it lets other actors have the thread.</summary>
    public int SyncProcessingLimit { get; private init; }

    /// <summary>Gets what is decided about exceptions unless a graph says otherwise.</summary>
    public Supervision.Decider SupervisionDecider { get; private init; } = Supervision.Deciders.StoppingDecider;

    /// <summary>Reads an actor system's settings.</summary>
    /// <param name="system">The actor system.</param>
    /// <returns>The settings.</returns>
    public static ActorMaterializerSettings Create(ActorSystem system) => Create(
        system.Settings.Config.WithFallback(ActorMaterializer.DefaultConfig()).GetConfig("akka.stream.materializer"));

    /// <summary>Reads settings.</summary>
    /// <param name="config">The section.</param>
    /// <returns>The settings.</returns>
    public static ActorMaterializerSettings Create(Config config) => new(config);

    /// <summary>Sizes the boundaries.</summary>
    /// <param name="initialSize">Without effect.</param>
    /// <param name="maxSize">Elements held at most.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithInputBuffer(int initialSize, int maxSize) =>
        this with { InitialInputBufferSize = initialSize, MaxInputBufferSize = maxSize };

    /// <summary>Names the dispatcher.</summary>
    /// <param name="dispatcher">Its path in the configuration.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithDispatcher(string dispatcher) => this with { Dispatcher = dispatcher };

    /// <summary>Decides about exceptions.</summary>
    /// <param name="decider">The decision.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithSupervisionStrategy(Supervision.Decider decider) => this with { SupervisionDecider = decider };

    /// <summary>Sets what happens with substreams that nobody runs.</summary>
    /// <param name="settings">What.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithSubscriptionTimeoutSettings(StreamSubscriptionTimeoutSettings settings) =>
        this with { SubscriptionTimeoutSettings = settings };

    /// <summary>Sets how many events an island runs before it lets other actors have the thread.</summary>
    /// <param name="limit">How many.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithSyncProcessingLimit(int limit) => this with { SyncProcessingLimit = limit };
}

/// <summary>What happens with a substream that nobody runs.</summary>
public enum StreamSubscriptionTimeoutTerminationMode
{
    /// <summary>Nothing: it holds its stage up until somebody does.</summary>
    NoopTermination,

    /// <summary>A warning is logged.</summary>
    WarnTermination,

    /// <summary>A warning is logged, and the substream cancelled.</summary>
    CancelTermination,
}

/// <summary>The section <c>akka.stream.materializer.subscription-timeout</c>.</summary>
/// <param name="Mode">What happens with a substream that nobody runs.</param>
/// <param name="Timeout">How long somebody has the time to run it.</param>
public sealed record StreamSubscriptionTimeoutSettings(StreamSubscriptionTimeoutTerminationMode Mode, TimeSpan Timeout)
{
    /// <summary>Reads settings.</summary>
    /// <param name="config">The section.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ConfigurationException">The mode is none of noop, warn and cancel.</exception>
    public static StreamSubscriptionTimeoutSettings Create(Config config) => new(
        config.GetString("mode") switch
        {
            "no" or "off" or "false" or "noop" => StreamSubscriptionTimeoutTerminationMode.NoopTermination,
            "warn" => StreamSubscriptionTimeoutTerminationMode.WarnTermination,
            "cancel" => StreamSubscriptionTimeoutTerminationMode.CancelTermination,
            var other => throw new ConfigurationException(
                $"akka.stream.materializer.subscription-timeout.mode is '{other}', it must be noop, warn or cancel."),
        },
        config.GetTimeSpan("timeout"));
}
