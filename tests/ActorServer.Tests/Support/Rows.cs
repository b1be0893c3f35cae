using ActorServer.Configuration;
using ActorServer.Topologies;

namespace ActorServer.Tests.Support;

/// <summary>The rows of the catalog: a new topology joins every suite by being listed there.</summary>
public static class Rows
{
    /// <summary>The topologies that this machine can run.</summary>
    public static TheoryData<string> Runnable => [.. RunnableNames];

    /// <summary>The same, and those that another setting makes behave differently: the name, a space, the setting.</summary>
    public static TheoryData<string> Variants => [.. VariantNames(Small)];

    /// <summary>The variants with as many processes as their configuration says by itself.</summary>
    public static TheoryData<string> AsConfigured => [.. VariantNames(name => name)];

    /// <summary>Of the variants those that serve several connections at a time.</summary>
    public static TheoryData<string> Several => [.. VariantNames(Small).Where(ServesSeveral)];

    /// <summary>Of the variants those that serve in this process: for what a test does with the handler, the actors or the threads.</summary>
    public static TheoryData<string> InProcess => [.. VariantNames(Small).Where(variant => !HasProcesses(variant))];

    /// <summary>The topologies that this machine can run and that serve several connections at a time, in one process.</summary>
    public static TheoryData<string> Concurrent => [.. RunnableNames.Where(name => ServesSeveral(name) && !HasProcesses(name))];

    /// <summary>Of the variants those: for what happens to one client while another is served, which is nothing where there is only one.</summary>
    public static TheoryData<string> ConcurrentVariants => [.. VariantNames(Small).Where(variant => ServesSeveral(variant) && !HasProcesses(variant))];

    public static TheoryData<string> Unrunnable => [.. Catalog.Entries.Where(entry => Unavailable(entry) is not null).Select(entry => entry.Roles.Name), "none"];

    public static string? Unavailable(Catalog.Entry entry) =>
        entry.Create(new SettingsReader(ServerSettings.Defaults, ServerSettings.Root).Section("topologies").Section(entry.Roles.Name)).Unavailable;

    /// <summary>
    /// Whether a client is served while others are connected. Where one waits until the other has closed, which is what the model promises,
    /// the suites ask for the same with clients that come one after the other.
    /// </summary>
    public static bool ServesSeveral(string topology) => topology != SingleProcess.Row.Name;

    /// <summary>Whether other processes serve.</summary>
    public static bool HasProcesses(string topology) => Catalog.Entries.Single(entry => entry.Roles.Name == topology.Split(' ')[0]).HasProcesses;

    private static IEnumerable<string> VariantNames(Func<string, string> size) => [.. RunnableNames.Select(size), "epoll trigger=edge", "actor poller=poll", "proactor loops=2", "proactor engine=socket-async", "thread-pool when-full=refuse", "multi-thread spares=0",
        "hybrid routing.by=path", "hybrid business.run=fiber", "hybrid network.engine=socket-async",
        "half-sync-half-async respond=worker", "half-sync-half-async when-full=refuse", "message-balanced ordered=request"];

    /// <summary>As few processes as will do: starting them takes most of a test's time.</summary>
    private static string Small(string topology) => topology switch
    {
        "process-pool-1" or "process-pool-2" => $"{topology} processes=1",
        "multi-process" => $"{topology} spares=2",
        _ => topology,
    };

    private static IEnumerable<string> RunnableNames => Catalog.Entries.Where(entry => Unavailable(entry) is null).Select(entry => entry.Roles.Name);
}
