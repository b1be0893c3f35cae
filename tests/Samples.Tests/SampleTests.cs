using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Samples.Tests;

/// <summary>The samples do what their READMEs say, on topologies that have little in common.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("actor")]
    [InlineData("multi-thread")]
    [InlineData("message-balanced")]
    public async Task Rest_keeps_notes(string topology)
    {
        using var sample = await SampleProcess.StartAsync("Rest", topology);
        using (var client = sample.CreateClient())
        {
            Assert.Contains("/notes", await client.GetStringAsync("/"));
            Assert.Equal("[]", await client.GetStringAsync("/notes"));
            var created = await client.PostAsJsonAsync("/notes", new { text = "buy milk" });
            Assert.Equal((HttpStatusCode.Created, "/notes/1"), (created.StatusCode, created.Headers.Location?.OriginalString));
            Assert.Equal("""{"id":1,"text":"buy milk","done":false}""", await created.Content.ReadAsStringAsync());
            Assert.Equal(HttpStatusCode.OK, (await client.PutAsJsonAsync("/notes/1", new { text = "buy milk", done = true })).StatusCode);
            Assert.True((await client.GetFromJsonAsync<JsonElement>("/notes"))[0].GetProperty("done").GetBoolean());

            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/notes", new StringContent("no JSON"))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/notes/2")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/elsewhere")).StatusCode);
            var wrong = await client.PutAsync("/notes", new StringContent("{}"));
            Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, HEAD, OPTIONS, POST"), (wrong.StatusCode, string.Join(", ", wrong.Content.Headers.Allow)));

            Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/notes/1")).StatusCode);
            Assert.Equal("[]", await client.GetStringAsync("/notes"));
        }

        Assert.Equal(0, await sample.TerminateAsync());
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("multi-thread")]
    [InlineData("proactor")]
    [InlineData("half-sync-half-async")]
    public async Task Chat_carries_what_is_said_to_everybody_else(string topology)
    {
        using var sample = await SampleProcess.StartAsync("Chat", topology);
        using var ann = await sample.ConnectLinesAsync();
        Assert.Equal("* welcome ann; here: ann", await ann.AskAsync("ann"));
        using var bob = await sample.ConnectLinesAsync();
        Assert.Equal("* there is a ann already, say another name", await bob.AskAsync("ann"));
        Assert.Equal("* welcome bob; here: ann, bob", await bob.AskAsync("bob"));
        Assert.Equal("* bob is here", await ann.ReceiveAsync());
        using (var eve = await sample.ConnectLinesAsync())
        {
            await eve.AskAsync("eve");
            Assert.Equal("* eve is here", await ann.ReceiveAsync());
            Assert.Equal("* eve is here", await bob.ReceiveAsync());
            await ann.SendAsync("good day");
            Assert.Equal("ann: good day", await bob.ReceiveAsync());
            Assert.Equal("ann: good day", await eve.ReceiveAsync());
        }

        Assert.Equal("* eve has left", await ann.ReceiveAsync()); // she has closed her end, and nothing else
        Assert.Equal("* eve has left", await bob.ReceiveAsync());
        Assert.Equal("* here: ann, bob", await ann.AskAsync("/who"));
        Assert.Equal("* bye", await bob.AskAsync("/quit"));
        Assert.Null(await bob.ReceiveAsync());
        bob.Dispose();
        Assert.Equal("* bob has left", await ann.ReceiveAsync());

        var exit = sample.TerminateAsync();
        Assert.Null(await ann.ReceiveAsync());
        ann.Dispose();
        Assert.Equal(0, await exit);
    }

    [Theory]
    [InlineData("half-sync-half-async")]
    [InlineData("reactor")]
    public async Task Session_keeps_carts_for_as_long_as_they_are_used(string topology)
    {
        using var sample = await SampleProcess.StartAsync("Session", topology);
        using (var client = sample.CreateClient())
        {
            Assert.Equal("0 in use\n", await client.GetStringAsync("/carts"));
            await client.PostAsync("/carts/ann", new StringContent("apples"));
            Assert.Equal("apples, pears\n", await (await client.PostAsync("/carts/ann", new StringContent("pears"))).Content.ReadAsStringAsync());
            Assert.Equal("plums\n", await (await client.PostAsync("/carts/bob", new StringContent("plums"))).Content.ReadAsStringAsync());
            for (var patience = 0; await client.GetStringAsync("/carts") != "0 in use\n"; patience++)
            {
                Assert.InRange(patience, 0, 300);
                await Task.Delay(100);
            }

            Assert.Equal("\n", await client.GetStringAsync("/carts/ann")); // another one
            Assert.Equal("1 in use\n", await client.GetStringAsync("/carts"));
        }

        Assert.Equal(0, await sample.TerminateAsync());
    }

    [Theory]
    [InlineData("Rest")]
    [InlineData("Chat")]
    [InlineData("Session")]
    public async Task A_setting_that_nobody_knows_is_one_line_and_exit_code_2(string sample)
    {
        var (exitCode, errors) = await SampleProcess.FailAsync(sample, "topologie=epoll");
        Assert.Equal(2, exitCode);
        Assert.Contains("topologie", Assert.Single(errors.TrimEnd().Split('\n')));
    }
}
