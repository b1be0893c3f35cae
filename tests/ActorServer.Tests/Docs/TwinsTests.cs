using System.Text.Json;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Docs;

/// <summary>The example of docs/add-a-topology.md is the class that is compiled here, and serves as it is configured there.</summary>
public sealed class TwinsTests
{
    private static readonly Document Page = Document.All.Single(document => document.Name == "docs/add-a-topology.md");

    [Fact]
    public void The_page_shows_the_class() =>
        Assert.Contains(File.ReadAllText(Path.Combine(Document.Root, "tests/ActorServer.Tests/Docs/Twins.cs")), Page.Blocks("csharp"));

    [Fact]
    public async Task It_serves_each_connection_on_one_of_its_two_loops()
    {
        var settings = Page.Blocks("hocon").SelectMany(block => block.Split('\n')).Single(line => line.Contains("My.Twins, Twins", StringComparison.Ordinal))
            .Replace("My.Twins, Twins", "My.Twins, ActorServer.Tests", StringComparison.Ordinal);
        await using var server = await TestServer.StartAsync("twins", settings);
        using RawClient first = server.Connect(), second = server.Connect();
        Assert.Equal([("epoll+poll", "left"), ("epoll+poll", "right")], new[] { WhoAmI(first), WhoAmI(second) });
    }

    private static (string, string) WhoAmI(RawClient client)
    {
        var who = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        return (who.GetProperty("engine").GetString()!, who.GetProperty("thread").GetString()!);
    }
}
