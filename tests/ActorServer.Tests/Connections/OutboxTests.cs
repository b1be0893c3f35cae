using System.Buffers;
using System.Text;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Protocol.Line;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Connections;

/// <summary>Lines that a client has not asked for reach it on every topology, whatever its connection is at.</summary>
public sealed class OutboxTests
{
    [Theory, MemberData(nameof(Rows.InProcess), MemberType = typeof(Rows))]
    public async Task Lines_reach_clients_that_are_idle_busy_or_half_through_a_line(string topology)
    {
        var town = new Town();
        await using var server = await TestServer.StartAsync(topology, town, "protocol = line");
        using var ann = server.Connect();
        ann.Send("name ann\n");
        Assert.Equal("ann", ann.Line());
        ann.Send("tell ann: to myself\nquiet\nname ann\n");
        // The answer and what was sent meanwhile have no order; what was sent to one keeps its own.
        Assert.Equal(["ann", "to myself"], ((string[])[ann.Line(), ann.Line()]).Order());
        if (!server.ServesSeveral)
        {
            Assert.True(town.Tell("ann", "from outside"));
            Assert.Equal("from outside", ann.Line());
            return;
        }

        using var bob = server.Connect();
        bob.Send("name bob\n");
        Assert.Equal("bob", bob.Line());
        for (var i = 0; i < 50; i++)
        {
            bob.Send($"tell ann: {i}\n");
            Assert.Equal($"{i}", ann.Line()); // idle
        }

        ann.Send("name an"); // the rest comes later
        for (var i = 0; i < 1000; i++) Assert.True(town.Tell("ann", $"{i}"));
        for (var i = 0; i < 1000; i++) Assert.Equal($"{i}", ann.Line());
        ann.Send("na\n");
        Assert.Equal("anna", ann.Line());
        ann.Dispose();
        Eventually.True(() => server.Ended(EndReason.ClientClosed) == 1 && !town.Tell("anna", "gone"), "who has left is sent nothing");
    }

    [Theory]
    [InlineData("actor")]
    [InlineData("multi-thread")]
    [InlineData("proactor")]
    [InlineData("pipeline")]
    [InlineData("half-sync-half-async respond=worker")]
    public async Task What_was_taken_arrives_and_what_is_too_much_is_refused(string topology)
    {
        var town = new Town();
        await using var server = await TestServer.StartAsync(topology, town, "protocol = line");
        using var ann = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        ann.Send("name ann\n");
        Assert.Equal("ann", ann.Line());
        var line = new string('x', 1000);
        var sent = 0;
        while (town.Tell("ann", line)) sent++;
        for (var i = 0; i < sent; i++) Assert.Equal(line, ann.Line());
        Eventually.True(() => town.Tell("ann", "again"), "there is room again");
        Assert.Equal("again", ann.Line());
    }

    [Fact]
    public async Task Only_lines_can_be_sent()
    {
        var answered = new TaskCompletionSource<ConnectionInfo>();
        await using var server = await TestServer.StartAsync("epoll", exchange =>
        {
            answered.SetResult(exchange.Connection);
            return default;
        });
        using var client = server.Connect();
        client.Get("/");
        var connection = await answered.Task;
        Assert.Throws<InvalidOperationException>(() => connection.TrySend("no"u8.ToArray()));
    }

    /// <summary>Everybody by name. <c>name N</c> is answered, <c>tell N: …</c> and <c>quiet</c> are not.</summary>
    private sealed class Town : ILineHandler
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, ConnectionInfo> _people = new();

        public bool Tell(string name, string line) => _people[name].TrySend(Encoding.UTF8.GetBytes(line));

        public void Handle(LineExchange exchange)
        {
            var line = Encoding.UTF8.GetString(exchange.Line);
            switch (line.Split(' ', 2))
            {
                case ["name", var name]:
                    _people[name] = exchange.Connection;
                    exchange.Reply.Write(Encoding.UTF8.GetBytes(name));
                    break;
                case ["tell", var what]:
                    exchange.Silent = true;
                    Tell(what.Split(": ")[0], what.Split(": ")[1]);
                    break;
                default:
                    exchange.Reply.Write("dropped"u8);
                    exchange.Silent = true;
                    break;
            }
        }
    }
}
