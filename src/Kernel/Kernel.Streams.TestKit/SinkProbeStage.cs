using Akka.Streams.Stage;
using Akka.TestKit;
using Reactive.Streams;

namespace Akka.Streams.TestKit;

/// <summary>Tells a probe what comes, and asks when the probe does.</summary>
internal sealed class SinkProbeStage<T>(TestKitBase testKit) : GraphStageWithMaterializedValue<SinkShape<T>, TestSubscriber.Probe<T>>
{
    public override SinkShape<T> Shape { get; } = new(new Inlet<T>("SinkProbe.in"));

    public override ILogicAndMaterializedValue<TestSubscriber.Probe<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new TestSubscriber.Probe<T>(testKit);
        return new LogicAndMaterializedValue<TestSubscriber.Probe<T>>(new Logic(Shape, probe), probe);
    }

    private sealed class Logic : GraphStageLogic, ISubscription
    {
        private readonly Inlet<T> _in;
        private readonly TestSubscriber.Probe<T> _probe;
        private readonly Action<long> _request;
        private readonly Action _cancel;
        private long _wanted;

        public Logic(SinkShape<T> shape, TestSubscriber.Probe<T> probe)
            : base(shape)
        {
            _in = shape.Inlet;
            _probe = probe;
            _request = GetAsyncCallback<long>(n =>
            {
                // Who has asked for all that there is does not ask for less by asking for more.
                _wanted = n > long.MaxValue - _wanted ? long.MaxValue : _wanted + n;
                Ask();
            });
            _cancel = GetAsyncCallback(CompleteStage);
            SetHandler(_in, OnPush, OnUpstreamFinish, OnUpstreamFailure);
        }

        public void Request(long n)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
            _request(n);
        }

        public void Cancel() => _cancel();

        public override void PreStart() => _probe.See(new TestSubscriber.OnSubscribe(this));

        private void OnPush()
        {
            _probe.See(new TestSubscriber.OnNext<T>(Grab(_in)));
            Ask();
        }

        private void OnUpstreamFinish()
        {
            _probe.See(TestSubscriber.OnComplete.Instance);
            CompleteStage();
        }

        private void OnUpstreamFailure(Exception cause)
        {
            _probe.See(new TestSubscriber.OnError(cause));
            FailStage(cause);
        }

        private void Ask()
        {
            if (_wanted == 0 || HasBeenPulled(_in))
                return;
            _wanted--;
            Pull(_in);
        }
    }
}
