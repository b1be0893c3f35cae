using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kernel.Hosting.Tests;

public sealed partial class LifetimeTests
{
    private readonly ConcurrentQueue<string> _happened = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _draining = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A host whose actor system has work to finish.</summary>
    private Task<IHost> StartDraining() => TestHost.Start((builder, _) => builder.AddStartup((system, _) =>
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain", async () =>
        {
            _draining.SetResult();
            await _drained.Task;
            return Done.Instance;
        })));

    [Fact]
    public async Task Actors_and_startups_run_in_order_before_the_host_has_started()
    {
        using var host = await TestHost.Start((builder, _) => builder
            .AddStartup((_, _) => _happened.Enqueue("startup"))
            .WithActors((_, _) => _happened.Enqueue("actors 1"))
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                _happened.Enqueue("actors 2");
            })
            .StartActors((_, _) => _happened.Enqueue("actors 3")));
        Assert.Equal(["actors 1", "actors 2", "actors 3", "startup"], _happened);
        await host.Stop();
    }

    [Fact]
    public async Task The_hosts_stop_runs_the_coordinated_shutdown_and_waits_for_it()
    {
        var host = await StartDraining();
        var system = host.System();
        var stop = host.StopAsync();
        await _draining.Task.WaitAsync(TestHost.Patience);
        Assert.False(stop.IsCompleted);
        Assert.False(system.WhenTerminated.IsCompleted);
        _drained.SetResult();
        await stop.WaitAsync(TestHost.Patience);
        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
        host.Dispose();
    }

    [Fact]
    public async Task A_signal_drains()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var host = await StartDraining();
        var stopped = host.WaitForShutdownAsync();
        Assert.Equal(0, Kill(Environment.ProcessId, 15));
        await _draining.Task.WaitAsync(TestHost.Patience);
        Assert.False(stopped.IsCompleted);
        _drained.SetResult();
        await stopped.WaitAsync(TestHost.Patience);
        Assert.True(host.System().WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task The_hosts_patience_is_limited()
    {
        var host = await StartDraining();
        using var limit = new CancellationTokenSource();
        var stop = host.StopAsync(limit.Token);
        await _draining.Task.WaitAsync(TestHost.Patience);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop.WaitAsync(TestHost.Patience));
        _drained.SetResult();
        await host.System().WhenTerminated.WaitAsync(TestHost.Patience);
        host.Dispose();
    }

    [Fact]
    public async Task A_host_whose_patience_nobody_chose_waits_for_all_phases()
    {
        var host = await TestHost.Start((builder, _) => builder.AddHocon(
            "akka.coordinated-shutdown.phases.service-requests-done.timeout = 10m", HoconAddMode.Prepend));
        var shutdown = CoordinatedShutdown.Get(host.System());
        Assert.True(shutdown.TotalTimeout > TimeSpan.FromMinutes(10));
        Assert.Equal(shutdown.TotalTimeout, host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        await host.Stop();
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(7000, 0)]
    [InlineData(-1, 0)]
    public async Task A_patience_that_was_chosen_stays_and_one_that_is_too_short_is_warned_of(int seconds, int warnings)
    {
        var chosen = seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        var log = new LogOf<AkkaHostedService>();
        var host = await TestHost.Start(static (_, _) => { }, services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = chosen)
            .AddSingleton<ILogger<AkkaHostedService>>(log));
        Assert.Equal(chosen, host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        Assert.Equal(warnings, log.Warnings.Count(static text => text.StartsWith("HostOptions.ShutdownTimeout is 00:00:07, the phases", StringComparison.Ordinal)));
        await host.Stop();
    }

    private sealed class LogOf<T> : ILogger<T>
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Enqueue(formatter(state, exception));
        }
    }

    [Fact]
    public async Task A_system_that_ends_stops_the_host()
    {
        using var host = await TestHost.Start((_, _) => { });
        var stopped = host.WaitForShutdownAsync();
        await host.System().Terminate().WaitAsync(TestHost.Patience);
        await stopped.WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task An_actor_that_cannot_be_made_fails_the_start()
    {
        using var host = TestHost.Create((builder, _) => builder.WithActors((_, _) => throw new InvalidOperationException("as asked")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync().WaitAsync(TestHost.Patience));
        await host.System().Terminate().WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task A_builder_without_provider_may_add_services()
    {
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("early", builder =>
            {
                builder.AddHocon("akka.loglevel = OFF, akka.stdout-loglevel = OFF", HoconAddMode.Append);
                builder.ServiceCollection.AddSingleton("a service");
            }))
            .Build();
        await host.StartAsync().WaitAsync(TestHost.Patience);
        Assert.Equal("a service", host.Services.GetRequiredService<string>());
        Assert.Equal("early", host.System().Name);
        await host.Stop();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
