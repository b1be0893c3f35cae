using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>A stage with one outlet.</summary>
internal abstract class SourceStage<T, TMat> : GraphStageWithMaterializedValue<SourceShape<T>, TMat>
{
    protected SourceStage() => Shape = new SourceShape<T>(new Outlet<T>($"{Name}.out"));

    public sealed override SourceShape<T> Shape { get; }

    protected override Attributes InitialAttributes => Attributes.CreateName(Name);

    private string Name => GetType().Name.Split('`')[0];

    public sealed override string ToString() => Name;
}

/// <summary>A stage with one outlet and no value.</summary>
internal abstract class SourceStage<T> : GraphStage<SourceShape<T>>
{
    protected SourceStage() => Shape = new SourceShape<T>(new Outlet<T>($"{Name}.out"));

    public sealed override SourceShape<T> Shape { get; }

    protected override Attributes InitialAttributes => Attributes.CreateName(Name);

    private string Name => GetType().Name.Split('`')[0];

    public sealed override string ToString() => Name;
}

/// <summary>The running part of such a stage.</summary>
internal abstract class SourceLogic<T> : OutGraphStageLogic
{
    protected SourceLogic(SourceShape<T> shape)
        : base(shape)
    {
        Out = shape.Outlet;
        SetHandler(Out, this);
    }

    protected Outlet<T> Out { get; }
}

internal sealed class EnumerableSource<T>(Func<IEnumerator<T>> start) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, start, inheritedAttributes);

    private sealed class Logic(EnumerableSource<T> stage, Func<IEnumerator<T>> start, Attributes attributes) : SourceLogic<T>(stage.Shape)
    {
        private IEnumerator<T>? _elements;
        private bool _hasNext;

        public override void PreStart()
        {
            _elements = start();
            MoveNext();
            if (!_hasNext)
                CompleteStage();
        }

        public override void OnPull()
        {
            Push(Out, _elements!.Current);
            MoveNext();
            if (!_hasNext)
                CompleteStage();
        }

        public override void PostStop() => _elements?.Dispose();

        /// <summary>One ahead, so that the last element and the completion come together.</summary>
        private void MoveNext()
        {
            while (true)
            {
                try
                {
                    _hasNext = _elements!.MoveNext();
                    return;
                }
                catch (Exception e)
                {
                    switch (attributes.Decider()(e))
                    {
                        case Supervision.Directive.Resume:
                            break;
                        case Supervision.Directive.Restart:
                            _elements?.Dispose();
                            _elements = start();
                            break;
                        default:
                            throw;
                    }
                }
            }
        }
    }
}

internal sealed class EmptySource<T>(Exception? cause) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, cause);

    private sealed class Logic(EmptySource<T> stage, Exception? cause) : SourceLogic<T>(stage.Shape)
    {
        public override void PreStart()
        {
            if (cause is null)
                CompleteStage();
            else
                FailStage(cause);
        }

        public override void OnPull()
        {
        }
    }
}

internal sealed class SingleSource<T>(T element) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, element);

    private sealed class Logic(SingleSource<T> stage, T element) : SourceLogic<T>(stage.Shape)
    {
        public override void OnPull()
        {
            Push(Out, element);
            CompleteStage();
        }
    }
}
