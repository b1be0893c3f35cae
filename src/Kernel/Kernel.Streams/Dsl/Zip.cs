using Akka.Streams.Stage;

namespace Akka.Streams.Dsl;

/// <summary>Makes one element of two, one from each inlet.</summary>
/// <typeparam name="T0">What enters at the first inlet.</typeparam>
/// <typeparam name="T1">What enters at the second inlet.</typeparam>
/// <typeparam name="TOut">What leaves.</typeparam>
/// <param name="zipper">Makes one of two.</param>
public class ZipWith<T0, T1, TOut>(Func<T0, T1, TOut> zipper) : GraphStage<FanInShape<T0, T1, TOut>>
{
    /// <inheritdoc/>
    public override FanInShape<T0, T1, TOut> Shape { get; } = new("ZipWith");

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, zipper, inheritedAttributes);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly FanInShape<T0, T1, TOut> _shape;
        private readonly Func<T0, T1, TOut> _zipper;
        private readonly Attributes _attributes;

        public Logic(FanInShape<T0, T1, TOut> shape, Func<T0, T1, TOut> zipper, Attributes attributes)
            : base(shape)
        {
            _shape = shape;
            _zipper = zipper;
            _attributes = attributes;
            SetHandler(shape.Out, this);
            SetHandler(shape.In0, Give, Finish0);
            SetHandler(shape.In1, Give, Finish1);
        }

        public override void OnPull()
        {
            // A closed inlet has its last element pending, or the stage would be over.
            if (!IsAvailable(_shape.In0) && !HasBeenPulled(_shape.In0))
                TryPull(_shape.In0);
            if (!IsAvailable(_shape.In1) && !HasBeenPulled(_shape.In1))
                TryPull(_shape.In1);
        }

        private void Give()
        {
            if (!IsAvailable(_shape.In0) || !IsAvailable(_shape.In1))
                return;
            TOut element;
            try
            {
                element = _zipper(Grab(_shape.In0), Grab(_shape.In1));
            }
            catch (Exception e)
            {
                if (_attributes.Decider()(e) == Supervision.Directive.Stop)
                    throw;
                if (IsClosed(_shape.In0) || IsClosed(_shape.In1))
                    CompleteStage();
                else
                    OnPull();
                return;
            }

            Push(_shape.Out, element);
            if (IsClosed(_shape.In0) || IsClosed(_shape.In1))
                CompleteStage();
        }

        private void Finish0()
        {
            if (!IsAvailable(_shape.In0))
                CompleteStage();
        }

        private void Finish1()
        {
            if (!IsAvailable(_shape.In1))
                CompleteStage();
        }
    }
}

/// <summary>Makes pairs, one element from each inlet.</summary>
/// <typeparam name="T0">What enters at the first inlet.</typeparam>
/// <typeparam name="T1">What enters at the second inlet.</typeparam>
public sealed class Zip<T0, T1>() : ZipWith<T0, T1, (T0, T1)>(static (first, second) => (first, second));

/// <summary>Makes one element of one from each inlet.</summary>
/// <typeparam name="TIn">What enters.</typeparam>
/// <typeparam name="TOut">What leaves.</typeparam>
/// <param name="zipper">Makes one of many.</param>
/// <param name="n">How many inlets.</param>
public class ZipWithN<TIn, TOut>(Func<System.Collections.Immutable.IImmutableList<TIn>, TOut> zipper, int n) : GraphStage<UniformFanInShape<TIn, TOut>>
{
    /// <inheritdoc/>
    public override UniformFanInShape<TIn, TOut> Shape { get; } = new(n);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, zipper);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly UniformFanInShape<TIn, TOut> _shape;

        public Logic(UniformFanInShape<TIn, TOut> shape, Func<System.Collections.Immutable.IImmutableList<TIn>, TOut> zipper)
            : base(shape)
        {
            _shape = shape;
            SetHandler(shape.Out, this);
            foreach (var inlet in shape.Ins)
            {
                SetHandler(
                    inlet,
                    () =>
                    {
                        if (!shape.Ins.All(IsAvailable))
                            return;
                        Push(shape.Out, zipper([.. shape.Ins.Select(Grab)]));
                        if (shape.Ins.Any(IsClosed))
                            CompleteStage();
                    },
                    () =>
                    {
                        if (!IsAvailable(inlet))
                            CompleteStage();
                    });
            }
        }

        public override void OnPull()
        {
            foreach (var inlet in _shape.Ins)
            {
                if (!IsAvailable(inlet) && !HasBeenPulled(inlet))
                    TryPull(inlet);
            }
        }
    }
}

/// <summary>Makes lists of one element from each inlet.</summary>
/// <typeparam name="T">What enters.</typeparam>
/// <param name="n">How many inlets.</param>
public sealed class ZipN<T>(int n) : ZipWithN<T, System.Collections.Immutable.IImmutableList<T>>(static list => list, n);
