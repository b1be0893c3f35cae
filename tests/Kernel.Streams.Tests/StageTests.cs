using System.Collections.Immutable;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace Kernel.Streams.Tests;

/// <summary>Stages as users write them.</summary>
public sealed class StageTests : StreamTest
{
    [Fact]
    public async Task Handlers_may_be_delegates_and_classes()
    {
        Assert.Equal([1, 1, 2, 2], await All(Numbers(2).Via(new Custom<int, int>((logic, shape) =>
        {
            logic.SetHandler(shape.Inlet, () =>
            {
                var element = logic.Grab(shape.Inlet);
                logic.EmitMultiple(shape.Outlet, [element, element]);
            });
            logic.SetHandler(shape.Outlet, () => logic.Pull(shape.Inlet));
        }))));
    }

    [Fact]
    public async Task Emit_holds_the_completion_back()
    {
        var sink = Source.Empty<int>().Via(new Custom<int, int>((logic, shape) =>
        {
            logic.SetHandler(shape.Inlet, static () => { }, () =>
            {
                logic.Emit(shape.Outlet, 1);
                logic.EmitMultiple(shape.Outlet, [2, 3]);
                logic.EmitMultiple(shape.Outlet, Enumerable.Empty<int>());
                logic.CompleteStage();
            });
            logic.SetHandler(shape.Outlet, static () => { });
        })).RunWith(SinkProbe<int>.Sink(), Mat);
        await sink.Settle();
        sink.Request(1);
        await sink.Expect(1);
        sink.Request(5);
        await sink.Expect(2, 3, "complete");
    }

    [Fact]
    public async Task ReadMany_gathers_and_tells_of_an_early_end()
    {
        var pairs = new Custom<int, string>((logic, shape) =>
        {
            logic.SetHandler(shape.Inlet, static () => throw new InvalidOperationException("not while reading"));
            logic.SetHandler(shape.Outlet, () => logic.ReadMany(
                shape.Inlet,
                2,
                both => logic.Push(shape.Outlet, string.Join('+', both)),
                few => logic.Emit(shape.Outlet, $"left {few.Count}")));
        });
        Assert.Equal(["1+2", "3+4", "left 1"], await All(Numbers(5).Via(pairs)));
    }

    [Fact]
    public async Task What_breaks_the_rules_of_demand_fails_the_stage()
    {
        await FailsWith<InvalidOperationException>(Run((logic, shape) =>
        {
            logic.Pull(shape.Inlet);
            logic.Pull(shape.Inlet);
        }));
        await FailsWith<InvalidOperationException>(Run((logic, shape) =>
        {
            logic.Push(shape.Outlet, 1);
            logic.Push(shape.Outlet, 2);
        }));
        await FailsWith<InvalidOperationException>(Run((logic, shape) => logic.Grab(shape.Inlet)));
        await FailsWith<ArgumentNullException>(Source.Single(1).Select(_ => (string)null!).RunWith(Sink.Ignore<string>(), Mat));

        Task Run(Action<GraphStageLogic, FlowShape<int, int>> onPull) => All(Numbers(3).Via(new Custom<int, int>((logic, shape) =>
        {
            logic.SetHandler(shape.Inlet, static () => { });
            logic.SetHandler(shape.Outlet, () => onPull(logic, shape));
        })));
    }

    [Fact]
    public async Task A_stage_without_a_handler_fails() =>
        await FailsWith<InvalidOperationException>(All(Numbers(3).Via(new Custom<int, int>((logic, shape) => logic.SetHandler(shape.Inlet, static () => { })))));

    [Fact]
    public async Task Callbacks_and_actors_reach_the_stage()
    {
        var (reach, sink) = Source.FromGraph(new Reachable()).ToMaterialized(SinkProbe<object>.Sink(), Keep.Both).Run(Mat);
        reach.Callback("from a callback");
        sink.Request(10);
        await sink.Expect("from a callback");
        var actor = await reach.Actor.WaitAsync(Patience);
        actor.Tell("from an actor");
        await sink.Expect("from an actor");
        var subject = Sys.ActorOf(Props.Empty);
        actor.Tell(subject);
        await sink.Settle();
        await actor.Ask<string>("echo").WaitAsync(Patience);
        await sink.Expect("echo");
        Sys.Stop(subject);
        Assert.Equal(subject, Assert.IsType<Terminated>(await sink.Next()).ActorRef);
        reach.Callback("end");
        await sink.Expect("complete");
    }

    [Fact]
    public async Task PreStart_and_PostStop_frame_every_life()
    {
        var seen = ImmutableQueue<string>.Empty;
        await All(Numbers(2).Via(new Framed(s => ImmutableInterlocked.Enqueue(ref seen, s))));
        await FailsWith<InvalidDataException>(All(Source.Failed<int>(new InvalidDataException()).Via(new Framed(s => ImmutableInterlocked.Enqueue(ref seen, s)))));
        Assert.Equal(["start", "stop", "start", "stop"], seen);
    }

    [Fact]
    public async Task A_stage_may_run_a_graph_inside_itself()
    {
        Assert.Equal([1, 2, 3, 10, 20], await All(Numbers(3).Concat(Source.From([10, 20])).ConcatMany(n => Source.Single(n).Async())));
    }

    private sealed class Custom<TIn, TOut>(Action<GraphStageLogic, FlowShape<TIn, TOut>> start) : GraphStage<FlowShape<TIn, TOut>>
    {
        public override FlowShape<TIn, TOut> Shape { get; } = new(new Inlet<TIn>("in"), new Outlet<TOut>("out"));

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, start);

        private sealed class Logic : GraphStageLogic
        {
            public Logic(FlowShape<TIn, TOut> shape, Action<GraphStageLogic, FlowShape<TIn, TOut>> start)
                : base(shape) => start(this, shape);
        }
    }

    private sealed class Framed(Action<string> see) : GraphStage<FlowShape<int, int>>
    {
        public override FlowShape<int, int> Shape { get; } = new(new Inlet<int>("in"), new Outlet<int>("out"));

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, see);

        private sealed class Logic : InAndOutGraphStageLogic
        {
            private readonly Framed _stage;
            private readonly Action<string> _see;

            public Logic(Framed stage, Action<string> see)
                : base(stage.Shape)
            {
                _stage = stage;
                _see = see;
                SetHandlers(stage.Shape.Inlet, stage.Shape.Outlet, this);
            }

            public override void PreStart() => _see("start");

            public override void PostStop() => _see("stop");

            public override void OnPush() => Push(_stage.Shape.Outlet, Grab(_stage.Shape.Inlet));

            public override void OnPull() => Pull(_stage.Shape.Inlet);
        }
    }

    private sealed class Reachable : GraphStageWithMaterializedValue<SourceShape<object>, (Action<object> Callback, Task<IActorRef> Actor)>
    {
        public override SourceShape<object> Shape { get; } = new(new Outlet<object>("out"));

        public override ILogicAndMaterializedValue<(Action<object> Callback, Task<IActorRef> Actor)> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            var logic = new Logic(Shape);
            return new LogicAndMaterializedValue<(Action<object> Callback, Task<IActorRef> Actor)>(logic, (logic.Callback, logic.Actor.Task));
        }

        private sealed class Logic : GraphStageLogic
        {
            private readonly SourceShape<object> _shape;

            public Logic(SourceShape<object> shape)
                : base(shape)
            {
                _shape = shape;
                SetHandler(shape.Outlet, static () => { });
                Callback = GetAsyncCallback<object>(Take);
            }

            public Action<object> Callback { get; }

            public TaskCompletionSource<IActorRef> Actor { get; } = new();

            public override void PreStart() => Actor.SetResult(GetStageActor(args =>
            {
                if (args.Message is IActorRef subject)
                {
                    StageActor.Watch(subject);
                    return;
                }

                Take(args.Message);
                if (args.Sender is { } asker)
                    asker.Tell("taken");
            }).Ref);

            private void Take(object message)
            {
                if (message is "end")
                    CompleteStage();
                else
                    Emit(_shape.Outlet, message);
            }
        }
    }
}
