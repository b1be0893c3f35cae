using Akka.Streams.Stage;
using Akka.TestKit;

namespace Akka.Streams.TestKit;

/// <summary>Gives what a probe sends, and tells it what is asked for.</summary>
internal sealed class SourceProbeStage<T>(TestKitBase testKit) : GraphStageWithMaterializedValue<SourceShape<T>, TestPublisher.Probe<T>>
{
    public override SourceShape<T> Shape { get; } = new(new Outlet<T>("SourceProbe.out"));

    public override ILogicAndMaterializedValue<TestPublisher.Probe<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new TestPublisher.Probe<T>(testKit, initialPendingRequests: 0);
        var buffer = inheritedAttributes.GetAttribute(new Attributes.InputBuffer(16, 16)).Max;
        return new LogicAndMaterializedValue<TestPublisher.Probe<T>>(new Logic(Shape, probe, buffer), probe);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly Outlet<T> _out;
        private readonly TestPublisher.Probe<T> _probe;
        private readonly int _capacity;
        private readonly Queue<T> _buffer = new();
        private readonly StreamTestKit.PublisherProbeSubscription<T> _subscription;
        private int _untilMore;
        private bool _completed;

        public Logic(SourceShape<T> shape, TestPublisher.Probe<T> probe, int capacity)
            : base(shape)
        {
            _out = shape.Outlet;
            _probe = probe;
            _capacity = capacity;
            _subscription = new StreamTestKit.PublisherProbeSubscription<T>(
                probe.TestProbe,
                GetAsyncCallback<T>(Send),
                GetAsyncCallback(Complete),
                GetAsyncCallback<Exception>(FailStage));
            SetHandler(_out, OnPull, OnDownstreamFinish);
        }

        private int Batch => Math.Max(1, _capacity / 2);

        public override void PreStart()
        {
            _probe.Subscribe(_subscription);
            _untilMore = Batch;
            _subscription.Request(_capacity);
        }

        private void OnPull()
        {
            if (_buffer.TryDequeue(out var element))
                Give(element);
        }

        private void OnDownstreamFinish(Exception cause)
        {
            _subscription.Cancel(cause);
            CompleteStage();
        }

        private void Send(T element)
        {
            if (IsAvailable(_out))
                Give(element);
            else
                _buffer.Enqueue(element);
        }

        private void Complete()
        {
            _completed = true;
            if (_buffer.Count == 0)
                CompleteStage();
        }

        private void Give(T element)
        {
            Push(_out, element);
            if (_completed)
            {
                Complete();
            }
            else if (--_untilMore == 0)
            {
                _untilMore = Batch;
                _subscription.Request(_untilMore);
            }
        }
    }
}
