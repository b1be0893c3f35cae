using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Gives what is offered from outside.</summary>
internal sealed class QueueSource<T>(int bufferSize, OverflowStrategy strategy) : SourceStage<T, ISourceQueueWithComplete<T>>
{
    public override ILogicAndMaterializedValue<ISourceQueueWithComplete<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, bufferSize, strategy);
        return new LogicAndMaterializedValue<ISourceQueueWithComplete<T>>(logic, logic);
    }

    /// <summary>The stage and those who offer share the buffer under a lock; the stage is sent a message only when it waits for one.</summary>
    private sealed class Logic : SourceLogic<T>, ISourceQueueWithComplete<T>
    {
        private readonly Lock _gate = new();
        private readonly BoundedQueue<T> _buffer;
        private readonly Queue<(T Element, TaskCompletionSource<IQueueOfferResult> Result)> _pending = new();
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly OverflowStrategy _strategy;
        private readonly WakeUpSignal _wakeUp;
        private IQueueOfferResult? _closed;
        private bool _waits = true;

        public Logic(QueueSource<T> stage, int bufferSize, OverflowStrategy strategy)
            : base(stage.Shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bufferSize);
            _buffer = new BoundedQueue<T>(strategy == OverflowStrategy.Backpressure ? bufferSize : Math.Max(bufferSize, 1), strategy);
            _strategy = strategy;
            _wakeUp = new WakeUpSignal(this, Go);
        }

        public Task<IQueueOfferResult> OfferAsync(T element)
        {
            ArgumentNullException.ThrowIfNull(element);
            var wakes = false;
            IQueueOfferResult? result;
            TaskCompletionSource<IQueueOfferResult>? later = null;
            lock (_gate)
            {
                result = _closed;
                if (result is null)
                {
                    if (_strategy == OverflowStrategy.Backpressure && (_buffer.IsFull || _pending.Count > 0))
                    {
                        later = new TaskCompletionSource<IQueueOfferResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                        _pending.Enqueue((element, later));
                    }
                    else if (_strategy == OverflowStrategy.Fail && _buffer.IsFull)
                    {
                        _closed = result = new QueueOfferResult.Failure(new BufferOverflowException("Buffer overflow of Source.Queue"));
                        wakes = true;
                    }
                    else
                    {
                        result = _buffer.Offer(element) ? QueueOfferResult.Enqueued.Instance : QueueOfferResult.Dropped.Instance;
                    }

                    wakes |= _waits;
                    _waits = false;
                }
            }

            if (wakes)
                Island.Post(_wakeUp);
            return later?.Task ?? Task.FromResult(result!);
        }

        public Task WatchCompletionAsync() => _completion.Task;

        public void Complete() => Close(QueueOfferResult.QueueClosed.Instance);

        public void Fail(Exception ex) => Close(new QueueOfferResult.Failure(ex));

        public override void OnPull() => Go();

        public override void PostStop()
        {
            Queue<(T, TaskCompletionSource<IQueueOfferResult> Result)> left;
            lock (_gate)
            {
                if (_closed is QueueOfferResult.Failure failure)
                    _completion.TrySetException(failure.Cause);
                else if (_closed is null && !IsClosed(Out))
                    _completion.TrySetException(new AbruptStageTerminationException(this));
                else
                    _completion.TrySetResult();
                _closed ??= QueueOfferResult.QueueClosed.Instance;
                left = new(_pending);
                _pending.Clear();
            }

            foreach (var (_, result) in left)
                result.TrySetResult(QueueOfferResult.QueueClosed.Instance);
        }

        private void Close(IQueueOfferResult how)
        {
            lock (_gate)
            {
                if (_closed is not null)
                    return;
                _closed = how;
                _waits = false;
            }

            Island.Post(_wakeUp);
        }

        private void Go()
        {
            T? element = default;
            TaskCompletionSource<IQueueOfferResult>? accepted = null;
            bool any;
            bool over;
            lock (_gate)
            {
                if (_closed is QueueOfferResult.Failure failure)
                {
                    FailStage(failure.Cause);
                    return;
                }

                any = IsAvailable(Out) && (_buffer.Count > 0 || _pending.Count > 0);
                if (any && _buffer.Count == 0)
                {
                    (element, accepted) = _pending.Dequeue();
                }
                else if (any)
                {
                    element = _buffer.Take();
                    if (_pending.TryDequeue(out var next))
                    {
                        _buffer.Add(next.Element);
                        accepted = next.Result;
                    }
                }

                over = _closed is not null && _buffer.Count == 0 && _pending.Count == 0;
                _waits = !any && IsAvailable(Out);
            }

            if (any)
                Push(Out, element!);
            accepted?.TrySetResult(QueueOfferResult.Enqueued.Instance);
            if (over)
                CompleteStage();
        }
    }
}

/// <summary>A sink's elements for whoever asks.</summary>
internal sealed class ChannelSinkQueue<T>(System.Threading.Channels.ChannelReader<T> reader, Action cancel) : ISinkQueue<T>
{
    public async Task<Util.Option<T>> PullAsync()
    {
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (reader.TryRead(out var element))
                return element;
        }

        return Util.Option<T>.None;
    }

    public void Cancel() => cancel();
}
