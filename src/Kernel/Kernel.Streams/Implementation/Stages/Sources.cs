using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Gives elements that follow from a state, as tasks that may come later.</summary>
internal sealed class UnfoldSource<TState, T>(TState state, Func<TState, Task<(bool HasNext, TState State, T Element)>> unfold) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, state, unfold);

    private sealed class Logic : SourceLogic<T>
    {
        private readonly Func<TState, Task<(bool HasNext, TState State, T Element)>> _unfold;
        private readonly Action<Task<(bool HasNext, TState State, T Element)>> _arrived;
        private TState _state;

        public Logic(UnfoldSource<TState, T> stage, TState state, Func<TState, Task<(bool HasNext, TState State, T Element)>> unfold)
            : base(stage.Shape)
        {
            _state = state;
            _unfold = unfold;
            _arrived = GetAsyncCallback<Task<(bool HasNext, TState State, T Element)>>(Arrived);
        }

        public override void OnPull()
        {
            var next = _unfold(_state);
            if (next.IsCompleted)
                Arrived(next);
            else
                Completion.Of(next, _arrived);
        }

        private void Arrived(Task<(bool HasNext, TState State, T Element)> next)
        {
            if (!next.IsCompletedSuccessfully)
            {
                FailStage(Completion.Cause(next));
                return;
            }

            var (hasNext, state, element) = next.Result;
            _state = state;
            if (hasNext)
                Push(Out, element);
            else
                CompleteStage();
        }
    }
}

/// <summary>Gives the result of a task.</summary>
internal sealed class TaskSource<T, TMat>(Func<(Task<(bool HasValue, T Value)> Task, TMat Value)> start) : SourceStage<T, TMat>
{
    public override ILogicAndMaterializedValue<TMat> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var (task, value) = start();
        return new LogicAndMaterializedValue<TMat>(new Logic(this, task), value);
    }

    private sealed class Logic(TaskSource<T, TMat> stage, Task<(bool HasValue, T Value)> task) : SourceLogic<T>(stage.Shape)
    {
        private bool _arrived;

        public override void PreStart() => Completion.Of(task, task.IsCompleted ? Arrived : GetAsyncCallback<Task<(bool HasValue, T Value)>>(Arrived));

        public override void OnPull()
        {
            if (_arrived)
                Give();
        }

        private void Arrived(Task<(bool HasValue, T Value)> result)
        {
            _arrived = true;
            if (!result.IsCompletedSuccessfully)
                FailStage(Completion.Cause(result));
            else if (!result.Result.HasValue)
                CompleteStage();
            else if (IsAvailable(Out))
                Give();
        }

        private void Give()
        {
            Push(Out, task.Result.Value);
            CompleteStage();
        }
    }
}

/// <summary>Cancels at once.</summary>
internal sealed class CancelledSink<T> : SinkStage<T, NotUsed>
{
    public override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
        new LogicAndMaterializedValue<NotUsed>(new Logic(this), NotUsed.Instance);

    private sealed class Logic(CancelledSink<T> stage) : SinkLogic<T>(stage.Shape)
    {
        public override void PreStart() => CompleteStage();

        public override void OnPush()
        {
        }
    }
}
