using System.Collections.Concurrent;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorServer.Tests.Scenarios;

/// <summary>The server beside other services of a generic host.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData(30, false, 50)] // the host's default
    [InlineData(70, false, 70)]
    [InlineData(-1, false, -1)]
    [InlineData(30, true, 50)]
    public async Task The_host_waits_for_as_long_as_the_drain_may_take_and_nobody_takes_that_for_a_choice(int seconds, bool besideAkka, int atLeast)
    {
        using var log = new Warnings();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log);
        if (seconds != 30) builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Time(seconds));
        builder.Services.AddActorServer(server => server.Add("actor-server { topology = epoll, endpoint.port = 0, drain.deadline = 40s, admin.socket = off }"));
        if (besideAkka) builder.Services.AddAkka("mine", _ => { });
        using var host = builder.Build();
        await host.StartAsync();
        var patience = host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        if (besideAkka) Assert.True(patience >= Time(atLeast));
        else Assert.Equal(Time(atLeast), patience);
        await host.StopAsync();
        Assert.Empty(log.All);
    }

    private static TimeSpan Time(int seconds) => seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) All.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
