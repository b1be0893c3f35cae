using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

/// <summary>The parent of a materializer's streams, below an actor that restarts it.</summary>
public sealed class SupervisorTests : StreamTest
{
    [Fact]
    public async Task A_supervisor_that_was_restarted_runs_streams_as_before()
    {
        var made = new TaskCompletionSource<ActorMaterializer>();
        Sys.ActorOf(Props.CreateBy(new Owners(made)));
        var materializer = await made.Task;
        materializer.Supervisor.Tell(Kill.Instance);
        for (var run = 0; run < 200; run++)
            Assert.Equal([1, 2, 3], await Source.From([1, 2, 3]).Async().Select(n => n).Async().RunWith(Sink.Seq<int>(), materializer));
    }

    private sealed class Owners(TaskCompletionSource<ActorMaterializer> made) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Owner);

        public ActorBase Produce() => new Owner(made);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class Owner(TaskCompletionSource<ActorMaterializer> made) : UntypedActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

        protected override void PreStart() => made.SetResult(Context.Materializer());

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
