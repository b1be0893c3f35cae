using System.Text.Json;
using ActorServer.Tests.Support;
using ActorServer.Topologies;

namespace ActorServer.Tests.Conformance;

/// <summary>The threads that requests really run on match what the row promises: a model in name only is a defect.</summary>
public sealed class SignatureTests
{
    [Fact]
    public void No_two_rows_are_the_same_model()
    {
        var answers = Catalog.Entries.Select(entry => entry.Roles with { Name = "", Observed = "" }).ToList();
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    [Fact]
    public async Task Actor_spreads_connections_evenly_over_worker_actors_each_on_a_thread_of_its_own()
    {
        await using var server = await TestServer.StartAsync("actor", "topologies.actor.workers = 3");
        var clients = Enumerable.Range(0, 12).Select(_ => server.Connect()).ToList();
        var seen = clients.Select(client => JsonDocument.Parse(client.Get("/whoami").Body).RootElement).ToList();
        var byWorker = seen.GroupBy(who => who.GetProperty("actor").GetString()!.Split('/')[5]).ToList();
        Assert.Equal(["worker-1", "worker-2", "worker-3"], byWorker.Select(group => group.Key).Order());
        foreach (var worker in byWorker)
        {
            Assert.Equal(4, worker.Count());
            Assert.Single(worker.Select(who => who.GetProperty("handle_tid").GetInt32()).Distinct());
            Assert.All(worker, who => Assert.Equal(who.GetProperty("read_tid").GetInt32(), who.GetProperty("handle_tid").GetInt32()));
        }

        Assert.Equal(3, seen.Select(who => who.GetProperty("handle_tid").GetInt32()).Distinct().Count());
        var acceptor = Assert.Single(seen.Select(who => who.GetProperty("accepted_tid").GetInt32()).Distinct());
        Assert.DoesNotContain(acceptor, seen.Select(who => who.GetProperty("handle_tid").GetInt32()));

        // Whoever leaves makes room: the next connections go to the worker with the fewest.
        var emptied = byWorker[0].Key;
        for (var i = 0; i < 12; i++)
        {
            if (seen[i].GetProperty("actor").GetString()!.Contains($"/{emptied}/", StringComparison.Ordinal)) clients[i].Dispose();
        }

        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 8, "the server notices");
        for (var i = 0; i < 4; i++)
        {
            clients.Add(server.Connect());
            Assert.Contains($"/{emptied}/", clients[^1].Get("/whoami").Text, StringComparison.Ordinal);
        }

        clients.ForEach(client => client.Dispose());
    }

    [Theory, InlineData("epoll"), InlineData("poll")]
    public async Task Actor_waits_with_the_poller_that_was_configured(string poller)
    {
        if (IO.Polling.Pollers.Unavailable(poller) is not null) return; // another platform's
        await using var server = await TestServer.StartAsync("actor", $"topologies.actor.poller = {poller}");
        using var client = server.Connect();
        Assert.Equal(poller, JsonDocument.Parse(client.Get("/whoami").Body).RootElement.GetProperty("engine").GetString());
        if (!OperatingSystem.IsLinux()) return;
        var tid = JsonDocument.Parse(client.Get("/whoami").Body).RootElement.GetProperty("handle_tid").GetInt32();
        // proc(5): the system call that a thread is in, by number (x86-64 and the generic table).
        string[] numbers = poller == "epoll" ? ["232", "281", "22"] : ["7", "271", "73"];
        Eventually.True(() => numbers.Contains(File.ReadAllText($"/proc/self/task/{tid}/syscall").Split(' ')[0]), $"the loop sleeps in {poller}");
    }
}
