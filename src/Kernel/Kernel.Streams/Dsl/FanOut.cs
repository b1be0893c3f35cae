using Akka.Streams.Stage;

namespace Akka.Streams.Dsl;

/// <summary>Gives each element to every outlet, as slowly as the slowest of them.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="outputPorts">How many outlets.</param>
/// <param name="eagerCancel">Whether to cancel with the first outlet rather than with the last.</param>
public sealed class Broadcast<T>(int outputPorts, bool eagerCancel = false) : GraphStage<UniformFanOutShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanOutShape<T, T> Shape { get; } = new(outputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, eagerCancel);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly UniformFanOutShape<T, T> _shape;

        public Logic(UniformFanOutShape<T, T> shape, bool eagerCancel)
            : base(shape)
        {
            _shape = shape;
            SetHandler(shape.In, this);
            foreach (var outlet in shape.Outs)
            {
                SetHandler(outlet, PullIfAllWant, cause =>
                {
                    if (eagerCancel || shape.Outs.All(IsClosed))
                        CancelStage(cause);
                    else
                        PullIfAllWant();
                });
            }
        }

        public override void OnPush()
        {
            var element = Grab(_shape.In);
            foreach (var outlet in _shape.Outs)
            {
                if (!IsClosed(outlet))
                    Push(outlet, element);
            }
        }

        private void PullIfAllWant()
        {
            foreach (var outlet in _shape.Outs)
            {
                if (!IsClosed(outlet) && !IsAvailable(outlet))
                    return;
            }

            if (!HasBeenPulled(_shape.In))
                TryPull(_shape.In);
        }
    }
}

/// <summary>Gives each element to one outlet that asks for one.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="outputPorts">How many outlets.</param>
/// <param name="waitForAllDownstreams">Whether to wait at first until all outlets ask.</param>
public sealed class Balance<T>(int outputPorts, bool waitForAllDownstreams = false) : GraphStage<UniformFanOutShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanOutShape<T, T> Shape { get; } = new(outputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, waitForAllDownstreams);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly UniformFanOutShape<T, T> _shape;
        private readonly Queue<Outlet<T>> _asking = new();
        private bool _waits;

        public Logic(UniformFanOutShape<T, T> shape, bool waitForAll)
            : base(shape)
        {
            _shape = shape;
            _waits = waitForAll;
            SetHandler(shape.In, this);
            foreach (var outlet in shape.Outs)
            {
                SetHandler(
                    outlet,
                    () =>
                    {
                        _asking.Enqueue(outlet);
                        Go();
                    },
                    cause =>
                    {
                        if (shape.Outs.All(IsClosed))
                            CancelStage(cause);
                        else
                            Go();
                    });
            }
        }

        public override void OnPush() => Go();

        public override void OnUpstreamFinish()
        {
            if (!IsAvailable(_shape.In))
                CompleteStage();
        }

        private void Go()
        {
            if (_waits)
            {
                if (_shape.Outs.Any(o => !IsClosed(o) && !IsAvailable(o)))
                    return;
                _waits = false;
            }

            while (_asking.TryPeek(out var first) && !IsAvailable(first))
                _asking.Dequeue();
            if (_asking.Count == 0)
                return;
            if (IsAvailable(_shape.In))
            {
                Push(_asking.Dequeue(), Grab(_shape.In));
                if (IsClosed(_shape.In))
                {
                    CompleteStage();
                    return;
                }
            }

            if (_asking.Count > 0 && !HasBeenPulled(_shape.In))
                TryPull(_shape.In);
        }
    }
}

/// <summary>Gives each element to the outlet that a delegate names.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="outputPorts">How many outlets.</param>
/// <param name="partitioner">Names an outlet by its place.</param>
/// <param name="eagerCancel">Whether to cancel with the first outlet rather than with the last.</param>
public sealed class Partition<T>(int outputPorts, Func<T, int> partitioner, bool eagerCancel = false) : GraphStage<UniformFanOutShape<T, T>>
{
    /// <inheritdoc/>
    public override UniformFanOutShape<T, T> Shape { get; } = new(outputPorts);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, partitioner, eagerCancel);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly UniformFanOutShape<T, T> _shape;
        private readonly Func<T, int> _partitioner;
        private Outlet<T>? _target;
        private T? _pending;

        public Logic(UniformFanOutShape<T, T> shape, Func<T, int> partitioner, bool eagerCancel)
            : base(shape)
        {
            _shape = shape;
            _partitioner = partitioner;
            SetHandler(shape.In, this);
            foreach (var outlet in shape.Outs)
            {
                SetHandler(outlet, () => Asked(outlet), cause =>
                {
                    if (eagerCancel || shape.Outs.All(IsClosed))
                    {
                        CancelStage(cause);
                        return;
                    }

                    if (_target != outlet)
                        return;
                    _target = null;
                    PullIfAnyWants();
                });
            }
        }

        public override void OnPush()
        {
            var element = Grab(_shape.In);
            var place = _partitioner(element);
            if (place < 0 || place >= _shape.Outs.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(place), place, $"partitioner must return an index in the range [0,{_shape.Outs.Length - 1}] for input [{element}]");
            }

            var target = _shape.Out(place);
            if (IsAvailable(target))
            {
                Push(target, element);
                PullIfAnyWants();
            }
            else if (IsClosed(target))
            {
                PullIfAnyWants();
            }
            else
            {
                _target = target;
                _pending = element;
            }
        }

        public override void OnUpstreamFinish()
        {
            if (_target is null)
                CompleteStage();
        }

        private void Asked(Outlet<T> outlet)
        {
            if (_target is null)
            {
                PullIfAnyWants();
            }
            else if (_target == outlet)
            {
                _target = null;
                Push(outlet, _pending!);
                PullIfAnyWants();
            }
        }

        private void PullIfAnyWants()
        {
            if (IsClosed(_shape.In))
            {
                if (_target is null)
                    CompleteStage();
            }
            else if (!HasBeenPulled(_shape.In) && _shape.Outs.Any(IsAvailable))
            {
                Pull(_shape.In);
            }
        }
    }
}

/// <summary>Makes two elements of one, one for each outlet.</summary>
/// <typeparam name="TIn">What enters.</typeparam>
/// <typeparam name="T0">What leaves at the first outlet.</typeparam>
/// <typeparam name="T1">What leaves at the second outlet.</typeparam>
/// <param name="unzipper">Makes two of one.</param>
public class UnzipWith<TIn, T0, T1>(Func<TIn, (T0, T1)> unzipper) : GraphStage<FanOutShape<TIn, T0, T1>>
{
    /// <inheritdoc/>
    public override FanOutShape<TIn, T0, T1> Shape { get; } = new("UnzipWith");

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, unzipper);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly FanOutShape<TIn, T0, T1> _shape;
        private readonly Func<TIn, (T0, T1)> _unzipper;

        public Logic(FanOutShape<TIn, T0, T1> shape, Func<TIn, (T0, T1)> unzipper)
            : base(shape)
        {
            _shape = shape;
            _unzipper = unzipper;
            SetHandler(shape.In, this);
            SetHandler(shape.Out0, PullIfAllWant, cause => Cancelled(IsClosed(shape.Out1), cause));
            SetHandler(shape.Out1, PullIfAllWant, cause => Cancelled(IsClosed(shape.Out0), cause));
        }

        public override void OnPush()
        {
            var (first, second) = _unzipper(Grab(_shape.In));
            if (!IsClosed(_shape.Out0))
                Push(_shape.Out0, first);
            if (!IsClosed(_shape.Out1))
                Push(_shape.Out1, second);
        }

        private void Cancelled(bool other, Exception cause)
        {
            if (other)
                CancelStage(cause);
            else
                PullIfAllWant();
        }

        private void PullIfAllWant()
        {
            if ((IsClosed(_shape.Out0) || IsAvailable(_shape.Out0)) && (IsClosed(_shape.Out1) || IsAvailable(_shape.Out1)) && !HasBeenPulled(_shape.In))
                TryPull(_shape.In);
        }
    }
}

/// <summary>Gives the parts of pairs to two outlets.</summary>
/// <typeparam name="T0">What leaves at the first outlet.</typeparam>
/// <typeparam name="T1">What leaves at the second outlet.</typeparam>
public sealed class UnZip<T0, T1>() : UnzipWith<(T0, T1), T0, T1>(static pair => pair);
