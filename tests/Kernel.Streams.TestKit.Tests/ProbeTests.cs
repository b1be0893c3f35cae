using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.StreamsKit;

public sealed class ProbeTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private readonly ActorMaterializer _materializer;

    public ProbeTests() => _materializer = Sys.Materializer();

    [Fact]
    public void A_sink_probe_asks_and_sees()
    {
        Source.From(Enumerable.Range(1, 4)).RunWith(this.SinkProbe<int>(), _materializer)
            .Request(2)
            .ExpectNext(1, 2)
            .ExpectNoMsg(Short);
        var probe = Source.From(Enumerable.Range(1, 4)).RunWith(this.SinkProbe<int>(), _materializer);
        Assert.Equal(1, probe.RequestNext());
        probe.RequestNext(2).Request(5).ExpectNextUnordered(4, 3).ExpectComplete();
    }

    [Fact]
    public async Task A_sink_probe_asks_and_sees_asynchronously()
    {
        var probe = Source.From(Enumerable.Range(1, 3)).RunWith(this.SinkProbe<int>(), _materializer);
        Assert.Equal(1, await probe.RequestNextAsync());
        await probe.RequestAsync(10);
        var rest = new List<int>();
        await foreach (var element in probe.ExpectNextNAsync(2))
            rest.Add(element);
        Assert.Equal([2, 3], rest);
        await probe.ExpectCompleteAsync();
    }

    [Fact]
    public void A_failure_is_seen()
    {
        Assert.IsType<TestException>(Source.Failed<int>(new TestException("no")).RunWith(this.SinkProbe<int>(), _materializer).ExpectSubscriptionAndError());
        Source.Empty<int>().RunWith(this.SinkProbe<int>(), _materializer).ExpectSubscriptionAndComplete();
        var probe = Source.From([1, 2]).Select(n => n == 1 ? n : throw new TestException("later")).RunWith(this.SinkProbe<int>(), _materializer);
        probe.Request(2);
        Assert.Equal(1, probe.ExpectNextOrError());
        Assert.Equal("later", Assert.IsType<TestException>(probe.ExpectNextOrError()).Message);
        probe = Source.Single(1).RunWith(this.SinkProbe<int>(), _materializer).Request(1);
        Assert.Equal(1, probe.ExpectNextOrComplete());
        Assert.Same(TestSubscriber.OnComplete.Instance, probe.ExpectNextOrComplete());
    }

    [Fact]
    public void What_does_not_come_fails_the_test()
    {
        var probe = Source.From([1, 2]).RunWith(this.SinkProbe<int>(), _materializer).Request(2);
        Assert.ThrowsAny<XunitException>(() => probe.ExpectNext(2));
        Assert.ThrowsAny<XunitException>(() => probe.ExpectComplete());
        Assert.ThrowsAny<XunitException>(() => probe.ExpectNoMsg()); // the end comes
        Assert.ThrowsAny<XunitException>(() => probe.Within(Short, () => probe.ExpectNext()));
        Assert.ThrowsAny<XunitException>(() =>
            Source.From([1, 1]).RunWith(this.SinkProbe<int>(), _materializer).Request(2).ExpectNextUnordered(1, 2));
    }

    [Fact]
    public void A_predicate_chooses_what_comes()
    {
        var probe = Source.From<object>(["a", 2, "c"]).RunWith(this.SinkProbe<object>(), _materializer).Request(3);
        Assert.Equal("a", probe.ExpectNext<string>(text => text.Length == 1));
        probe.MatchNext<int>(n => n == 2);
        Assert.ThrowsAny<XunitException>(() => probe.MatchNext<int>(n => n == 2));
    }

    [Fact]
    public void A_whole_stream_is_gathered()
    {
        Assert.Equal(Enumerable.Range(1, 50), Source.From(Enumerable.Range(1, 50)).RunWith(this.SinkProbe<int>(), _materializer).ToStrict(RemainingOrDefault));
        var failing = Source.Failed<int>(new TestException("no")).RunWith(this.SinkProbe<int>(), _materializer);
        Assert.IsType<TestException>(Assert.Throws<ArgumentException>(() => failing.ToStrict(RemainingOrDefault)).InnerException);
    }

    [Fact]
    public void A_source_probe_gives_what_was_asked_for()
    {
        var (source, sink) = this.SourceProbe<int>().Select(n => n * 2).ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        // The boundary that a publisher is asks for what it can hold, whoever asks it.
        source.SendNext(1).SendNext([2, 3]);
        sink.ExpectSubscription();
        sink.ExpectNoMsg(Short);
        sink.Request(3).ExpectNext(2, 4, 6);
        source.SendNext(4).SendComplete();
        sink.Request(1).ExpectNext(8).ExpectComplete();
    }

    [Fact]
    public void A_source_probe_sees_what_is_asked_for_in_batches()
    {
        var (source, sink) = this.SourceProbe<int>().AddAttributes(Attributes.CreateInputBuffer(4, 4))
            .ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        Assert.Equal(4, source.ExpectRequest());
        for (var n = 0; n < 4; n++)
            source.SendNext(n);
        Assert.Equal(0, source.Pending);
        source.ExpectNoMsg(Short);
        sink.Request(2).ExpectNext(0, 1);
        Assert.Equal(2, source.ExpectRequest());
        Assert.Equal(2, source.Pending);
    }

    [Fact]
    public async Task A_source_probe_sees_the_cancellation_and_gives_a_failure()
    {
        var (source, sink) = this.SourceProbe<int>().ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        sink.Cancel();
        source.ExpectCancellation();

        (source, sink) = this.SourceProbe<int>().ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        await source.SendNextAsync(1);
        await sink.RequestAsync(1);
        Assert.Equal(1, await sink.ExpectNextAsync());
        source.SendError(new TestException("no"));
        Assert.IsType<TestException>(await sink.ExpectErrorAsync());
    }
}
