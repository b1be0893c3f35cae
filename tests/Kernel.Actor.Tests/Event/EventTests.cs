using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Kernel.Actor.Tests.Event;

public sealed class EventTests : TestSystem
{
    private interface IAnimal;

    private class Dog : IAnimal;

    private sealed class Puppy : Dog;

    [Fact]
    public async Task Subscribers_get_the_class_its_subclasses_and_what_implements_it()
    {
        var (animals, dogs, puppies) = (NewInbox(), NewInbox(), NewInbox());
        Assert.True(Sys.EventStream.Subscribe<IAnimal>(animals.Ref));
        Assert.True(Sys.EventStream.Subscribe(dogs.Ref, typeof(Dog)));
        Assert.True(Sys.EventStream.Subscribe(puppies.Ref, typeof(Puppy)));
        Assert.False(Sys.EventStream.Subscribe(puppies.Ref, typeof(Puppy)));
        var (dog, puppy) = (new Dog(), new Puppy());
        Sys.EventStream.Publish(dog);
        Sys.EventStream.Publish(puppy);
        await animals.Expect(dog, puppy);
        await dogs.Expect(dog, puppy);
        await puppies.Expect(puppy);
        Assert.True(await puppies.IsEmpty());
    }

    [Fact]
    public async Task A_subscriber_of_a_class_and_its_base_gets_an_event_once()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<IAnimal>(inbox.Ref);
        Sys.EventStream.Subscribe<Dog>(inbox.Ref);
        var dog = new Dog();
        Sys.EventStream.Publish(dog);
        await inbox.Expect(dog);
        Assert.True(await inbox.IsEmpty());
    }

    [Fact]
    public async Task Subscriptions_end_one_by_one_or_all_at_once()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<Dog>(inbox.Ref);
        Sys.EventStream.Subscribe<string>(inbox.Ref);
        Assert.True(Sys.EventStream.Unsubscribe<Dog>(inbox.Ref));
        Assert.False(Sys.EventStream.Unsubscribe<Dog>(inbox.Ref));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish("text");
        await inbox.Expect("text");
        Assert.True(Sys.EventStream.Unsubscribe(inbox.Ref));
        Assert.False(Sys.EventStream.Unsubscribe(inbox.Ref));
        Sys.EventStream.Publish("text");
        Assert.True(await inbox.IsEmpty());
    }

    [Fact]
    public async Task The_subscriptions_of_an_actor_end_with_it()
    {
        var actor = Spawn(static (_, _) => { });
        Sys.EventStream.Subscribe<Dog>(actor);
        await actor.GracefulStop(Patience);
        Assert.True(SpinWait.SpinUntil(() => !Sys.EventStream.Unsubscribe(actor), Patience));
    }

    [Fact]
    public async Task Nothing_is_formatted_for_a_level_that_is_off()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<LogEvent>(inbox.Ref);
        Sys.EventStream.SetLogLevel(LogLevel.WarningLevel);
        var log = Logging.GetLogger(Sys, "me");
        var touchy = new Touchy();
        log.Debug("{0}", touchy);
        log.Info(new InvalidOperationException(), "{0}", touchy);
        Assert.Equal((false, false, true, true), (log.IsDebugEnabled, log.IsInfoEnabled, log.IsWarningEnabled, log.IsErrorEnabled));
        log.Warning("{0} and {1}", 1, 2);
        log.Error(new InvalidOperationException("boom"), "it {0}", "failed");
        var warning = await inbox.Next<Warning>();
        Assert.Equal(("1 and 2", "me", typeof(string)), (warning.Message!.ToString(), warning.LogSource, warning.LogClass));
        var error = await inbox.Next<Error>();
        Assert.Equal(("it failed", "boom"), (error.Message!.ToString(), error.Cause!.Message));
        Assert.False(touchy.Touched);
    }

    private sealed class Touchy
    {
        public bool Touched { get; private set; }

        public override string ToString()
        {
            Touched = true;
            return "touched";
        }
    }

    [Fact]
    public async Task A_format_that_does_not_fit_its_arguments_is_logged_as_it_is()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<LogEvent>(inbox.Ref);
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Logging.GetLogger(Sys, this).Info("{0} {Name}", 1);
        Assert.Equal("{0} {Name} [1]", (await inbox.Next<Info>()).Message!.ToString());
    }

    [Fact]
    public async Task An_actors_log_bears_its_path_and_class()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<LogEvent>(inbox.Ref);
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Spawn(static (message, context) => context.GetLogger().Info("got {0}", message), "talker").Tell("this");
        var info = await inbox.Next<Info>();
        Assert.Equal(("got this", "akka://test/user/talker", typeof(Lambda)), (info.Message!.ToString(), info.LogSource, info.LogClass));
        Assert.Contains("[INFO]", info.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debug", LogLevel.DebugLevel)]
    [InlineData("INFO", LogLevel.InfoLevel)]
    [InlineData("Warning", LogLevel.WarningLevel)]
    [InlineData("ERROR", LogLevel.ErrorLevel)]
    public void Levels_have_names(string name, LogLevel level)
    {
        Assert.Equal(level, Logging.LogLevelFor(name));
        Assert.Equal(name.ToUpperInvariant(), level.StringFor());
    }

    [Fact]
    public void An_unknown_level_is_refused() => Assert.Throws<ArgumentException>(static () => Logging.LogLevelFor("LOUD"));

    private sealed class ListLogger : DefaultLogger
    {
        public static readonly ConcurrentQueue<LogEvent> Seen = new();

        protected override void Print(LogEvent logEvent) => Seen.Enqueue(logEvent);
    }

    private sealed class SilentLogger : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task Own_loggers_get_events_at_the_level_and_above_and_write_all_before_the_system_ends()
    {
        ListLogger.Seen.Clear();
        var system = ActorSystem.Create("loggers", $"akka.stdout-loglevel = OFF, akka.loglevel = INFO, akka.loggers = [\"{typeof(ListLogger).AssemblyQualifiedName}\"]");
        for (var i = 0; i < 1000; i++)
            system.Log.Info("number {0}", i);
        system.Log.Debug("not this");
        await system.Terminate().WaitAsync(Patience);
        var mine = ListLogger.Seen.Where(static e => e.LogSource == "ActorSystem(loggers)").ToArray();
        Assert.Equal(1000, mine.Length);
        Assert.Equal("number 999", mine[^1].Message!.ToString());
    }

    [Fact]
    public void A_logger_that_does_not_start_is_an_error() => Assert.Throws<ConfigurationException>(static () => ActorSystem.Create(
        "loggers",
        $"akka.stdout-loglevel = OFF, akka.logger-startup-timeout = 50ms, akka.loggers = [\"{typeof(SilentLogger).AssemblyQualifiedName}\"]"));

    [Fact]
    public async Task Events_go_to_Microsoft_Extensions_Logging()
    {
        var provider = new Memory();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(provider).SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Trace));
        var setup = BootstrapSetup.Create().WithConfig("akka.loglevel = DEBUG").And(new LoggerFactorySetup(factory));
        var system = ActorSystem.Create("mel", setup);
        var actor = system.ActorOf(Lambda.Props(static (message, context) =>
        {
            context.GetLogger().Warning(new InvalidOperationException("boom"), "got {0}", message);
            context.GetLogger().Debug("fine");
            context.Sender.Tell("logged");
        }), "talker");
        await actor.Ask("this", Patience);
        await system.Terminate().WaitAsync(Patience);
        var warning = Assert.Single(provider.Entries, static e => e.Level == Microsoft.Extensions.Logging.LogLevel.Warning);
        Assert.Equal((typeof(Lambda).FullName, "[akka://mel/user/talker] got this", "boom"), (warning.Category, warning.Text, warning.Exception!.Message));
        Assert.Equal("akka://mel/user/talker", warning.State["ActorPath"]);
        Assert.Contains(provider.Entries, static e => e.Text.EndsWith("fine", StringComparison.Ordinal) && e.Level == Microsoft.Extensions.Logging.LogLevel.Debug);
    }

    private sealed record Entry(string Category, Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Exception, Dictionary<string, object?> State);

    private sealed class Memory : ILoggerProvider
    {
        public ConcurrentQueue<Entry> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Entries);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<Entry> entries) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

            public void Log<TState>(
                Microsoft.Extensions.Logging.LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter) =>
                entries.Enqueue(new Entry(category, logLevel, formatter(state, exception), exception, new(((IEnumerable<KeyValuePair<string, object?>>)state!))));
        }
    }

    [Fact]
    public async Task Dead_letters_are_logged_up_to_a_number()
    {
        var system = ActorSystem.Create("dead", "akka.stdout-loglevel = OFF, akka.loggers = [], akka.log-dead-letters = 2");
        var inbox = new Inbox(system);
        system.EventStream.Subscribe<Info>(inbox.Ref);
        // The listener has subscribed before it answers.
        await system.ActorSelection("/system/deadLetterListener").ResolveOne(Patience);
        for (var i = 0; i < 5; i++)
            system.DeadLetters.Tell($"letter {i}");
        Assert.Contains("[1] dead letters", (await inbox.Next<Info>()).Message!.ToString(), StringComparison.Ordinal);
        Assert.Contains("no more dead letters", (await inbox.Next<Info>()).Message!.ToString(), StringComparison.Ordinal);
        await system.ActorSelection("/system/deadLetterListener").ResolveOne(Patience);
        Assert.True(await inbox.IsEmpty());
        await system.Terminate();
    }

    [Fact]
    public async Task The_life_of_actors_can_be_logged()
    {
        var system = ActorSystem.Create("debug", "akka.stdout-loglevel = OFF, akka.loglevel = DEBUG, akka.loggers = [], akka.actor.debug { lifecycle = on, autoreceive = on }");
        var inbox = new Inbox(system);
        await inbox.Ref.Ask<ActorIdentity>(new Identify(0), Patience);
        system.EventStream.Subscribe<Akka.Event.Debug>(inbox.Ref);
        var actor = system.ActorOf(Props.Empty, "watched");
        await actor.GracefulStop(Patience);
        var seen = new List<string>();
        while (!seen.Contains("Stopped"))
        {
            var debug = await inbox.Next<Akka.Event.Debug>();
            if (debug.LogSource.EndsWith("/watched", StringComparison.Ordinal))
                seen.Add(debug.Message!.ToString()!);
        }

        Assert.StartsWith("Started", seen[0], StringComparison.Ordinal);
        Assert.Contains("received AutoReceiveMessage <PoisonPill>", seen);
        await system.Terminate();
    }
}
