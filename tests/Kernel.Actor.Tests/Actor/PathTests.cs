using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class PathTests : TestSystem
{
    public PathTests()
        : base("""
            pool { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 1 } }
            akka.actor.deployment {
              /chosen { dispatcher = pool }
              /parent/child { dispatcher = pool, stash-capacity = 7 }
            }
            """)
    {
    }

    [Theory]
    [InlineData("akka://system", "akka", "system", null, null)]
    [InlineData("akka.tcp://system@host:2552", "akka.tcp", "system", "host", 2552)]
    [InlineData("akka.tcp://system@[::1]:2552", "akka.tcp", "system", "[::1]", 2552)]
    [InlineData("akka.tcp://system@host", "akka.tcp", "system", "host", null)]
    public void Addresses_are_parsed_and_printed(string text, string protocol, string system, string? host, int? port)
    {
        var address = Address.Parse(text);
        Assert.Equal(new Address(protocol, system, host, port), address);
        Assert.Equal(text, address.ToString());
        Assert.Equal(host is null, address.HasLocalScope);
        Assert.Equal(host is not null, address.HasGlobalScope);
    }

    [Theory]
    [InlineData("")]
    [InlineData("system")]
    [InlineData("://system")]
    [InlineData("akka://")]
    [InlineData("akka://system@")]
    [InlineData("akka://system@host:port")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(Address.TryParse(text, out _));
        Assert.Throws<UriFormatException>(() => Address.Parse(text));
        Assert.False(ActorPath.TryParse(text, out _));
    }

    [Fact]
    public void Addresses_are_changed_and_compared()
    {
        var address = new Address("akka", "a");
        Assert.Equal("akka.tcp://a@h:1", address.WithProtocol("akka.tcp").WithHost("h").WithPort(1).ToString());
        Assert.True(address.CompareTo(new Address("akka", "b")) < 0);
        Assert.Equal(0, address.CompareTo(new Address("akka", "a")));
        Assert.True(address.CompareTo(null) > 0);
    }

    [Fact]
    public void Paths_are_parsed_taken_apart_and_printed()
    {
        var path = ActorPath.Parse("akka://system/user/parent/child#12");
        Assert.Equal(["user", "parent", "child"], path.Elements);
        Assert.Equal(("child", 12L, "parent", 3), (path.Name, path.Uid, path.Parent.Name, path.Depth));
        Assert.Equal("akka://system/user/parent/child", path.ToString());
        Assert.Equal("/user/parent/child", path.ToStringWithoutAddress());
        Assert.Equal("akka://system/user/parent/child#12", path.ToSerializationFormat());
        var remote = new Address("akka.tcp", "other", "host", 1);
        Assert.Equal("akka.tcp://other@host:1/user/parent/child", path.ToStringWithAddress(remote));
        Assert.Equal("akka.tcp://other@host:1/user/parent/child#12", path.ToSerializationFormatWithAddress(remote));
        Assert.Equal("akka://system/", path.Root.ToString());
        Assert.Equal(path.Root, path.Root.Parent);
    }

    [Fact]
    public void Paths_are_equal_when_their_elements_are_whatever_the_incarnation()
    {
        var path = ActorPath.Parse("akka://system/user/a#1");
        Assert.True(path == path.WithUid(2));
        Assert.Equal(path.GetHashCode(), path.WithUid(2).GetHashCode());
        Assert.True(path != path.Parent / "b");
        Assert.True(path != ActorPath.Parse("akka://other/user/a"));
        Assert.Equal(path.Root / ["user", "a"], path);
        Assert.True(path.CompareTo(path.Parent / "b") < 0);
        Assert.False(path.Equals(null));
    }

    [Fact]
    public void References_are_equal_when_path_and_incarnation_are()
    {
        var a = Sys.ActorOf(Props.Empty, "a");
        var provider = ((ExtendedActorSystem)Sys).Provider;
        Assert.Equal(a, provider.ResolveActorRef(a.Path.ToSerializationFormat()));
        Assert.Equal(a, provider.ResolveActorRef("akka://test/user/a"));
        Assert.NotEqual(a, provider.ResolveActorRef(a.Path.WithUid(a.Path.Uid + 1)));
        Assert.Equal(a, a.ToSurrogate(Sys).FromSurrogate(Sys));
        Assert.Equal(ActorRefs.Nobody, ActorRefs.Nobody.ToSurrogate(Sys).FromSurrogate(Sys));
        Assert.Equal(Sys.DeadLetters, provider.ResolveActorRef("akka://elsewhere/user/a"));
        Assert.True(ActorRefs.Nobody.IsNobody());
        Assert.Equal(a, ((IActorRef)ActorRefs.Nobody).GetOrElse(() => a));
    }

    [Fact]
    public async Task An_actor_without_a_name_gets_one()
    {
        Assert.Matches("/user/\\$[a-zA-Z0-9+~]+$", Spawn(static (_, _) => { }).Path.ToString());
        var names = new HashSet<string>();
        for (var i = 0; i < 1000; i++)
            Assert.True(names.Add(Sys.ActorOf(Props.Empty).Path.Name));
        await Task.CompletedTask;
    }

    private sealed class Family : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case string[] names:
                    foreach (var name in names)
                        Context.ActorOf(Props.Create<Family>(), name);
                    Sender.Tell("made");
                    break;
                case (string path, object content):
                    Context.ActorSelection(path).Tell(content, Sender);
                    break;
                default:
                    Sender.Tell((Self.Path.Name, message));
                    break;
            }
        }
    }

    private async Task<IActorRef> Parent()
    {
        var parent = Sys.ActorOf(Props.Create<Family>(), "parent");
        await parent.Ask(new[] { "child", "chick", "other" }, Patience);
        return parent;
    }

    [Theory]
    [InlineData("/user/parent/child", "child")]
    [InlineData("akka://test/user/parent/child", "child")]
    [InlineData("user/parent/child", "child")]
    [InlineData("/user/parent/child/../other", "other")]
    [InlineData("/user/parent", "parent")]
    [InlineData("/user/*/othe?", "other")]
    public async Task A_selection_reaches_the_actor_at_its_path(string path, string name)
    {
        await Parent();
        Assert.Equal((name, "hello"), await Sys.ActorSelection(path).Ask<(string, object)>("hello", Patience));
        Assert.Equal(name, (await Sys.ActorSelection(path).ResolveOne(Patience)).Path.Name);
    }

    [Fact]
    public async Task Wildcards_reach_all_that_match()
    {
        await Parent();
        var inbox = NewInbox();
        Sys.ActorSelection("/user/parent/chi*").Tell("hello", inbox.Ref);
        var answers = new[] { await inbox.Next(), await inbox.Next() };
        Assert.Equal(new HashSet<object> { ("child", (object)"hello"), ("chick", (object)"hello") }, answers.ToHashSet());
        Assert.True(await inbox.IsEmpty());
    }

    [Fact]
    public async Task A_selection_may_be_relative_to_an_actor()
    {
        var parent = await Parent();
        var child = await Sys.ActorSelection("/user/parent/child").ResolveOne(Patience);
        Assert.Equal(("other", "hello"), await child.Ask<(string, object)>(("../other", (object)"hello"), Patience));
        Assert.Equal(("child", "hello"), await parent.Ask<(string, object)>(("child", (object)"hello"), Patience));
        Assert.Equal(("chick", "hello"), await new ActorSelection(parent, "chick").Ask<(string, object)>("hello", Patience));
    }

    [Fact]
    public async Task Where_nobody_is_messages_become_dead_letters_and_nothing_is_found()
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        Sys.ActorSelection("/user/nobody/here").Tell("hello");
        var letter = await dead.Next<DeadLetter>();
        Assert.Equal(("hello", "akka://test/user/nobody/here"), (letter.Message, letter.Recipient!.Path.ToString()));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Patience));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/no*").ResolveOne(Patience));
        Assert.Null((await Sys.ActorSelection("/user/nobody").Ask<ActorIdentity>(new Identify(1), Patience)).Subject);
    }

    [Fact]
    public async Task Identify_names_the_actor()
    {
        var actor = Spawn(static (_, _) => { });
        var identity = await actor.Ask<ActorIdentity>(new Identify("who?"), Patience);
        Assert.Equal(("who?", actor), (identity.MessageId, identity.Subject));
        await actor.GracefulStop(Patience);
        Assert.Null((await actor.Ask<ActorIdentity>(new Identify("who?"), Patience)).Subject);
    }

    [Fact]
    public void Selections_are_compared_and_printed()
    {
        Assert.Equal(Sys.ActorSelection("/user/a"), Sys.ActorSelection("/user/a"));
        Assert.NotEqual(Sys.ActorSelection("/user/a"), Sys.ActorSelection("/user/b"));
        Assert.Equal("ActorSelection[Anchor(akka://test/), Path(/user/a)]", Sys.ActorSelection("/user/a").ToString());
    }

    [Fact]
    public async Task A_deployment_chooses_the_dispatcher_of_the_actor_at_its_path()
    {
        var report = Lambda.Props(static (message, context) =>
        {
            if (message is Props child)
                context.Sender.Tell(context.ActorOf(child, "child"));
            else
                context.Sender.Tell((context.Dispatcher.Id, context.Props.Deploy.StashCapacity));
        });
        Assert.Equal(("pool", -1), await Sys.ActorOf(report, "chosen").Ask<(string, int)>("where?", Patience));
        var parent = Sys.ActorOf(report, "parent");
        Assert.Equal(("akka.actor.default-dispatcher", -1), await parent.Ask<(string, int)>("where?", Patience));
        var child = await parent.Ask<IActorRef>(report.WithDispatcher("akka.actor.default-blocking-io-dispatcher"), Patience);
        Assert.Equal(("pool", 7), await child.Ask<(string, int)>("where?", Patience));
    }
}
