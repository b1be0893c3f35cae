using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Takes the elements of the sources that come, of a number of them at a time; of one at a time they keep their order.</summary>
internal sealed class Flatten<T, TMat>(int breadth) : FlowStage<IGraph<SourceShape<T>, TMat>, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, breadth, inheritedAttributes);

    private sealed class Logic(Flatten<T, TMat> stage, int breadth, Attributes attributes)
        : FlowLogic<IGraph<SourceShape<T>, TMat>, T>(stage.Shape, attributes)
    {
        private readonly HashSet<SubSinkInlet<T>> _open = [];
        private readonly Queue<SubSinkInlet<T>> _ready = new();

        private protected override bool ForwardsDemand => false;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            var inlet = new SubSinkInlet<T>(this, "Flatten");
            inlet.SetHandler(new LambdaInHandler(
                () =>
                {
                    if (IsAvailable(Out))
                        Give(inlet);
                    else
                        _ready.Enqueue(inlet);
                },
                () =>
                {
                    if (!inlet.IsAvailable)
                        Close(inlet);
                },
                FailStage));
            _open.Add(inlet);
            inlet.Pull();
            SubFusingMaterializer.Materialize(Source.FromGraph(Grab(In)).To(inlet.Sink), Attributes);
            if (_open.Count < breadth)
                PullOnce();
        }

        public override void OnPull()
        {
            if (_ready.TryDequeue(out var inlet))
                Give(inlet);
        }

        public override void OnUpstreamFinish()
        {
            if (_open.Count == 0)
                CompleteStage();
        }

        public override void PostStop()
        {
            foreach (var inlet in _open)
                inlet.Cancel();
        }

        private void Give(SubSinkInlet<T> inlet)
        {
            Push(Out, inlet.Grab());
            if (inlet.IsClosed)
                Close(inlet);
            else
                inlet.Pull();
        }

        private void Close(SubSinkInlet<T> inlet)
        {
            _open.Remove(inlet);
            if (!IsClosed(In))
                PullOnce();
            else if (_open.Count == 0)
                CompleteStage();
        }
    }
}

/// <summary>Gives the first elements, and the rest as a source.</summary>
internal sealed class PrefixAndTail<T>(int count) : FlowStage<T, (System.Collections.Immutable.IImmutableList<T>, Source<T, NotUsed>)>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, count, inheritedAttributes);

    private sealed class Logic(PrefixAndTail<T> stage, int count, Attributes attributes)
        : FlowLogic<T, (System.Collections.Immutable.IImmutableList<T>, Source<T, NotUsed>)>(stage.Shape, attributes)
    {
        private readonly List<T> _prefix = [];
        private SubSourceOutlet<T>? _tail;

        private protected override bool ForwardsDemand => false;

        public override void OnPull()
        {
            if (count <= 0)
                OpenTail();
            else
                Pull(In);
        }

        public override void OnPush()
        {
            if (_tail is not null)
            {
                _tail.Push(Grab(In));
                return;
            }

            _prefix.Add(Grab(In));
            if (_prefix.Count == count)
                OpenTail();
            else
                Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            if (_tail is null)
            {
                Emit(Out, ([.. _prefix], Source.Empty<T>()), CompleteStage);
                return;
            }

            _tail.Complete();
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _tail?.Fail(e);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            // The prefix has left: the tail goes on without it.
            if (_tail is null)
                CancelStage(cause);
        }

        public override void PostStop() => _tail?.Fail(Failure ?? new AbruptStageTerminationException(this));

        private void OpenTail()
        {
            _tail = new SubSourceOutlet<T>(this, "PrefixAndTail");
            _tail.SetHandler(new LambdaOutHandler(() => TryPull(In)));
            Push(Out, ([.. _prefix], Source.FromGraph(_tail.Source)));
            _tail.LimitWait();
            Complete(Out);
        }
    }
}

/// <summary>Gives a source for each key, with the elements of that key.</summary>
internal sealed class GroupBy<T, TKey>(int maxSubstreams, Func<T, TKey> keyOf) : FlowStage<T, Source<T, NotUsed>>
    where TKey : notnull
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, maxSubstreams, keyOf, inheritedAttributes);

    private sealed class Logic(GroupBy<T, TKey> stage, int maxSubstreams, Func<T, TKey> keyOf, Attributes attributes)
        : FlowLogic<T, Source<T, NotUsed>>(stage.Shape, attributes)
    {
        private readonly Dictionary<TKey, SubSourceOutlet<T>> _groups = [];
        private readonly HashSet<TKey> _closed = [];
        private T? _held;
        private TKey? _heldKey;
        private bool _holds;
        private SubSourceOutlet<T>? _unannounced;

        private protected override bool ForwardsDemand => false;

        public override void OnPull()
        {
            if (_unannounced is { } group)
            {
                _unannounced = null;
                Announce(group);
            }
            else
            {
                PullIfFree();
            }
        }

        public override void OnPush()
        {
            TKey key;
            var element = Grab(In);
            try
            {
                key = keyOf(element);
            }
            catch (Exception e)
            {
                if (Survives(e))
                    PullIfFree();
                return;
            }

            if (_closed.Contains(key))
            {
                PullIfFree();
                return;
            }

            if (!_groups.TryGetValue(key, out var group))
            {
                if (_groups.Count + _closed.Count >= maxSubstreams)
                    throw new InvalidOperationException($"Cannot open a substream for key {key}: too many substreams open");
                group = Open(key);
            }

            if (group.IsAvailable)
            {
                group.Push(element);
                return;
            }

            _held = element;
            _heldKey = key;
            _holds = true;
        }

        public override void OnUpstreamFinish()
        {
            if (_holds || _unannounced is not null)
                return;
            Finish();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            foreach (var group in _groups.Values)
                group.Fail(e);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            if (_groups.Count == 0)
                CancelStage(cause);
        }

        public override void PostStop()
        {
            foreach (var group in _groups.Values)
                group.Fail(Failure ?? new AbruptStageTerminationException(this));
        }

        private SubSourceOutlet<T> Open(TKey key)
        {
            var group = new SubSourceOutlet<T>(this, $"GroupBy({key})");
            _groups.Add(key, group);
            group.SetHandler(new LambdaOutHandler(
                () =>
                {
                    if (_holds && EqualityComparer<TKey>.Default.Equals(_heldKey, key))
                    {
                        _holds = false;
                        group.Push(_held!);
                    }

                    PullIfFree();
                },
                cause =>
                {
                    _groups.Remove(key);
                    _closed.Add(key);
                    if (_holds && EqualityComparer<TKey>.Default.Equals(_heldKey, key))
                        _holds = false;
                    if (IsClosed(Out) && _groups.Count == 0)
                        CancelStage(cause);
                    else
                        PullIfFree();
                }));
            if (IsAvailable(Out))
                Announce(group);
            else if (!IsClosed(Out))
                _unannounced = group;
            return group;
        }

        private void Announce(SubSourceOutlet<T> group)
        {
            Push(Out, Source.FromGraph(group.Source));
            group.LimitWait();
        }

        private void PullIfFree()
        {
            if (_holds)
                return;
            if (!IsClosed(In))
                PullOnce();
            else if (_unannounced is null)
                Finish();
        }

        private void Finish()
        {
            foreach (var group in _groups.Values)
                group.Complete();
            CompleteStage();
        }
    }
}
