using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Kernel.Hosting.Tests;

public sealed class RegistryTests
{
    private static Action<AkkaConfigurationBuilder, IServiceProvider> Nothing => static (_, _) => { };

    [Fact]
    public async Task A_service_gets_the_actor_that_it_requires()
    {
        using var host = await TestHost.Start(
            (builder, _) => builder.WithActors((system, registry) => registry.Register<Echo>(system.ActorOf(Props.Create<Echo>(), "echo"))),
            services => services.AddSingleton<Service>());
        Assert.Equal("hello", await host.Services.GetRequiredService<Service>().Ask("hello"));
        await host.Stop();
    }

    [Fact]
    public async Task A_key_is_registered_once_or_replaced()
    {
        using var host = await TestHost.Start(Nothing);
        var registry = ActorRegistry.For(host.System());
        Assert.Same(registry, host.Services.GetRequiredService<IActorRegistry>());
        var (one, two) = (host.System().ActorOf(Props.Empty, "one"), host.System().ActorOf(Props.Empty, "two"));
        registry.Register<Echo>(one);
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<Echo>(two));
        Assert.False(registry.TryRegister<Echo>(two));
        Assert.Equal(one, registry.Get<Echo>());
        Assert.True(registry.TryRegister<Echo>(two, overwrite: true));
        Assert.Equal(two, registry.Get<Echo>());
        Assert.Equal([KeyValuePair.Create(typeof(Echo), two)], registry);
        await host.Stop();
    }

    [Fact]
    public async Task A_missing_actor_is_missed_or_waited_for()
    {
        using var host = await TestHost.Start(Nothing);
        var registry = ActorRegistry.For(host.System());
        var required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
        Assert.False(registry.TryGet<Echo>(out _));
        var waiting = required.GetAsync();
        Assert.False(waiting.IsCompleted);
        Assert.Empty(registry);
        var actor = host.System().ActorOf(Props.Empty);
        registry.Register<Echo>(actor);
        Assert.Equal(actor, await waiting.WaitAsync(TestHost.Patience));
        Assert.Equal(actor, required.ActorRef);
        await host.Stop();
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var host = await TestHost.Start(Nothing);
        using var cancel = new CancellationTokenSource();
        var waiting = ActorRegistry.For(host.System()).GetAsync<Echo>(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await host.Stop();
    }

    [Fact]
    public async Task An_actor_takes_services_and_arguments_and_its_scope_ends_with_it()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = await TestHost.Start(
            (builder, _) => builder.WithActors((system, registry, resolver) =>
                registry.Register<Dependent>(system.ActorOf(resolver.Props<Dependent>("argument"), "dependent"))),
            services => services.AddScoped(_ => new Scoped(ended)));
        var actor = host.Services.GetRequiredService<IRequiredActor<Dependent>>().ActorRef;
        Assert.Equal("argument", await actor.Ask<string>("what", TestHost.Patience));
        Assert.Same(DependencyResolver.For(host.System()).Resolver, DependencyResolver.For(host.System()).Resolver);
        Assert.False(ended.Task.IsCompleted);
        host.System().Stop(actor);
        await ended.Task.WaitAsync(TestHost.Patience);
        await host.Stop();
    }

    private sealed class Service(IRequiredActor<Echo> echo)
    {
        public Task<string> Ask(string question) => echo.ActorRef.Ask<string>(question, TestHost.Patience);
    }

    private sealed class Scoped(TaskCompletionSource ended) : IDisposable
    {
        public void Dispose() => ended.TrySetResult();
    }

    private sealed class Dependent : ReceiveActor
    {
        public Dependent(Scoped scoped, string argument) => ReceiveAny(_ => Sender.Tell(scoped is not null ? argument : "nothing"));
    }
}
