using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Makes its source when the first element is asked for.</summary>
internal sealed class LazySource<T, TMat>(Func<Source<T, TMat>> create) : SourceStage<T, Task<TMat>>
{
    public override ILogicAndMaterializedValue<Task<TMat>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var value = new TaskCompletionSource<TMat>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<TMat>>(new Logic(this, create, value, inheritedAttributes), value.Task);
    }

    private sealed class Logic(LazySource<T, TMat> stage, Func<Source<T, TMat>> create, TaskCompletionSource<TMat> value, Attributes attributes)
        : SourceLogic<T>(stage.Shape)
    {
        private SubSinkInlet<T>? _inner;

        public override void OnPull()
        {
            if (_inner is { } open)
            {
                open.Pull();
                return;
            }

            var inner = new SubSinkInlet<T>(this, "Lazily");
            inner.SetHandler(new LambdaInHandler(() => Push(Out, inner.Grab())));
            _inner = inner;
            inner.Pull();
            value.TrySetResult(SubFusingMaterializer.Materialize(create().To(inner.Sink), attributes));
        }

        public override void PostStop()
        {
            _inner?.Cancel();
            value.TrySetException(Failure ?? new StreamDetachedException("The source was never asked for an element"));
        }
    }
}

/// <summary>Takes the elements of a second inlet if the first has none.</summary>
internal sealed class OrElseStage<T> : GraphStage<UniformFanInShape<T, T>>
{
    public override UniformFanInShape<T, T> Shape { get; } = new(2);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape);

    private sealed class Logic : OutGraphStageLogic
    {
        private Inlet<T> _active;

        public Logic(UniformFanInShape<T, T> shape)
            : base(shape)
        {
            _active = shape.In(0);
            var any = false;
            SetHandler(shape.Out, this);
            SetHandler(
                shape.In(0),
                () =>
                {
                    if (!any)
                        Cancel(shape.In(1));
                    any = true;
                    Push(shape.Out, Grab(shape.In(0)));
                },
                () =>
                {
                    if (any || IsClosed(shape.In(1)))
                    {
                        CompleteStage();
                        return;
                    }

                    _active = shape.In(1);
                    if (IsAvailable(shape.Out))
                        Pull(_active);
                });
            SetHandler(
                shape.In(1),
                () => Push(shape.Out, Grab(shape.In(1))),
                () =>
                {
                    if (IsClosed(shape.In(0)))
                        CompleteStage();
                });
        }

        public override void OnPull() => Pull(_active);
    }
}

/// <summary>Begins a new substream at certain elements, or behind them.</summary>
internal sealed class Split<T>(Func<T, bool> predicate, bool after) : FlowStage<T, Source<T, NotUsed>>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, predicate, after, inheritedAttributes);

    private sealed class Logic(Split<T> stage, Func<T, bool> predicate, bool after, Attributes attributes)
        : FlowLogic<T, Source<T, NotUsed>>(stage.Shape, attributes)
    {
        private SubSourceOutlet<T>? _current;
        private T? _held;
        private bool _heldCuts;
        private bool _holds;
        private bool _skips;

        private protected override bool ForwardsDemand => false;

        public override void OnPull()
        {
            if (_holds && _current is null)
                Open();
            else if (_current is null)
                PullOnce();
        }

        public override void OnPush()
        {
            var element = Grab(In);
            bool cuts;
            try
            {
                cuts = predicate(element);
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            if (cuts && !after)
                Close();
            if (_skips)
            {
                _skips = !(cuts && after);
                PullOnce();
                return;
            }

            if (_current is { IsAvailable: true } current)
            {
                current.Push(element);
                if (cuts && after)
                    Close();
                return;
            }

            _held = element;
            _heldCuts = cuts;
            _holds = true;
            if (_current is null && IsAvailable(Out))
                Open();
        }

        public override void OnUpstreamFinish()
        {
            if (_holds)
                return;
            _current?.Complete();
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _current?.Fail(e);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            if (_current is null)
                CancelStage(cause);
        }

        public override void PostStop() => _current?.Fail(Failure ?? new AbruptStageTerminationException(this));

        private void Open()
        {
            var current = new SubSourceOutlet<T>(this, "Split");
            _current = current;
            current.SetHandler(new LambdaOutHandler(
                () =>
                {
                    if (!_holds)
                    {
                        TryPull(In);
                        return;
                    }

                    _holds = false;
                    current.Push(_held!);
                    if (after && _heldCuts)
                        Close();
                    if (!IsClosed(In))
                        return;
                    _current?.Complete();
                    CompleteStage();
                },
                cause =>
                {
                    _current = null;
                    _holds = false;
                    _skips = true;
                    if (IsClosed(Out) || IsClosed(In))
                        CancelStage(cause);
                    else
                        PullOnce();
                }));
            Push(Out, Source.FromGraph(current.Source));
            current.LimitWait();
        }

        private void Close()
        {
            _skips = false;
            _current?.Complete();
            _current = null;
            if (IsClosed(Out))
                CompleteStage();
            else if (after && IsAvailable(Out))
                PullOnce();
        }
    }
}
