using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaCompatibility;

/// <summary>What Akka.Hosting's documentation says: an actor system as a part of a generic host.</summary>
public sealed class HostingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Actors_start_with_the_host_and_are_found_by_a_marker()
    {
        using var host = Build(builder => builder.WithActors((system, registry) => registry.Register<Greeter>(system.ActorOf(Props.Create<Greeter>(), "greeter"))));
        await host.StartAsync();
        var greeter = host.Services.GetRequiredService<ActorRegistry>().Get<Greeter>();
        Assert.Equal("hello Ann", await greeter.Ask<string>("Ann", Patience));
        var required = host.Services.GetRequiredService<IRequiredActor<Greeter>>();
        Assert.Equal(greeter, required.ActorRef);
        Assert.Equal(greeter, await required.GetAsync());
        await host.StopAsync();
    }

    [Fact]
    public async Task Actors_get_services_injected()
    {
        using var host = Build(
            builder => builder.WithActors((system, registry, resolver) => registry.Register<Polite>(system.ActorOf(resolver.Props<Polite>(), "polite"))),
            services => services.AddSingleton("good evening"));
        await host.StartAsync();
        Assert.Equal("good evening Bob", await host.Services.GetRequiredService<ActorRegistry>().Get<Polite>().Ask<string>("Bob", Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_hosts_stop_runs_the_coordinated_shutdown()
    {
        var drained = false;
        using var host = Build(builder => builder.AddStartup((system, _) => CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone,
            "drain",
            async () =>
            {
                await Task.Yield();
                drained = true;
                return Done.Instance;
            })));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        await host.StopAsync();
        Assert.True(drained);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Hocon_that_is_prepended_wins()
    {
        using var host = Build(builder => builder
            .AddHocon("my.key = 1", HoconAddMode.Append)
            .AddHocon("my.key = 2", HoconAddMode.Prepend));
        await host.StartAsync();
        Assert.Equal(2, host.Services.GetRequiredService<ActorSystem>().Settings.Config.GetInt("my.key"));
        await host.StopAsync();
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection>? services = null) => new HostBuilder()
        .ConfigureServices(collection =>
        {
            services?.Invoke(collection);
            collection.AddAkka("hosted", (builder, _) =>
            {
                builder.AddHocon("akka.stdout-loglevel = OFF, akka.loglevel = OFF", HoconAddMode.Append);
                configure(builder);
            });
        })
        .Build();

    private sealed class Greeter : ReceiveActor
    {
        public Greeter() => Receive<string>(name => Sender.Tell($"hello {name}"));
    }

    private sealed class Polite : ReceiveActor
    {
        public Polite(string greeting) => Receive<string>(name => Sender.Tell($"{greeting} {name}"));
    }
}
