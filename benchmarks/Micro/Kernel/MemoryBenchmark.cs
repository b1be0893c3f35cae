using Akka.Actor;

namespace Micro.Kernel;

/// <summary>What an idle actor takes beside its own state: reference, cell, mailbox, path, name, and its entry with its parent.</summary>
internal static class MemoryBenchmark
{
    private const int Actors = 200_000;

    public static async Task Run()
    {
        using var system = Quiet.System();
        var parent = system.ActorOf(Props.Create<Parent>());
        // Warms up, and so makes room in whatever grows once.
        await parent.Ask(1_000);
        var before = Quiet.LiveBytes();
        await parent.Ask(Actors);
        var untold = Quiet.LiveBytes() - before;
        await parent.Ask("tell");
        var told = Quiet.LiveBytes() - before;
        Console.WriteLine($"memory: {(double)untold / Actors:0} bytes an idle actor, {(double)told / Actors:0} once it was sent a message ({Actors:N0} actors)");
        await system.Terminate();
    }

    private sealed class Started
    {
        public int Count;
    }

    private sealed class Idle(Started started) : UntypedActor
    {
        protected override void PreStart() => Interlocked.Increment(ref started.Count);

        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    /// <summary>Makes children and answers when all have started; sends each a message and answers when all have answered.</summary>
    private sealed class Parent : UntypedActor
    {
        private readonly Started _started = new();
        private readonly Props _idle;
        private IActorRef _asker = ActorRefs.Nobody;
        private int _awaited;

        public Parent() => _idle = Props.Create<Idle>(_started);

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int count:
                    _asker = Sender;
                    _awaited += count;
                    for (var i = 0; i < count; i++)
                        Context.ActorOf(_idle);
                    Self.Tell(new Check());
                    break;
                case Check when _started.Count == _awaited:
                    _asker.Tell("done");
                    break;
                case Check:
                    Self.Tell(message);
                    break;
                case "tell":
                    _asker = Sender;
                    foreach (var child in Context.GetChildren())
                        child.Tell("answer");
                    break;
                case "answer" when --_awaited == 0:
                    _asker.Tell("done");
                    break;
            }
        }

        private sealed record Check;
    }
}
