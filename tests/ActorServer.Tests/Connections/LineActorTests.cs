using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Tests.Support;
using Akka.Actor;

namespace ActorServer.Tests.Connections;

/// <summary>Actors that answer lines, on every topology that has actors.</summary>
public sealed class LineActorTests
{
    [Theory, MemberData(nameof(Rows.InProcess), MemberType = typeof(Rows))]
    public async Task An_actor_answers_lines_or_not_and_hears_of_the_end(string topology)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, Props.Create(() => new Listener(ended)), "protocol = line");
        using (var client = server.Connect())
        {
            client.Send("one\nquiet\ntwo\r\nlater\nthree\nlast\nnever\n");
            foreach (var line in (string[])["one", "two", "later", "three", "last"]) Assert.Equal(line, client.Line());
            client.ExpectEnd();
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Eventually.True(() => server.Ended(EndReason.ResponseComplete) == 1, "the end is counted");
    }

    [Fact]
    public async Task Without_an_answer_the_connection_ends()
    {
        await using var server = await TestServer.StartAsync("actor", Props.Create(() => new Listener(new TaskCompletionSource())), "protocol = line, handler-timeout = 1s");
        using var client = server.Connect();
        client.Send("one\nforgotten\n");
        Assert.Equal("one", client.Line());
        client.ExpectEnd();
        Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == 1, "the end is counted");
    }

    [Fact]
    public async Task What_handles_no_lines_is_refused()
    {
        var failure = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Testing.TestServer.StartAsync("actor", server => server.UseHandler(new NoLines()), "protocol = line"));
        Assert.Contains("handles no line; expected ILineHandler or an actor", failure.Message);
    }

    private sealed class NoLines : IHttpHandler
    {
        public void Handle(Protocol.Http1.HttpExchange exchange) => exchange.Response.Status = 204;
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource ended)
        {
            Receive<Line>(line =>
            {
                Context.Watch(line.Connection.Actor);
                switch (line.Text)
                {
                    case "quiet":
                        Sender.Tell(line.NoReply());
                        break;
                    case "later":
                        _ = Task.Delay(5).PipeTo(Sender, success: () => line.Reply(line.Text));
                        break;
                    case "forgotten":
                        break;
                    default:
                        Sender.Tell(line.Reply(line.Text, close: line.Text == "last"));
                        break;
                }
            });
            Receive<Terminated>(_ => ended.TrySetResult());
        }
    }
}
