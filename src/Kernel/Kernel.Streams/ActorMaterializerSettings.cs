using Akka.Actor;
using Akka.Configuration;

namespace Akka.Streams;

/// <summary>The section <c>akka.stream.materializer</c> of the configuration.</summary>
public sealed record ActorMaterializerSettings
{
    private ActorMaterializerSettings(Config config)
    {
        InitialInputBufferSize = config.GetInt("initial-input-buffer-size");
        MaxInputBufferSize = config.GetInt("max-input-buffer-size");
        Dispatcher = config.GetString("dispatcher", "");
        BlockingIoDispatcher = config.GetString("blocking-io-dispatcher", "");
        SyncProcessingLimit = config.GetInt("sync-processing-limit");
    }

    /// <summary>Gets how many elements a boundary asks for at first.</summary>
    public int InitialInputBufferSize { get; private init; }

    /// <summary>Gets how many elements a boundary holds at most.</summary>
    public int MaxInputBufferSize { get; private init; }

    /// <summary>Gets the dispatcher of islands that name none; empty for the default dispatcher.</summary>
    public string Dispatcher { get; private init; }

    /// <summary>Gets the dispatcher of stages that block.</summary>
    public string BlockingIoDispatcher { get; private init; }

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
    /// <param name="initialSize">Elements asked for at first.</param>
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

    /// <summary>Sets how many events an island runs before it lets other actors have the thread.</summary>
    /// <param name="limit">How many.</param>
    /// <returns>The settings.</returns>
    public ActorMaterializerSettings WithSyncProcessingLimit(int limit) => this with { SyncProcessingLimit = limit };
}
