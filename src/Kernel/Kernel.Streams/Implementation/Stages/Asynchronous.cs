using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Tasks as the stages see them.</summary>
internal static class Completion
{
    /// <summary>Says when a task is over; at once when it is already.</summary>
    public static void Of<T>(Task<T> task, Action<Task<T>> arrived)
    {
        if (task.IsCompleted)
        {
            arrived(task);
            return;
        }

        _ = task.ContinueWith(
            static (t, a) => ((Action<Task<T>>)a!)(t),
            arrived,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Why a task has not succeeded.</summary>
    public static Exception Cause(Task task) => task.Exception is { } failure
        ? failure.InnerExceptions.Count == 1 ? failure.InnerException! : failure
        : new TaskCanceledException(task);
}

/// <summary>Starts a task for each element, a number of them at a time; the results keep the order of the elements.</summary>
internal sealed class SelectAsync<TIn, TOut>(int parallelism, Func<TIn, Task<TOut>> selector, bool ordered) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, parallelism, selector, ordered, inheritedAttributes);

    private sealed class Logic : FlowLogic<TIn, TOut>
    {
        private readonly Queue<Task<TOut>> _results = new();
        private readonly Action<Task<TOut>> _arrived;
        private readonly Func<TIn, Task<TOut>> _selector;
        private readonly int _parallelism;
        private readonly bool _ordered;
        private int _running;

        public Logic(SelectAsync<TIn, TOut> stage, int parallelism, Func<TIn, Task<TOut>> selector, bool ordered, Attributes attributes)
            : base(stage.Shape, attributes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
            _selector = selector;
            _parallelism = parallelism;
            _ordered = ordered;
            _arrived = GetAsyncCallback<Task<TOut>>(Arrived);
        }

        private protected override bool ForwardsDemand => false;

        public override void OnPush()
        {
            try
            {
                var task = _selector(Grab(In));
                if (_ordered)
                    _results.Enqueue(task);
                _running++;
                if (task.IsCompleted)
                {
                    Arrived(task);
                    return;
                }

                Completion.Of(task, _arrived);
            }
            catch (Exception e)
            {
                if (!Survives(e))
                    return;
            }

            PushResults();
        }

        public override void OnPull() => PushResults();

        public override void OnUpstreamFinish()
        {
            if (_results.Count == 0 && _running == 0)
                CompleteStage();
        }

        /// <summary>A failure does not wait for its turn.</summary>
        private void Arrived(Task<TOut> task)
        {
            _running--;
            if (!task.IsCompletedSuccessfully)
            {
                if (!Survives(Completion.Cause(task)))
                    return;
            }
            else if (!_ordered)
            {
                _results.Enqueue(task);
            }

            PushResults();
        }

        private void PushResults()
        {
            while (_results.TryPeek(out var task) && task.IsCompleted)
            {
                // What has failed and is still here was tolerated.
                if (task.IsCompletedSuccessfully)
                {
                    if (!IsAvailable(Out))
                        break;
                    Push(Out, task.Result);
                }

                _ = _results.Dequeue();
            }

            if (IsClosed(In))
            {
                if (_results.Count == 0 && _running == 0)
                    CompleteStage();
            }
            else if ((_ordered ? _results.Count : _results.Count + _running) < _parallelism)
            {
                PullOnce();
            }
        }
    }
}
