using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>A queue that knows what to do when it is full.</summary>
internal sealed class BoundedQueue<T>(int capacity, OverflowStrategy strategy)
{
    private readonly LinkedList<T> _elements = new();

    public int Count => _elements.Count;

    public bool IsFull => _elements.Count >= capacity;

    public void Add(T element) => _elements.AddLast(element);

    public T Take()
    {
        var element = _elements.First!.Value;
        _elements.RemoveFirst();
        return element;
    }

    /// <summary>Adds an element, or does what the strategy says; false when the element was dropped.</summary>
    public bool Offer(T element)
    {
        if (IsFull)
        {
            switch (strategy)
            {
                case OverflowStrategy.DropHead when Count > 0:
                    _elements.RemoveFirst();
                    break;
                case OverflowStrategy.DropTail when Count > 0:
                    _elements.RemoveLast();
                    break;
                case OverflowStrategy.DropBuffer:
                    _elements.Clear();
                    break;
                case OverflowStrategy.Fail:
                    throw new BufferOverflowException($"Buffer overflow (max capacity was: {capacity})!");
                default:
                    return false;
            }
        }

        _elements.AddLast(element);
        return true;
    }

    public void Clear() => _elements.Clear();
}

internal sealed class Buffer<T>(int size, OverflowStrategy strategy) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, size, strategy, inheritedAttributes);

    private sealed class Logic(Buffer<T> stage, int size, OverflowStrategy strategy, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private readonly BoundedQueue<T> _buffer = new(size, strategy);

        private protected override bool ForwardsDemand => false;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            var element = Grab(In);
            if (IsAvailable(Out))
                Push(Out, element);
            else
                _buffer.Offer(element);
            PullIfRoom();
        }

        public override void OnPull()
        {
            if (_buffer.Count > 0)
                Push(Out, _buffer.Take());
            if (!IsClosed(In))
                PullIfRoom();
            else if (_buffer.Count == 0)
                CompleteStage();
        }

        public override void OnUpstreamFinish()
        {
            if (_buffer.Count == 0)
                CompleteStage();
        }

        private void PullIfRoom()
        {
            if (strategy != OverflowStrategy.Backpressure || !_buffer.IsFull)
                PullOnce();
        }
    }
}

/// <summary>Makes one of several elements while nobody asks, and gives it when somebody does.</summary>
internal sealed class Batch<TIn, TOut>(long max, Func<TIn, long> cost, Func<TIn, TOut> seed, Func<TOut, TIn, TOut> aggregate) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, max, cost, seed, aggregate, inheritedAttributes);

    private sealed class Logic(
        Batch<TIn, TOut> stage,
        long max,
        Func<TIn, long> cost,
        Func<TIn, TOut> seed,
        Func<TOut, TIn, TOut> aggregate,
        Attributes attributes) : FlowLogic<TIn, TOut>(stage.Shape, attributes)
    {
        private TOut? _batch;
        private bool _any;
        private TIn? _pending;
        private bool _hasPending;
        private long _spent;

        private protected override bool ForwardsDemand => false;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            _pending = Grab(In);
            _hasPending = true;
            Absorb();
            Flush();
            if (!_hasPending)
                PullOnce();
        }

        public override void OnPull()
        {
            Flush();
            if (_hasPending)
            {
                Absorb();
                Flush();
            }

            if (IsClosed(In) && !_any && !_hasPending)
                CompleteStage();
            else if (!_hasPending)
                PullOnce();
        }

        public override void OnUpstreamFinish()
        {
            if (!_any && !_hasPending)
                CompleteStage();
        }

        protected override void Restart()
        {
            _any = _hasPending = false;
            _spent = 0;
        }

        private void Absorb()
        {
            try
            {
                var price = cost(_pending!);
                if (_any && price > max - _spent)
                    return;
                _batch = _any ? aggregate(_batch!, _pending!) : seed(_pending!);
                _spent += price;
                _any = true;
                _hasPending = false;
            }
            catch (Exception e)
            {
                _hasPending = false;
                Survives(e);
            }
        }

        private void Flush()
        {
            if (!_any || !IsAvailable(Out))
                return;
            _any = false;
            _spent = 0;
            Push(Out, _batch!);
        }
    }
}

/// <summary>Makes elements of the last one as long as somebody asks.</summary>
internal sealed class Expand<TIn, TOut>(Func<TIn, IEnumerator<TOut>> extrapolate) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, extrapolate, inheritedAttributes);

    private sealed class Logic(Expand<TIn, TOut> stage, Func<TIn, IEnumerator<TOut>> extrapolate, Attributes attributes)
        : FlowLogic<TIn, TOut>(stage.Shape, attributes)
    {
        private IEnumerator<TOut>? _elements;
        private bool _hasNext;
        private bool _given;

        private protected override bool ForwardsDemand => false;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            _elements?.Dispose();
            _elements = extrapolate(Grab(In));
            _given = false;
            _hasNext = _elements.MoveNext();
            if (!_hasNext || IsAvailable(Out))
                Next();
        }

        public override void OnPull() => Next();

        public override void OnUpstreamFinish()
        {
            if (_elements is null || _given || !_hasNext)
                CompleteStage();
        }

        public override void PostStop() => _elements?.Dispose();

        private void Next()
        {
            if (_hasNext && IsAvailable(Out))
            {
                _given = true;
                Push(Out, _elements!.Current);
                _hasNext = _elements.MoveNext();
            }

            if (IsClosed(In))
                CompleteStage();
            else if (_given || !_hasNext)
                PullOnce();
        }
    }
}
