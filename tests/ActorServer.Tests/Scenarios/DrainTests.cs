using System.Net;
using System.Net.Sockets;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Scenarios;

/// <summary>A server that stops while a handler holds the loop that accepts.</summary>
public sealed class DrainTests
{
    [Theory]
    [InlineData("event-loop")]
    [InlineData("fiber")]
    [InlineData("proactor")]
    [InlineData("proactor engine = socket-async")]
    [InlineData("single-process")]
    public async Task Nobody_can_connect_though_the_loop_is_held_and_whoever_had_connected_is_answered(string topology)
    {
        using var asked = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/block"u8))
            {
                asked.Release();
                release.Wait();
            }

            exchange.Response.Write("done"u8);
            return ValueTask.CompletedTask;
        }, "drain.deadline = 10m");
        using var busy = server.Connect();
        busy.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        await asked.WaitAsync();
        try
        {
            using var waiting = server.Connect();
            waiting.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            var stop = server.Running.StopAsync();
            Eventually.True(() => IsRefused(server.Running.EndPoint), "who comes now is refused");
            Assert.False(stop.IsCompleted);
            release.Set();
            Assert.Equal("done", busy.Read().Text);
            Assert.Equal("done", waiting.Read().Text);
            Assert.Equal(0, await stop);
        }
        finally
        {
            release.Set();
        }
    }

    private static bool IsRefused(IPEndPoint server)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(server);
            Thread.Sleep(50); // each takes a place in the kernel's queue
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }
}
