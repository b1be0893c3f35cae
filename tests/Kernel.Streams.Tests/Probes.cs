using System.Threading.Channels;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Kernel.Streams.Tests;

/// <summary>What a probe has seen, in order.</summary>
public abstract class Probe
{
    private readonly Channel<object> _seen = Channel.CreateUnbounded<object>();

    public void See(object what) => _seen.Writer.TryWrite(what);

    public async Task<object> Next() => await _seen.Reader.ReadAsync().AsTask().WaitAsync(StreamTest.Patience);

    public async Task Expect(params object[] what)
    {
        foreach (var expected in what)
            Assert.Equal(expected, await Next());
    }

    public bool HasSeenNothing => !_seen.Reader.TryPeek(out _);
}

/// <summary>A sink that asks only when it is told to.</summary>
public sealed class SinkProbe<T> : Probe
{
    public Action<int> Request { get; set; } = null!;

    public Action Cancel { get; set; } = null!;

    /// <summary>Returns when everything asked for so far has run through a stream of one island.</summary>
    public Func<Task> Settle { get; set; } = null!;

    public static TestSink<T> Sink() => new();
}

public sealed class TestSink<T> : GraphStageWithMaterializedValue<SinkShape<T>, SinkProbe<T>>
{
    public override SinkShape<T> Shape { get; } = new(new Inlet<T>("probe.in"));

    public override ILogicAndMaterializedValue<SinkProbe<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new SinkProbe<T>();
        return new LogicAndMaterializedValue<SinkProbe<T>>(new Logic(Shape, probe), probe);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly Inlet<T> _in;
        private int _wanted;

        public Logic(SinkShape<T> shape, SinkProbe<T> probe)
            : base(shape)
        {
            _in = shape.Inlet;
            probe.Request = GetAsyncCallback<int>(n =>
            {
                _wanted += n;
                Ask();
            });
            probe.Cancel = GetAsyncCallback(CompleteStage);
            var settled = GetAsyncCallback<TaskCompletionSource>(static t => t.TrySetResult());
            probe.Settle = () =>
            {
                var done = new TaskCompletionSource();
                settled(done);
                return done.Task.WaitAsync(StreamTest.Patience);
            };
            SetHandler(
                _in,
                () =>
                {
                    probe.See(Grab(_in)!);
                    Ask();
                },
                () =>
                {
                    probe.See("complete");
                    CompleteStage();
                },
                e =>
                {
                    probe.See(e);
                    FailStage(e);
                });
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

/// <summary>A source that gives only what it is told to; it reports demand and cancellation.</summary>
public sealed class SourceProbe<T> : Probe
{
    public Action<T> Push { get; set; } = null!;

    public Action Complete { get; set; } = null!;

    public Action<Exception> Fail { get; set; } = null!;
}

public sealed class TestSource<T> : GraphStageWithMaterializedValue<SourceShape<T>, SourceProbe<T>>
{
    public override SourceShape<T> Shape { get; } = new(new Outlet<T>("probe.out"));

    public override ILogicAndMaterializedValue<SourceProbe<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new SourceProbe<T>();
        return new LogicAndMaterializedValue<SourceProbe<T>>(new Logic(Shape, probe), probe);
    }

    private sealed class Logic : GraphStageLogic
    {
        public Logic(SourceShape<T> shape, SourceProbe<T> probe)
            : base(shape)
        {
            probe.Push = GetAsyncCallback<T>(element => Push(shape.Outlet, element));
            probe.Complete = GetAsyncCallback(CompleteStage);
            probe.Fail = GetAsyncCallback<Exception>(FailStage);
            SetHandler(shape.Outlet, () => probe.See("pull"), cause =>
            {
                probe.See(cause is SubscriptionWithCancelException.NonFailureCancellation ? "cancel" : cause);
                CompleteStage();
            });
        }
    }
}
