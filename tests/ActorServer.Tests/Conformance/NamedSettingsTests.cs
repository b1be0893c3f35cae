using System.Text.Json;
using ActorServer.Configuration;
using ActorServer.Server;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>Files of hocon/ that give a name to settings of a row: the threads that an observer sees are those of the name.</summary>
public sealed class NamedSettingsTests
{
    [Fact]
    public async Task Single_threaded_accepts_reads_handles_and_writes_on_one_thread()
    {
        var seen = await ObserveAsync("single-threaded.conf", "event-loop");
        Assert.Single(seen.SelectMany(who => (int[])[who.Accepted, who.Read, who.Handled, who.Written]).Distinct());
    }

    [Fact]
    public async Task Single_acceptor_has_one_thread_that_accepts_for_several_that_serve()
    {
        var seen = await ObserveAsync("single-acceptor.conf", "reactor");
        var acceptor = Assert.Single(seen.Select(who => who.Accepted).Distinct());
        var serving = seen.Select(who => who.Handled).Distinct().ToList();
        Assert.True(serving.Count > 1, "one loop serves everything");
        Assert.DoesNotContain(acceptor, serving);
    }

    [Theory, InlineData("poll"), InlineData("epoll")]
    public async Task A_poller_and_a_thread_pool_read_on_one_thread_and_handle_and_write_on_others(string poller)
    {
        if (ActorServer.IO.Polling.Pollers.Unavailable(poller) is not null) return;
        var seen = await ObserveAsync($"{poller}-thread-pool.conf", "half-sync-half-async", poller);
        var loop = Assert.Single(seen.SelectMany(who => (int[])[who.Accepted, who.Read]).Distinct());
        Assert.DoesNotContain(loop, seen.SelectMany(who => (int[])[who.Handled, who.Written]));
    }

    private static async Task<IReadOnlyList<Who>> ObserveAsync(string file, string topology, string? engine = null)
    {
        await using var server = await RunningServer.StartAsync(ServerSettings.Load(
            Akka.Configuration.ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF }, actor-server.endpoint.port = 0"),
            ConfigurationSource.File(Path.Combine(AppContext.BaseDirectory, "hocon", file))));
        Assert.Equal((topology, engine ?? server.Info.Engine), (server.Info.Topology, server.Info.Engine));
        var clients = Enumerable.Range(0, 8).Select(_ => new RawClient(server.EndPoint)).ToList();
        clients.ForEach(client => client.Get("/")); // the thread that wrote it is told by the next reply
        var seen = clients.ConvertAll(client =>
        {
            using var json = JsonDocument.Parse(client.Get("/whoami").Body);
            int Tid(string role) => json.RootElement.GetProperty(role + "_tid").GetInt32();
            return new Who(Tid("accepted"), Tid("read"), Tid("handle"), Tid("write"));
        });
        clients.ForEach(client => client.Dispose());
        return seen;
    }

    private sealed record Who(int Accepted, int Read, int Handled, int Written);
}
