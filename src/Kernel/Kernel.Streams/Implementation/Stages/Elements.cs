using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

internal sealed class Select<TIn, TOut>(Func<TIn, TOut> selector) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, selector, inheritedAttributes);

    private sealed class Logic(Select<TIn, TOut> stage, Func<TIn, TOut> selector, Attributes attributes)
        : FlowLogic<TIn, TOut>(stage.Shape, attributes)
    {
        public override void OnPush()
        {
            TOut element;
            try
            {
                element = selector(Grab(In));
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            Push(Out, element);
        }
    }
}

/// <summary>Lets a delegate decide what becomes of an element: a result, or none.</summary>
internal sealed class Choose<TIn, TOut>(Func<Attributes, Choose<TIn, TOut>.Choice> start) : FlowStage<TIn, TOut>
{
    /// <summary>Whether an element yields a result, and which.</summary>
    public delegate bool Choice(TIn element, out TOut result);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, start, inheritedAttributes);

    private sealed class Logic(Choose<TIn, TOut> stage, Func<Attributes, Choice> start, Attributes attributes)
        : FlowLogic<TIn, TOut>(stage.Shape, attributes)
    {
        private readonly Attributes _attributes = attributes;
        private Choice _choice = start(attributes);

        public override void OnPush()
        {
            bool chosen;
            TOut result;
            try
            {
                chosen = _choice(Grab(In), out result);
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            if (chosen)
                Push(Out, result);
            else
                Pull(In);
        }

        protected override void Restart() => _choice = start(_attributes);
    }
}

internal sealed class Where<T>(Func<T, bool> predicate) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, predicate, inheritedAttributes);

    private sealed class Logic(Where<T> stage, Func<T, bool> predicate, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void OnPush()
        {
            var element = Grab(In);
            bool passes;
            try
            {
                passes = predicate(element);
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            if (passes)
                Push(Out, element);
            else
                Pull(In);
        }
    }
}

internal sealed class SelectMany<TIn, TOut>(Func<Func<TIn, IEnumerable<TOut>>> start) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, start, inheritedAttributes);

    private sealed class Logic(SelectMany<TIn, TOut> stage, Func<Func<TIn, IEnumerable<TOut>>> start, Attributes attributes)
        : FlowLogic<TIn, TOut>(stage.Shape, attributes)
    {
        private Func<TIn, IEnumerable<TOut>> _selector = start();
        private IEnumerator<TOut>? _elements;

        public override void OnPush()
        {
            try
            {
                _elements = _selector(Grab(In)).GetEnumerator();
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            Next();
        }

        private protected override bool ForwardsDemand => false;

        public override void OnPull() => Next();

        public override void OnUpstreamFinish()
        {
            if (_elements is null)
                CompleteStage();
        }

        public override void PostStop() => Drop();

        protected override void Restart()
        {
            Drop();
            _selector = start();
        }

        private void Next()
        {
            while (_elements is { } elements)
            {
                try
                {
                    if (elements.MoveNext())
                    {
                        Push(Out, elements.Current);
                        return;
                    }

                    Drop();
                }
                catch (Exception e)
                {
                    if (!Survives(e))
                        return;
                    Drop();
                }
            }

            if (IsClosed(In))
                CompleteStage();
            else
                PullOnce();
        }

        private void Drop()
        {
            var elements = _elements;
            _elements = null;
            elements?.Dispose();
        }
    }
}

/// <summary>Lets the first elements through; then completes.</summary>
internal sealed class Take<T>(long count) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, count, inheritedAttributes);

    private sealed class Logic(Take<T> stage, long count, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private long _left = count;

        public override void PreStart()
        {
            if (_left <= 0)
                CompleteStage();
        }

        public override void OnPush()
        {
            var last = --_left == 0;
            Push(Out, Grab(In));
            if (last)
                CompleteStage();
        }
    }
}

/// <summary>Lets elements through as long as a condition holds; then completes.</summary>
internal sealed class TakeWhile<T>(Func<T, bool> predicate, bool inclusive) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, predicate, inclusive, inheritedAttributes);

    private sealed class Logic(TakeWhile<T> stage, Func<T, bool> predicate, bool inclusive, Attributes attributes)
        : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void OnPush()
        {
            var element = Grab(In);
            bool holds;
            try
            {
                holds = predicate(element);
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullOnce();
                return;
            }

            if (holds || inclusive)
                Push(Out, element);
            if (!holds)
                CompleteStage();
        }
    }
}
