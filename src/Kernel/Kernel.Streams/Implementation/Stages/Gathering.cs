using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Emits the states that the elements lead to, beginning with the first.</summary>
internal sealed class Scan<T, TState>(TState zero, Func<TState, T, Task<TState>>? later, Func<TState, T, TState>? now) : FlowStage<T, TState>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, zero, later, now, inheritedAttributes);

    private sealed class Logic(
        Scan<T, TState> stage,
        TState zero,
        Func<TState, T, Task<TState>>? later,
        Func<TState, T, TState>? now,
        Attributes attributes) : FlowLogic<T, TState>(stage.Shape, attributes)
    {
        private readonly TState _zero = zero;
        private TState _state = zero;
        private bool _begun;
        private bool _waiting;

        private protected override bool ForwardsDemand => false;

        public override void OnPull()
        {
            if (!_begun)
            {
                _begun = true;
                Push(Out, _zero);
                if (IsClosed(In))
                    CompleteStage();
            }
            else if (!_waiting)
            {
                PullOnce();
            }
        }

        public override void OnPush()
        {
            try
            {
                var element = Grab(In);
                if (now is not null)
                {
                    Next(now(_state, element));
                    return;
                }

                _waiting = true;
                Completion.Of(later!(_state, element), GetAsyncCallback<Task<TState>>(Arrived));
            }
            catch (Exception e)
            {
                Failed(e);
            }
        }

        public override void OnUpstreamFinish()
        {
            if (_begun && !_waiting)
                CompleteStage();
        }

        protected override void Restart() => _state = _zero;

        private void Arrived(Task<TState> task)
        {
            _waiting = false;
            if (!task.IsCompletedSuccessfully)
            {
                Failed(Completion.Cause(task));
                return;
            }

            Next(task.Result);
            if (IsClosed(In))
                CompleteStage();
        }

        private void Next(TState state)
        {
            _state = state;
            Push(Out, state);
        }

        private void Failed(Exception cause)
        {
            _waiting = false;
            if (!Survives(cause))
                return;
            if (IsClosed(In))
                CompleteStage();
            else
                PullOnce();
        }
    }
}

/// <summary>Gathers elements, and emits what <c>flush</c> makes of them when there are enough or no more.</summary>
internal sealed class Gather<T, TState, TOut>(Func<TState> zero, Func<TState, T, TState> add, Func<TState, bool> isFull, Func<TState, TOut> flush, bool emitsEmpty)
    : FlowStage<T, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, zero, add, isFull, flush, emitsEmpty, inheritedAttributes);

    private sealed class Logic(
        Gather<T, TState, TOut> stage,
        Func<TState> zero,
        Func<TState, T, TState> add,
        Func<TState, bool> isFull,
        Func<TState, TOut> flush,
        bool emitsEmpty,
        Attributes attributes) : FlowLogic<T, TOut>(stage.Shape, attributes)
    {
        private TState _state = zero();
        private bool _any;

        private protected override bool ForwardsDemand => false;

        public override void OnPull() => PullOnce();

        public override void OnPush()
        {
            try
            {
                _state = add(_state, Grab(In));
                _any = true;
                if (isFull(_state))
                {
                    var full = _state;
                    Restart();
                    Push(Out, flush(full));
                    return;
                }
            }
            catch (Exception e)
            {
                if (!Survives(e))
                    return;
            }

            PullOnce();
        }

        public override void OnUpstreamFinish()
        {
            if (_any || emitsEmpty)
                Emit(Out, flush(_state), CompleteStage);
            else
                CompleteStage();
        }

        protected override void Restart()
        {
            _state = zero();
            _any = false;
        }
    }
}

/// <summary>Emits windows that slide over the elements.</summary>
internal sealed class Sliding<T>(int size, int step) : FlowStage<T, IEnumerable<T>>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, size, step, inheritedAttributes);

    private sealed class Logic(Sliding<T> stage, int size, int step, Attributes attributes) : FlowLogic<T, IEnumerable<T>>(stage.Shape, attributes)
    {
        private readonly List<T> _window = [];
        private bool _emitted;

        private protected override bool ForwardsDemand => false;

        public override void OnPush()
        {
            if (_window.Count == size)
                _window.RemoveRange(0, Math.Min(step, size));
            _window.Add(Grab(In));
            if (_window.Count < size)
            {
                Pull(In);
                return;
            }

            _emitted = true;
            Push(Out, [.. _window]);
            _skip = Math.Max(0, step - size);
        }

        public override void OnUpstreamFinish()
        {
            // What is left over is emitted unless it was emitted as part of a full window.
            if (_window.Count > 0 && (_window.Count < size || !_emitted))
                Emit(Out, [.. _window], CompleteStage);
            else
                CompleteStage();
        }

        private int _skip;

        public override void OnPull()
        {
            if (_skip == 0)
            {
                Pull(In);
                return;
            }

            ReadMany(In, _skip, _ => Pull(In), static _ => { });
            _skip = 0;
        }
    }
}

/// <summary>Puts elements between the others, before the first and after the last.</summary>
internal sealed class Intersperse<T>(bool hasEnds, T? start, T inject, T? end) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, hasEnds, start, inject, end, inheritedAttributes);

    private sealed class Logic(Intersperse<T> stage, bool hasEnds, T? start, T inject, T? end, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private bool _any;

        private protected override bool ForwardsDemand => false;

        public override void OnPush()
        {
            var element = Grab(In);
            if (_any)
                EmitMultiple(Out, [inject, element]);
            else if (hasEnds)
                EmitMultiple(Out, [start!, element]);
            else
                Push(Out, element);
            _any = true;
        }

        public override void OnUpstreamFinish()
        {
            if (hasEnds)
                EmitMultiple(Out, _any ? [end!] : [start!, end!], CompleteStage);
            else
                CompleteStage();
        }
    }
}
