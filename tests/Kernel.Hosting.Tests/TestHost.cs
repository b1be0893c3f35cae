using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A signal to the process reaches all hosts in it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Kernel.Hosting.Tests;

/// <summary>Hosts with an actor system, silent on standard output.</summary>
internal static class TestHost
{
    /// <summary>Generous: it only passes when something has gone wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static IHost Create(Action<AkkaConfigurationBuilder, IServiceProvider> akka, Action<IServiceCollection>? services = null) => new HostBuilder()
        .ConfigureServices(collection =>
        {
            services?.Invoke(collection);
            collection.AddAkka("hosted", (builder, provider) =>
            {
                builder.AddHocon("akka.loglevel = OFF, akka.stdout-loglevel = OFF", HoconAddMode.Append);
                akka(builder, provider);
            });
        })
        .ConfigureLogging(static logging => logging.ClearProviders())
        .Build();

    public static async Task<IHost> Start(Action<AkkaConfigurationBuilder, IServiceProvider> akka, Action<IServiceCollection>? services = null)
    {
        var host = Create(akka, services);
        await host.StartAsync().WaitAsync(Patience);
        return host;
    }

    public static ActorSystem System(this IHost host) => host.Services.GetRequiredService<ActorSystem>();

    public static async Task Stop(this IHost host)
    {
        await host.StopAsync().WaitAsync(Patience);
        host.Dispose();
    }
}

/// <summary>Answers every message with itself.</summary>
internal sealed class Echo : ReceiveActor
{
    public Echo() => ReceiveAny(message => Sender.Tell(message));
}
