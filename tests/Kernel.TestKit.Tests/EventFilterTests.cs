using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Log events as something that a test expects.</summary>
public sealed class EventFilterTests() : TestKit("akka { loglevel = DEBUG, test.filter-leeway = 10s }")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Each_level_has_its_filter()
    {
        EventFilter.Debug("d").ExpectOne(() => Log.Debug("d"));
        EventFilter.Info("i").ExpectOne(() => Log.Info("i"));
        EventFilter.Warning("w").ExpectOne(() => Log.Warning("w"));
        EventFilter.Error("e").ExpectOne(() => Log.Error("e"));
        EventFilter.ForLogLevel(LogLevel.InfoLevel).ExpectOne(() => Log.Info("any"));
    }

    [Fact]
    public void A_text_may_be_given_in_part()
    {
        EventFilter.Info(start: "good").ExpectOne(() => Log.Info("good morning"));
        EventFilter.Info(contains: "morn").ExpectOne(() => Log.Info("good morning"));
        EventFilter.Info(new Regex("^g.*g$", RegexOptions.None, TimeSpan.FromSeconds(1))).ExpectOne(() => Log.Info("good {0}", "morning"));
        EventFilter.Info("good morning", start: "good", contains: "d m").ExpectOne(() =>
        {
            Log.Info("good evening");
            Log.Info("good morning");
        });
    }

    [Fact]
    public void A_source_must_be_the_one()
    {
        var actor = ActorOf(() => new Talker(), "talker");
        var other = ActorOf(() => new Talker(), "other");
        foreach (var source in (string[])["/user/talker", actor.Path.ToString()])
        {
            EventFilter.Info("hello", source: source).ExpectOne(() =>
            {
                other.Tell("hello");
                actor.Tell("hello");
            });
        }
    }

    [Fact]
    public void An_event_may_come_after_the_code()
    {
        var actor = ActorOf(() => new Talker());
        EventFilter.Info("hello").ExpectOne(() => actor.Tell("hello"));
        EventFilter.Info("hello").Expect(3, () =>
        {
            for (var i = 0; i < 3; i++)
                actor.Tell("hello");
        });
    }

    [Fact]
    public void Too_few_events_fail()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => EventFilter.Info("a", source: "me").Expect(2, Short, () => Log.Info("a")));
        Assert.Contains("waiting for 2 log events, only 0 came: INFO message \"a\" from me", failure.Message, StringComparison.Ordinal);
        failure = Assert.ThrowsAny<XunitException>(() => EventFilter.Info("a").Expect(2, Short, () => Log.Info("a")));
        Assert.Contains("only 1 came", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_events_fail()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => EventFilter.Info("a").ExpectOne(() =>
        {
            Log.Info("a");
            Log.Info("a");
        }));
        Assert.Contains("Expected 1 log events, but there are more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void None_can_be_expected()
    {
        EventFilter.Info("a").Expect(0, Short, () => Log.Info("b"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("a").Expect(0, () => Log.Info("a")));
    }

    [Fact]
    public void An_exception_is_told_by_its_type_and_text()
    {
        var actor = ActorOf<Thrower>("thrower");
        EventFilter.Exception<ArgumentException>().ExpectOne(() => actor.Tell(new ArgumentNullException("name")));
        EventFilter.Exception<InvalidTimeZoneException>("no zone").ExpectOne(() => actor.Tell(new InvalidTimeZoneException("no zone")));
        EventFilter.Exception(typeof(InvalidTimeZoneException), source: "/user/thrower")
            .ExpectOne(() => actor.Tell(new InvalidTimeZoneException()));
        foreach (var text in (string[])["the exception's text", "the event's text"])
        {
            EventFilter.Exception<InvalidTimeZoneException>(text)
                .ExpectOne(() => Log.Error(new InvalidTimeZoneException("the exception's text"), "the event's text"));
        }

        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<InvalidTimeZoneException>()
            .ExpectOne(Short, () => Log.Error(new ArgumentException("other"), "x")));
    }

    [Fact]
    public void An_inner_exception_counts_if_asked_for()
    {
        var exception = new AggregateException(new ArgumentException("outer", new InvalidTimeZoneException("inner")));
        EventFilter.Exception<InvalidTimeZoneException>("inner", checkInnerExceptions: true).ExpectOne(() => Log.Error(exception, "x"));
        EventFilter.Exception<InvalidTimeZoneException>("inner").Expect(0, Short, () => Log.Error(exception, "x"));
    }

    [Fact]
    public void Dead_letters_are_events()
    {
        var actor = Watch(ActorOf<Echo>("gone"));
        Sys.Stop(actor);
        ExpectTerminated(actor);
        EventFilter.DeadLetter().ExpectOne(() => actor.Tell("a"));
        EventFilter.DeadLetter<string>(text => text == "b", "/user/gone").ExpectOne(() =>
        {
            actor.Tell("a");
            actor.Tell("b");
            actor.Tell(7);
        });
        EventFilter.DeadLetter(typeof(int)).ExpectOne(() => actor.Tell(7));
    }

    [Fact]
    public void Unhandled_messages_are_warnings()
    {
        var actor = ActorOf<Thrower>();
        EventFilter.Warning(start: "Unhandled message from").ExpectOne(() => actor.Tell(7));
    }

    [Fact]
    public void Custom_filters_see_the_event()
    {
        EventFilter.Custom(logEvent => logEvent.LogSource == nameof(EventFilterTests)).ExpectOne(() => Log.Info("a"));
        EventFilter.Custom<Warning>(warning => warning.Cause is InvalidTimeZoneException)
            .ExpectOne(() => Log.Warning(new InvalidTimeZoneException(), "a"));
    }

    [Fact]
    public void Filters_can_be_added_up()
    {
        EventFilter.Info("a").And.Warning("b").Expect(2, () =>
        {
            Log.Warning("b");
            Log.Info("a");
        });
    }

    [Fact]
    public async Task Code_may_be_asynchronous_and_give_a_result()
    {
        Assert.Equal(7, EventFilter.Info("a").ExpectOne(() =>
        {
            Log.Info("a");
            return 7;
        }));
        Assert.Equal(7, await EventFilter.Info("a").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Info("a");
            return 7;
        }));
        await EventFilter.Info("a").ExpectAsync(2, async () =>
        {
            Log.Info("a");
            await Task.Yield();
            Log.Info("a");
        });
        await EventFilter.Info("a").ExpectOneAsync(() => Log.Info("a"));
        await Assert.ThrowsAnyAsync<XunitException>(() => EventFilter.Info("a").ExpectOneAsync(Short, () => Task.CompletedTask));
    }

    [Fact]
    public void The_exception_of_the_code_is_let_through()
    {
        Action code = () => throw new InvalidTimeZoneException();
        Assert.Throws<InvalidTimeZoneException>(() => EventFilter.Info("a").ExpectOne(code));
    }

    [Fact]
    public void Muted_events_reach_no_later_filter()
    {
        using (EventFilter.Info("a").Mute())
            EventFilter.Info().Expect(1, () => Inform("a", "b"));
        EventFilter.Info().Expect(2, () => Inform("a", "b"));
        EventFilter.Info().Expect(1, () => EventFilter.Info("b").Mute(() => Inform("a")));

        void Inform(params string[] texts)
        {
            foreach (var text in texts)
                Log.Info(text);
        }
    }

    [Fact]
    public void A_system_without_the_listener_is_told_so()
    {
        var other = ActorSystem.Create("other", "akka { loggers = [], stdout-loglevel = OFF, test.default-timeout = 20ms }");
        try
        {
            using var kit = new TestKit(other);
            var failure = Assert.ThrowsAny<XunitException>(() => kit.EventFilter.Info().ExpectOne(() => { }));
            Assert.Contains("No TestEventListener is at work in other", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            Shutdown(other);
        }
    }

    private sealed class Talker : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Talker() => Receive<string>(text => _log.Info(text));
    }
}
