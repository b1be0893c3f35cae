using System.Text;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol.Http1;
using ActorServer.Routing;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams.Dsl;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TestServer = ActorServer.Testing.TestServer;

namespace ActorServer.Tests.Routing;

/// <summary>Routes and their handlers of each kind, as clients see them: on every topology the same.</summary>
public sealed class RoutedServerTests
{
    public static TheoryData<string> Named => Rows.Runnable;

    [Theory, MemberData(nameof(Named))]
    public async Task Handlers_of_every_kind_answer_by_route(string topology)
    {
        // Processes can only be told a name; those of a connection each have no actors.
        await using var server = Rows.HasProcesses(topology)
            ? await TestServer.StartAsync(topology, hocon: $"handler = \"{(topology == "multi-process" ? typeof(Functions) : typeof(AllKinds)).AssemblyQualifiedName}\"")
            : await TestServer.StartAsync(topology, options => new AllKinds().MapTo(options));
        using var client = new RawClient(server.EndPoint);
        Assert.Equal((200, "hello"), Answer(client.Get("/")));
        Assert.Equal((200, "ann is 7"), Answer(client.Get("/users/ann/ages/7")));
        Assert.Equal((400, ""), Answer(client.Get("/users/ann/ages/old")));
        Assert.Equal((200, "waited for a b"), Answer(client.Get("/wait/a%20b")));
        Assert.Equal(404, client.Get("/users").Status);

        client.Send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("5", client.Read(withoutBody: true).Headers["Content-Length"]);
        client.Send("DELETE / HTTP/1.1\r\nHost: test\r\n\r\n");
        var wrong = client.Read();
        Assert.Equal((405, "GET, HEAD, OPTIONS"), (wrong.Status, wrong.Headers["Allow"]));
        client.Send("OPTIONS /wait/x HTTP/1.1\r\nHost: test\r\n\r\n");
        var options = client.Read();
        Assert.Equal((204, "GET, HEAD, OPTIONS, POST"), (options.Status, options.Headers["Allow"]));
        if (topology == "multi-process") return;

        Assert.Equal((200, "actor: 1 x"), Answer(client.Get("/count/x")));
        client.Send("POST /count/y HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((200, "actor: 2 y"), Answer(client.Read())); // the same actor
        Assert.Equal((200, "flow: a/b"), Answer(client.Get("/flow/a/b")));
    }

    [Fact]
    public async Task An_actor_of_the_hosts_own_system_answers_by_its_key()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka("mine", akka => akka.WithActors((system, registry) => registry.Register<Counter>(system.ActorOf<Counter>("counter"))));
        builder.Services.AddActorServer(server => server
            .Add("actor-server { topology = reactor, endpoint.port = 0, admin.socket = off }")
            .MapGet("/count/{it}", RegisteredActor.Of<Counter>()));
        using var host = builder.Build();
        await host.StartAsync();
        using (var client = new HttpClient { BaseAddress = host.Services.GetRequiredService<Hosting.ActorServerService>().Server!.Url })
            Assert.Equal("actor: 1 z", await client.GetStringAsync("/count/z"));
        await host.StopAsync();
    }

    [Fact]
    public async Task What_cannot_answer_is_said_at_the_start()
    {
        var missing = await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync("epoll", routes => routes.MapGet("/", RegisteredActor.Of<Counter>())));
        Assert.Contains("AddAkka", missing.Message);
        var twice = await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync("epoll", hocon: $"handler = \"{typeof(Twice).AssemblyQualifiedName}\""));
        Assert.Contains("answer the same requests", twice.Message);
        var actors = await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync("multi-process", hocon: $"handler = \"{typeof(AllKinds).AssemblyQualifiedName}\""));
        Assert.Contains("no actors", actors.Message);
        Assert.Throws<InvalidOperationException>(() => new Hosting.ActorServerOptions().MapGet("/", static (HttpExchange _) => { }).UseHandler(new DemoApp()));
        Assert.Throws<InvalidOperationException>(() => new Hosting.ActorServerOptions().UseHandler(new DemoApp()).MapGet("/", static (HttpExchange _) => { }));
    }

    private static (int, string) Answer(Reply reply) => (reply.Status, reply.Text);

    public sealed class Functions : IRoutedHandler
    {
        public void Map(Routes routes) => MapTo(routes);

        public static void MapTo<TRoutes>(TRoutes routes) where TRoutes : IRoutes => routes
            .MapGet("/", exchange => exchange.Response.Write("hello"))
            .MapGet("/users/{name}/ages/{age}", exchange =>
            {
                if (exchange.TryRoute<int>("age", out var age)) exchange.Response.Write($"{Encoding.UTF8.GetString(exchange.RouteValue("name"))} is {age}");
                else exchange.Response.Status = 400;
            })
            .MapGet("/wait/{what}", WaitAsync)
            .MapPost("/wait/{what}", WaitAsync);

        private static async ValueTask WaitAsync(HttpExchange exchange)
        {
            await Task.Yield();
            exchange.Response.Write($"waited for {exchange.RouteText("what")}");
        }
    }

    public sealed class AllKinds : IRoutedHandler
    {
        public void Map(Routes routes) => MapTo(routes);

        public void MapTo<TRoutes>(TRoutes routes) where TRoutes : IRoutes
        {
            Functions.MapTo(routes);
            var counter = Props.Create<Counter>();
            routes.MapGet("/count/{it}", counter).MapPost("/count/{it}", counter)
                .MapGet("/flow/{**it}", Flow.Create<Request>().Select(request => request.Reply($"flow: {request.RouteText("it")}")));
        }
    }

    public sealed class Twice : IRoutedHandler
    {
        public void Map(Routes routes) => routes.MapGet("/{a}", static (HttpExchange _) => { }).MapGet("/{b}", static (HttpExchange _) => { });
    }

    private sealed class Counter : ReceiveActor
    {
        private int _requests;

        public Counter() => Receive<Request>(request => Sender.Tell(request.Reply($"actor: {++_requests} {request.RouteText("it")}")));
    }
}
