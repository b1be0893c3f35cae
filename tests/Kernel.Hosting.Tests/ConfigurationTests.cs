using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Kernel.Hosting.Tests;

public sealed class ConfigurationTests
{
    private static async Task<Config> ConfigOf(Action<AkkaConfigurationBuilder> akka)
    {
        using var host = await TestHost.Start((builder, _) => akka(builder));
        var config = host.System().Settings.Config;
        await host.Stop();
        return config;
    }

    [Fact]
    public async Task A_configuration_goes_beneath_above_or_in_place_of_others()
    {
        var config = await ConfigOf(builder => builder
            .AddHocon("x { lost = 0 }", HoconAddMode.Append)
            .AddHocon("x { a = 1, b = 1 }, akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Replace)
            .AddHocon("x { a = 2, c = 2 }", HoconAddMode.Append)
            .AddHocon("x { b = 3 }", HoconAddMode.Prepend));
        Assert.Equal((1, 3, 2), (config.GetInt("x.a"), config.GetInt("x.b"), config.GetInt("x.c")));
        Assert.False(config.HasPath("x.lost"));
    }

    [Fact]
    public async Task A_file_is_read()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "x.from-file = yes");
        try
        {
            Assert.True((await ConfigOf(builder => builder.AddHoconFile(file, HoconAddMode.Prepend))).GetBoolean("x.from-file"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_applications_configuration_becomes_hocon()
    {
        var application = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Akka:Own:Text"] = "say \"C:\\x\"",
            ["Akka:own:list:0"] = "first",
            ["Akka:own:list:1"] = "second",
            ["Akka:own.dotted"] = "5",
            ["Akka:actor:deployment:/a/*:dispatcher"] = "mine",
            ["Other:key"] = "unused",
        }).Build();
        var config = await ConfigOf(builder => builder.AddHocon(application.GetSection("Akka"), HoconAddMode.Prepend));
        Assert.Equal("say \"C:\\x\"", config.GetString("akka.own.text"));
        Assert.Equal(["first", "second"], config.GetStringList("akka.own.list"));
        Assert.Equal(5, config.GetInt("akka.own.dotted"));
        Assert.Equal("mine", config.GetString("akka.actor.deployment.\"/a/*\".dispatcher"));
        Assert.False(config.HasPath("other"));
    }

    [Fact]
    public async Task Extensions_are_loaded_beside_those_of_the_configuration()
    {
        using var host = await TestHost.Start((builder, _) => builder
            .AddHocon($"akka.extensions = [\"{typeof(FirstId).AssemblyQualifiedName}\"]", HoconAddMode.Prepend)
            .WithExtension<SecondId>());
        Assert.True(host.System().HasExtension<First>());
        Assert.True(host.System().HasExtension<Second>());
        await host.Stop();
    }

    [Fact]
    public void What_is_no_extension_is_refused()
    {
        using var host = TestHost.Create((builder, _) => builder.WithExtensions(typeof(string)));
        Assert.Throws<ConfigurationException>(() => host.System());
    }

    [Fact]
    public async Task The_time_that_questions_wait_can_be_set()
    {
        var config = await ConfigOf(builder => builder.WithActorAskTimeout(TimeSpan.FromSeconds(1.5)));
        Assert.Equal(TimeSpan.FromSeconds(1.5), config.GetTimeSpan("akka.actor.ask-timeout"));
    }

    [Fact]
    public async Task Loggers_are_configured()
    {
        var config = await ConfigOf(builder => builder.ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = Akka.Event.LogLevel.ErrorLevel;
            loggers.LogConfigOnStart = false;
            loggers.ClearLoggers();
        }));
        Assert.Equal("ERROR", config.GetString("akka.loglevel"));
        Assert.Empty(config.GetStringList("akka.loggers"));
    }

    [Fact]
    public async Task The_system_logs_to_the_hosts_log()
    {
        var lines = new Lines();
        using var host = await TestHost.Start(
            (builder, _) => builder.ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                loggers.AddLoggerFactory();
            }),
            services => services.AddSingleton<ILoggerFactory>(lines));
        host.System().Log.Info("hello {0}", "host");
        await lines.Expected.Task.WaitAsync(TestHost.Patience);
        await host.Stop();
    }

    public sealed class First : IExtension;

    public sealed class FirstId : ExtensionIdProvider<First>
    {
        public override First CreateExtension(ExtendedActorSystem system) => new();
    }

    public sealed class Second : IExtension;

    public sealed class SecondId : ExtensionIdProvider<Second>
    {
        public override Second CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public TaskCompletionSource Expected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            _lines.Enqueue(line);
            if (line.Contains("hello host", StringComparison.Ordinal))
                Expected.TrySetResult();
        }
    }
}
