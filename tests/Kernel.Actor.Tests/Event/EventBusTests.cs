using Akka.Event;

namespace Kernel.Actor.Tests.Event;

public sealed class EventBusTests : TestSystem
{
    private readonly Topics _bus = new();

    [Fact]
    public async Task An_event_reaches_who_subscribed_to_its_topic_or_one_above()
    {
        var (sports, football, all) = (NewInbox(), NewInbox(), NewInbox());
        Assert.True(_bus.Subscribe(sports.Ref, "/sports"));
        Assert.True(_bus.Subscribe(football.Ref, "/sports/football"));
        Assert.True(_bus.Subscribe(all.Ref, ""));
        _bus.Publish(new Message("/sports", "1"));
        _bus.Publish(new Message("/sports/football", "2"));
        _bus.Publish(new Message("/arts", "3"));
        await sports.Expect(new Message("/sports", "1"), new Message("/sports/football", "2"));
        await football.Expect(new Message("/sports/football", "2"));
        await all.Expect(new Message("/sports", "1"), new Message("/sports/football", "2"), new Message("/arts", "3"));
    }

    [Fact]
    public async Task What_one_gets_already_is_not_subscribed_again()
    {
        var inbox = NewInbox();
        Assert.True(_bus.Subscribe(inbox.Ref, "/a"));
        Assert.False(_bus.Subscribe(inbox.Ref, "/a"));
        Assert.False(_bus.Subscribe(inbox.Ref, "/a/b"));
        _bus.Publish(new Message("/a/b", "once"));
        await inbox.Expect(new Message("/a/b", "once"));
        Assert.True(await inbox.IsEmpty());
    }

    [Fact]
    public async Task Subscriptions_end_one_by_one_or_all_at_once()
    {
        var inbox = NewInbox();
        foreach (var topic in new[] { "/a", "/b", "/c" })
            _bus.Subscribe(inbox.Ref, topic);
        Assert.True(_bus.Unsubscribe(inbox.Ref, "/a"));
        Assert.False(_bus.Unsubscribe(inbox.Ref, "/a"));
        _bus.Publish(new Message("/a", "unheard"));
        _bus.Publish(new Message("/b", "heard"));
        await inbox.Expect(new Message("/b", "heard"));
        Assert.True(_bus.Unsubscribe(inbox.Ref));
        Assert.False(_bus.Unsubscribe(inbox.Ref));
        _bus.Publish(new Message("/b", "unheard"));
        _bus.Publish(new Message("/c", "unheard"));
        Assert.True(await inbox.IsEmpty());
    }

    private sealed record Message(string Topic, string Text);

    private sealed class Topics : ActorEventBus<Message, string>
    {
        protected override bool IsSubClassification(string parent, string child) => child.StartsWith(parent, StringComparison.Ordinal);

        protected override bool Classify(Message @event, string classifier) => IsSubClassification(classifier, GetClassifier(@event));

        protected override string GetClassifier(Message @event) => @event.Topic;
    }
}
