using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>A stage with one inlet.</summary>
internal abstract class SinkStage<T, TMat> : GraphStageWithMaterializedValue<SinkShape<T>, TMat>
{
    protected SinkStage() => Shape = new SinkShape<T>(new Inlet<T>($"{Name}.in"));

    public sealed override SinkShape<T> Shape { get; }

    protected override Attributes InitialAttributes => Attributes.CreateName(Name);

    private string Name => GetType().Name.Split('`')[0];

    public sealed override string ToString() => Name;
}

/// <summary>The running part of such a stage. It asks for one element after the other.</summary>
internal abstract class SinkLogic<T> : InGraphStageLogic
{
    protected SinkLogic(SinkShape<T> shape)
        : base(shape)
    {
        In = shape.Inlet;
        SetHandler(In, this);
    }

    protected Inlet<T> In { get; }

    public override void PreStart() => Pull(In);
}

/// <summary>What a sink makes of its elements: a result at the end.</summary>
internal abstract class Collector<T, TResult>
{
    /// <summary>Takes an element; false when the result is known.</summary>
    public abstract bool Add(T element);

    /// <summary>Makes the result.</summary>
    public abstract TResult Result();
}

/// <summary>A sink that materializes to the task of its collector's result.</summary>
internal sealed class CollectingSink<T, TResult>(Func<Collector<T, TResult>> start) : SinkStage<T, Task<TResult>>
{
    public override ILogicAndMaterializedValue<Task<TResult>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, start, inheritedAttributes);
        return new LogicAndMaterializedValue<Task<TResult>>(logic, logic.Result);
    }

    private sealed class Logic(CollectingSink<T, TResult> stage, Func<Collector<T, TResult>> start, Attributes attributes)
        : SinkLogic<T>(stage.Shape)
    {
        private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Collector<T, TResult> _collector = start();

        public Task<TResult> Result => _result.Task;

        public override void OnPush()
        {
            bool wantsMore;
            try
            {
                wantsMore = _collector.Add(Grab(In));
            }
            catch (Exception e)
            {
                switch (attributes.Decider()(e))
                {
                    case Supervision.Directive.Resume:
                        break;
                    case Supervision.Directive.Restart:
                        _collector = start();
                        break;
                    default:
                        _result.TrySetException(e);
                        FailStage(e);
                        return;
                }

                wantsMore = true;
            }

            if (wantsMore)
                Pull(In);
            else
                Finish();
        }

        public override void OnUpstreamFinish() => Finish();

        public override void OnUpstreamFailure(Exception e)
        {
            _result.TrySetException(e);
            FailStage(e);
        }

        public override void PostStop() => _result.TrySetException(new AbruptStageTerminationException(stage));

        private void Finish()
        {
            try
            {
                _result.TrySetResult(_collector.Result());
            }
            catch (Exception e)
            {
                _result.TrySetException(e);
                FailStage(e);
                return;
            }

            CompleteStage();
        }
    }
}

internal sealed class ForEachCollector<T>(Action<T> action) : Collector<T, Done>
{
    public override bool Add(T element)
    {
        action(element);
        return true;
    }

    public override Done Result() => Done.Instance;
}

internal sealed class AggregateCollector<T, TState>(TState zero, Func<TState, T, TState> aggregate) : Collector<T, TState>
{
    private TState _state = zero;

    public override bool Add(T element)
    {
        _state = aggregate(_state, element);
        return true;
    }

    public override TState Result() => _state;
}

internal sealed class SumCollector<T>(Func<T, T, T> reduce) : Collector<T, T>
{
    private bool _any;
    private T? _state;

    public override bool Add(T element)
    {
        _state = _any ? reduce(_state!, element) : element;
        _any = true;
        return true;
    }

    public override T Result() => _any ? _state! : throw new NoSuchElementException("Sum over empty stream");
}

internal sealed class SeqCollector<T, TResult>(Func<List<T>, TResult> finish) : Collector<T, TResult>
{
    private readonly List<T> _elements = [];

    public override bool Add(T element)
    {
        _elements.Add(element);
        return true;
    }

    public override TResult Result() => finish(_elements);
}

internal sealed class FirstCollector<T>(bool last, bool orDefault) : Collector<T, T>
{
    private bool _any;
    private T? _element;

    public override bool Add(T element)
    {
        _any = true;
        _element = element;
        return last;
    }

    public override T Result() => _any || orDefault ? _element! : throw new NoSuchElementException($"{(last ? "Last" : "First")} of empty stream");
}
