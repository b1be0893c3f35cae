namespace Akka.Streams.Stage;

public abstract partial class GraphStageLogic
{
    private Emitting?[]? _emitting;

    /// <summary>Gives an element as soon as one is asked for; until then the outlet's handler rests.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    /// <param name="element">The element.</param>
    /// <param name="andThen">What to do afterwards.</param>
    protected internal void Emit<T>(Outlet<T> outlet, T element, Action? andThen = null)
    {
        if (_emitting?[outlet.Id] is null && IsAvailable(outlet))
        {
            Push(outlet, element);
            andThen?.Invoke();
            return;
        }

        EmitMultiple(outlet, new SingleEnumerator<T>(element), andThen);
    }

    /// <summary>Gives elements one after the other as they are asked for; until then the outlet's handler rests.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    /// <param name="elements">The elements.</param>
    /// <param name="andThen">What to do afterwards.</param>
    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerable<T> elements, Action? andThen = null) =>
        EmitMultiple(outlet, elements.GetEnumerator(), andThen);

    /// <inheritdoc cref="EmitMultiple{T}(Outlet{T}, IEnumerable{T}, Action)"/>
    /// <param name="outlet">Where.</param>
    /// <param name="elements">The elements.</param>
    /// <param name="andThen">What to do afterwards.</param>
    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerator<T> elements, Action? andThen = null)
    {
        _emitting ??= new Emitting?[_outs.Length];
        if (_emitting[outlet.Id] is Emitting<T> busy)
        {
            busy.Add(elements, andThen);
            return;
        }

        var emitting = new Emitting<T>(outlet, GetHandler(outlet));
        _emitting[outlet.Id] = emitting;
        SetHandler(outlet, emitting);
        emitting.Add(elements, andThen);
        emitting.Next();
    }

    /// <summary>Forgets what is still to be given by Emit.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="outlet">Where.</param>
    protected internal void AbortEmitting<T>(Outlet<T> outlet)
    {
        if (_emitting?[outlet.Id] is Emitting<T> emitting)
            emitting.Stop();
    }

    /// <summary>Waits for one element; until then the inlet's handler rests.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <param name="andThen">What to do with it.</param>
    /// <param name="onClose">What to do when there is none.</param>
    protected internal void Read<T>(Inlet<T> inlet, Action<T> andThen, Action onClose) =>
        ReadMany(inlet, 1, elements => andThen(elements[0]), _ => onClose());

    /// <summary>Waits for elements; until then the inlet's handler rests.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    /// <param name="n">How many.</param>
    /// <param name="andThen">What to do with them.</param>
    /// <param name="onComplete">What to do with fewer, when there are no more.</param>
    protected internal void ReadMany<T>(Inlet<T> inlet, int n, Action<IReadOnlyList<T>> andThen, Action<IReadOnlyList<T>> onComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (n == 0)
        {
            andThen([]);
            return;
        }

        var reading = new Reading<T>(inlet, n, GetHandler(inlet), andThen, onComplete);
        SetHandler(inlet, reading);
        if (IsAvailable(inlet))
            reading.OnPush();
        else if (IsClosed(inlet))
            reading.OnUpstreamFinish();
        else if (!HasBeenPulled(inlet))
            Pull(inlet);
    }

    /// <summary>Gives up waiting for elements.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="inlet">Where.</param>
    protected internal void AbortReading<T>(Inlet<T> inlet)
    {
        if (GetHandler(inlet) is Reading<T> reading)
            SetHandler(inlet, reading.Previous);
    }

    /// <summary>Hands every element of an inlet to an outlet from now on.</summary>
    /// <typeparam name="TOut">The type of the elements that leave.</typeparam>
    /// <typeparam name="TIn">The type of the elements that enter.</typeparam>
    /// <param name="from">The inlet.</param>
    /// <param name="to">The outlet.</param>
    /// <param name="doFinish">Whether completion completes the stage.</param>
    /// <param name="doFail">Whether failure fails the stage.</param>
    /// <param name="doPull">Whether to ask for the first element.</param>
    protected internal void PassAlong<TOut, TIn>(Inlet<TIn> from, Outlet<TOut> to, bool doFinish = true, bool doFail = true, bool doPull = false)
        where TIn : TOut
    {
        void Pass() => Emit(to, Grab(from), () => TryPull(from));
        SetHandler(
            from,
            Pass,
            doFinish ? CompleteStage : static () => { },
            doFail ? FailStage : static _ => { });
        if (IsAvailable(from))
            Pass();
        else if (doPull && !HasBeenPulled(from))
            TryPull(from);
    }

    private sealed class SingleEnumerator<T>(T element) : IEnumerator<T>
    {
        private bool _taken;

        public T Current => element;

        object? System.Collections.IEnumerator.Current => element;

        public bool MoveNext() => !_taken && (_taken = true);

        public void Reset() => _taken = false;

        public void Dispose()
        {
        }
    }

    internal abstract class Emitting : OutHandler
    {
        protected bool Completes { get; private set; }

        public void ThenComplete() => Completes = true;
    }

    internal sealed class Emitting<T>(Outlet<T> outlet, IOutHandler previous) : Emitting
    {
        private readonly Queue<(IEnumerator<T> Elements, Action? AndThen)> _later = new();
        private IEnumerator<T>? _elements;
        private Action? _andThen;

        public void Add(IEnumerator<T> elements, Action? andThen) => _later.Enqueue((elements, andThen));

        /// <summary>Goes to where an element is to be given, past what is empty; hands the outlet back when there is nothing left.</summary>
        public void Next()
        {
            while (_elements is null || !_elements.MoveNext())
            {
                var andThen = _elements is null ? null : _andThen;
                _elements?.Dispose();
                _elements = null;
                if (_later.TryDequeue(out var following))
                    (_elements, _andThen) = following;
                else
                    Stop();
                andThen?.Invoke();
                if (_elements is null)
                    return;
            }

            if (Stage.IsAvailable(outlet))
                OnPull();
        }

        public override void OnPull()
        {
            Stage.Push(outlet, _elements!.Current);
            Next();
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            Stop();
            previous.OnDownstreamFinish(cause);
        }

        public void Stop()
        {
            _elements?.Dispose();
            _elements = null;
            _later.Clear();
            Stage._emitting![outlet.Id] = null;
            Stage.SetHandler(outlet, previous);
            if (Completes)
                Stage.Complete(outlet);
        }
    }

    private sealed class Reading<T>(
        Inlet<T> inlet,
        int n,
        IInHandler previous,
        Action<IReadOnlyList<T>> andThen,
        Action<IReadOnlyList<T>> onComplete) : InHandler
    {
        private readonly List<T> _elements = [];

        public IInHandler Previous => previous;

        public override void OnPush()
        {
            _elements.Add(Stage.Grab(inlet));
            if (_elements.Count < n)
            {
                Stage.Pull(inlet);
                return;
            }

            Stage.SetHandler(inlet, previous);
            andThen(_elements);
        }

        public override void OnUpstreamFinish()
        {
            Stage.SetHandler(inlet, previous);
            onComplete(_elements);
            previous.OnUpstreamFinish();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            Stage.SetHandler(inlet, previous);
            previous.OnUpstreamFailure(e);
        }
    }
}
