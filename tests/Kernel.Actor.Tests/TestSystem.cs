using Akka.Actor;
using Akka.Configuration;

namespace Kernel.Actor.Tests;

/// <summary>An actor system for one test, silent on standard output, and what its actors have to say.</summary>
public abstract class TestSystem : IAsyncLifetime
{
    /// <summary>Generous: it only passes when something has gone wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected TestSystem(string config = "") => Sys = ActorSystem.Create(
        "test",
        ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off")));

    protected ActorSystem Sys { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await Sys.Terminate().WaitAsync(Patience);

    /// <summary>An actor that is its handler.</summary>
    protected IActorRef Spawn(Action<object, IUntypedActorContext> handler, string? name = null) => Sys.ActorOf(Lambda.Props(handler), name);

    protected Inbox NewInbox() => new(Sys);
}

/// <summary>An actor that is its handler.</summary>
public sealed class Lambda(Action<object, IUntypedActorContext> handler) : UntypedActor
{
    public static Props Props(Action<object, IUntypedActorContext> handler) => Akka.Actor.Props.Create<Lambda>(handler);

    protected override void OnReceive(object message) => handler(message, Context);
}

/// <summary>An actor that keeps what it gets for the test to take.</summary>
public sealed class Inbox
{
    private readonly System.Threading.Channels.Channel<(object Message, IActorRef Sender)> _messages =
        System.Threading.Channels.Channel.CreateUnbounded<(object, IActorRef)>();

    public Inbox(ActorSystem system)
    {
        var messages = _messages.Writer;
        Ref = system.ActorOf(Lambda.Props((message, context) =>
        {
            if (message is ToWatch watch)
            {
                context.Watch(watch.Subject);
                context.Sender.Tell(watch);
                return;
            }

            messages.TryWrite((message, context.Sender));
        }));
    }

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    /// <summary>The next message, whatever it is.</summary>
    public async Task<object> Next()
    {
        var (message, sender) = await _messages.Reader.ReadAsync().AsTask().WaitAsync(TestSystem.Patience);
        LastSender = sender;
        return message;
    }

    /// <summary>The next message, which must be of a class.</summary>
    public async Task<T> Next<T>() => Assert.IsAssignableFrom<T>(await Next());

    public async Task Expect(params object[] messages)
    {
        foreach (var message in messages)
            Assert.Equal(message, await Next());
    }

    /// <summary>Whatever was sent before this call has arrived when it returns; true when there was nothing.</summary>
    public async Task<bool> IsEmpty()
    {
        await Ref.Ask<ActorIdentity>(new Identify(0), TestSystem.Patience);
        return !_messages.Reader.TryPeek(out _);
    }

    public async Task Watch(IActorRef subject) => await Ref.Ask(new ToWatch(subject), TestSystem.Patience);

    private sealed record ToWatch(IActorRef Subject);
}
