using System.Diagnostics;
using Akka.Actor;

namespace Micro.Kernel;

/// <summary>A million actors of one parent are made and stopped; the memory afterwards is that of before.</summary>
internal static class ActorsBenchmark
{
    private const int Actors = 1_000_000;

    public static async Task Run()
    {
        using var system = Quiet.System();
        var parent = system.ActorOf(Props.Create<Parent>());
        await parent.Ask(10_000);
        await parent.Ask("stop");
        var before = Quiet.LiveBytes();
        for (var round = 1; round <= 3; round++)
        {
            var watch = Stopwatch.StartNew();
            await parent.Ask(Actors);
            var made = watch.Elapsed;
            var alive = Quiet.LiveBytes();
            watch.Restart();
            await parent.Ask("stop");
            var stopped = watch.Elapsed;
            var after = Quiet.LiveBytes();
            Console.WriteLine(
                $"actors: round {round}: {Actors:N0} made in {made.TotalSeconds:0.0} s and stopped in {stopped.TotalSeconds:0.0} s; "
                + $"live bytes before {before:N0}, with them {alive:N0}, after {after:N0} (+{after - before:N0})");
        }

        await system.Terminate();
    }

    private sealed class Idle(StrongBox started) : UntypedActor
    {
        protected override void PreStart() => Interlocked.Increment(ref started.Count);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class StrongBox
    {
        public int Count;
    }

    /// <summary>Makes children, answers when all have started; stops them, answers when all have ended.</summary>
    private sealed class Parent : UntypedActor
    {
        private readonly StrongBox _started = new();
        private readonly Props _idle;
        private IActorRef _asker = ActorRefs.Nobody;

        public Parent() => _idle = Props.Create<Idle>(_started);

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int count:
                    _asker = Sender;
                    _started.Count = 0;
                    for (var i = 0; i < count; i++)
                        Context.ActorOf(_idle);
                    Self.Tell(new AllStarted(count));
                    break;
                case AllStarted(var count):
                    Again(_started.Count == count, message);
                    break;
                case "stop":
                    _asker = Sender;
                    foreach (var child in Context.GetChildren())
                        Context.Stop(child);
                    Self.Tell(new AllStopped());
                    break;
                case AllStopped:
                    Again(!((LocalActorRef)Self).Children.Any(), message);
                    break;
            }
        }

        private void Again(bool done, object question)
        {
            if (done)
                _asker.Tell("done");
            else
                Context.System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(20), Self, question, Self);
        }

        private sealed record AllStarted(int Count);

        private sealed record AllStopped;
    }
}
