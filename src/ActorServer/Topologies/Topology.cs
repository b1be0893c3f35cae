using ActorServer.Configuration;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Processes;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// A concurrency model: who accepts, reads, handles and writes, over one engine. A topology owns no system call, no parser and no error
/// ladder; it says which connection actors run on which dispatchers and how a new connection gets to them.
/// </summary>
/// <remarks>
/// Its settings are read by its constructor, from <c>actor-server.topologies.NAME</c>, so that <c>actorserver check</c> checks them. One
/// from another assembly has a public constructor that takes a <see cref="SettingsReader"/>, and is named in HOCON:
/// <c>actor-server.topologies.NAME.class = "Namespace.Type, Assembly"</c>.
/// </remarks>
public interface ITopology
{
    /// <summary>The four answers.</summary>
    Roles Roles { get; }

    /// <summary>What waits for input, as the ready line and /whoami tell it: <c>epoll</c>, <c>io_uring</c>, <c>blocking</c> …</summary>
    string Engine { get; }

    /// <summary>Why this machine cannot run it as configured, or null when it can.</summary>
    string? Unavailable { get; }

    /// <summary>The processes that serve, where that is not this one; null otherwise.</summary>
    Workforce? Workforce => null;

    /// <summary>Starts the actors: connections first, acceptors second.</summary>
    /// <param name="wiring">What they are made of.</param>
    void Wire(Wiring wiring);
}

/// <summary>The row of a topology in the catalog: README, <c>actorserver list</c> and the tests read it.</summary>
/// <param name="Name">As in HOCON, in the file names and in every table.</param>
/// <param name="Accept">Which thread accepts.</param>
/// <param name="Read">Which thread reads; • is "the same as the column on its left".</param>
/// <param name="Handle">Which thread runs the handler.</param>
/// <param name="Write">Which thread writes.</param>
/// <param name="Handoff">What a connection or request is handed over with.</param>
/// <param name="Observed">What an observer sees.</param>
public sealed record Roles(string Name, string Accept, string Read, string Handle, string Write, string Handoff, string Observed);

/// <summary>The keys that several topologies have, read the same way in each.</summary>
public static class TopologySettings
{
    extension(SettingsReader settings)
    {
        /// <summary>The <c>poller</c>, with <c>auto</c> resolved to what this machine has.</summary>
        public string Poller() => Pollers.Resolve(settings.Choice("poller", [Pollers.Auto, .. Pollers.Names]));

        /// <summary>The <c>workers</c>: threads that handle requests and may block.</summary>
        public int Workers() => settings.Number("workers", least: 1, most: 10_000);

        /// <summary>The <c>queue-capacity</c>, in requests.</summary>
        public int QueueCapacity() => settings.Number("queue-capacity", least: 1, most: 1_000_000);

        /// <summary>What <c>when-full</c> says about a request that finds the queue full.</summary>
        public WhenFull WhenFull() => settings.Choice("when-full", "wait", "refuse") == "refuse" ? Dispatch.WhenFull.Refuse : Dispatch.WhenFull.Wait;
    }
}
