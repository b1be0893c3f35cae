using Akka.Streams.Stage;

namespace Akka.Streams.Dsl;

/// <summary>Takes elements from any inlet that has one.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="inputPorts">How many inlets.</param>
/// <param name="eagerComplete">Whether to complete with the first inlet rather than with the last.</param>
public sealed class Merge<T>(int inputPorts, bool eagerComplete = false) : GraphStage<UniformFanInShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<T, T> Shape { get; } = new(inputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, eagerComplete);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<T, T> _shape;
        private readonly Queue<Inlet<T>> _ready = new();
        private int _open;

        public Logic(UniformFanInShape<T, T> shape, bool eagerComplete)
            : base(shape)
        {
            _shape = shape;
            _open = shape.Ins.Length;
            SetHandler(shape.Out, this);
            foreach (var inlet in shape.Ins)
            {
                SetHandler(inlet, () => Arrived(inlet), () =>
                {
                    _open--;
                    if (_ready.Count == 0 && (_open == 0 || eagerComplete))
                        CompleteStage();
                    else if (eagerComplete)
                        _open = 0;
                });
            }
        }

        public override void PreStart()
        {
            foreach (var inlet in _shape.Ins)
                TryPull(inlet);
        }

        public override void OnPull()
        {
            while (_ready.TryDequeue(out var inlet))
            {
                if (!IsAvailable(inlet))
                    continue;
                Give(inlet);
                break;
            }

            if (_open <= 0 && _ready.Count == 0)
                CompleteStage();
        }

        private void Arrived(Inlet<T> inlet)
        {
            if (_ready.Count == 0 && IsAvailable(_shape.Out))
                Give(inlet);
            else
                _ready.Enqueue(inlet);
        }

        private void Give(Inlet<T> inlet)
        {
            Push(_shape.Out, Grab(inlet));
            TryPull(inlet);
        }
    }
}

/// <summary>Takes all elements of one inlet after the other.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="inputPorts">How many inlets.</param>
public sealed class Concat<T>(int inputPorts = 2) : GraphStage<UniformFanInShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<T, T> Shape { get; } = new(inputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<T, T> _shape;
        private int _active;

        public Logic(UniformFanInShape<T, T> shape)
            : base(shape)
        {
            _shape = shape;
            SetHandler(shape.Out, this);
            for (var i = 0; i < shape.Ins.Length; i++)
            {
                var inlet = shape.In(i);
                var place = i;
                SetHandler(inlet, () => Push(shape.Out, Grab(inlet)), () =>
                {
                    if (place != _active)
                        return;
                    do
                        _active++;
                    while (_active < shape.Ins.Length && IsClosed(shape.In(_active)));
                    if (_active == shape.Ins.Length)
                        CompleteStage();
                    else if (IsAvailable(shape.Out))
                        Pull(shape.In(_active));
                });
            }
        }

        public override void OnPull() => Pull(_shape.In(_active));
    }
}

/// <summary>Takes a number of elements from each inlet in turn.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="inputPorts">How many inlets.</param>
/// <param name="segmentSize">How many elements.</param>
/// <param name="eagerClose">Whether to complete with the first inlet rather than with the last.</param>
public sealed class Interleave<T>(int inputPorts, int segmentSize, bool eagerClose = false) : GraphStage<UniformFanInShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<T, T> Shape { get; } = new(inputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, segmentSize, eagerClose);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<T, T> _shape;
        private readonly int _segmentSize;
        private int _active;
        private int _given;

        public Logic(UniformFanInShape<T, T> shape, int segmentSize, bool eagerClose)
            : base(shape)
        {
            _shape = shape;
            _segmentSize = segmentSize;
            SetHandler(shape.Out, this);
            for (var i = 0; i < shape.Ins.Length; i++)
            {
                var inlet = shape.In(i);
                var place = i;
                SetHandler(inlet, () => Arrived(inlet), () =>
                {
                    if (eagerClose || shape.Ins.All(IsClosed))
                    {
                        CompleteStage();
                    }
                    else if (place == _active)
                    {
                        GoToNext();
                        if (IsAvailable(shape.Out) && !HasBeenPulled(shape.In(_active)))
                            Pull(shape.In(_active));
                    }
                });
            }
        }

        public override void OnPull()
        {
            if (!HasBeenPulled(_shape.In(_active)))
                Pull(_shape.In(_active));
        }

        private void Arrived(Inlet<T> inlet)
        {
            Push(_shape.Out, Grab(inlet));
            if (++_given == _segmentSize)
                GoToNext();
        }

        private void GoToNext()
        {
            _given = 0;
            for (var tries = 0; tries < _shape.Ins.Length; tries++)
            {
                _active = (_active + 1) % _shape.Ins.Length;
                if (!IsClosed(_shape.In(_active)))
                    return;
            }
        }
    }
}

/// <summary>Takes elements of the preferred inlet, which is the first, before those of the others.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="secondaryPorts">How many other inlets.</param>
public sealed class MergePreferred<T>(int secondaryPorts) : GraphStage<UniformFanInShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<T, T> Shape { get; } = new(secondaryPorts + 1);

    /// <summary>Gets the preferred inlet.</summary>
    public Inlet<T> Preferred => Shape.In(0);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<T, T> _shape;

        public Logic(UniformFanInShape<T, T> shape)
            : base(shape)
        {
            _shape = shape;
            SetHandler(shape.Out, this);
            foreach (var inlet in shape.Ins)
            {
                SetHandler(inlet, Give, () =>
                {
                    if (shape.Ins.All(IsClosed) && !shape.Ins.Any(IsAvailable))
                        CompleteStage();
                });
            }
        }

        public override void PreStart()
        {
            foreach (var inlet in _shape.Ins)
                TryPull(inlet);
        }

        public override void OnPull() => Give();

        private void Give()
        {
            if (!IsAvailable(_shape.Out))
                return;
            foreach (var inlet in _shape.Ins)
            {
                if (!IsAvailable(inlet))
                    continue;
                // First asked for, then given: so the preferred inlet's next element is there when the next one is wanted.
                var element = Grab(inlet);
                TryPull(inlet);
                Push(_shape.Out, element);
                break;
            }

            if (_shape.Ins.All(IsClosed) && !_shape.Ins.Any(IsAvailable))
                CompleteStage();
        }
    }
}

/// <summary>Takes the smaller of two sorted inlets' next elements.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="compare">Compares two.</param>
public sealed class MergeSorted<T>(Comparison<T> compare) : GraphStage<UniformFanInShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<T, T> Shape { get; } = new(2);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, compare);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<T, T> _shape;
        private readonly Comparison<T> _compare;
        private readonly T?[] _heads = new T?[2];
        private readonly bool[] _has = new bool[2];

        public Logic(UniformFanInShape<T, T> shape, Comparison<T> compare)
            : base(shape)
        {
            _shape = shape;
            _compare = compare;
            SetHandler(shape.Out, this);
            for (var i = 0; i < 2; i++)
            {
                var place = i;
                SetHandler(
                    shape.In(i),
                    () =>
                    {
                        _heads[place] = Grab(shape.In(place));
                        _has[place] = true;
                        Give();
                    },
                    Give);
            }
        }

        public override void PreStart()
        {
            TryPull(_shape.In(0));
            TryPull(_shape.In(1));
        }

        public override void OnPull() => Give();

        private void Give()
        {
            var over0 = !_has[0] && IsClosed(_shape.In(0));
            var over1 = !_has[1] && IsClosed(_shape.In(1));
            if (over0 && over1)
            {
                CompleteStage();
                return;
            }

            if (!IsAvailable(_shape.Out) || !((_has[0] || over0) && (_has[1] || over1)))
                return;
            var place = over1 || (!over0 && _compare(_heads[0]!, _heads[1]!) <= 0) ? 0 : 1;
            _has[place] = false;
            Push(_shape.Out, _heads[place]!);
            if (!IsClosed(_shape.In(place)))
                Pull(_shape.In(place));
            else if (!_has[1 - place] && IsClosed(_shape.In(1 - place)))
                CompleteStage();
        }
    }
}
