using Akka.Pattern;

namespace Kernel.Actor.Tests.Pattern;

public sealed class CircuitBreakerTests : VirtualTime
{
    private readonly List<string> _happened = [];
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = Observed(CircuitBreaker.Create(Sys.Scheduler, 2, Seconds(1), Seconds(10)));

    private CircuitBreaker Observed(CircuitBreaker breaker) => breaker
        .OnOpen(() => _happened.Add("open")).OnHalfOpen(() => _happened.Add("half open")).OnClose(() => _happened.Add("closed"));

    private static Task<string> Good() => Task.FromResult("good");

    private static Task<string> Bad() => Task.FromException<string>(new InvalidOperationException("bad"));

    private static async Task FailBy(CircuitBreaker breaker, int times = 1)
    {
        for (var i = 0; i < times; i++)
            await Assert.ThrowsAsync<InvalidOperationException>(() => breaker.WithCircuitBreaker(Bad));
    }

    [Fact]
    public async Task Closed_it_lets_calls_pass()
    {
        Assert.Equal("good", await _breaker.WithCircuitBreaker(Good));
        Assert.Equal("good", _breaker.WithSyncCircuitBreaker(() => "good"));
        await _breaker.WithCircuitBreaker(() => Task.CompletedTask);
        Assert.True(_breaker.IsClosed);
    }

    [Fact]
    public async Task Failures_in_a_row_open_it_and_a_success_between_them_does_not_count()
    {
        await FailBy(_breaker);
        Assert.Equal(1, _breaker.CurrentFailureCount);
        await _breaker.WithCircuitBreaker(Good);
        Assert.Equal(0, _breaker.CurrentFailureCount);
        await FailBy(_breaker);
        Assert.True(_breaker.IsClosed);
        await FailBy(_breaker);
        Assert.True(_breaker.IsOpen);
        Assert.Equal(["open"], _happened);
    }

    [Fact]
    public async Task Open_it_makes_no_call()
    {
        await FailBy(_breaker, 2);
        Advance(4);
        var refused = await Assert.ThrowsAsync<OpenCircuitException>(
            () => _breaker.WithCircuitBreaker<string>(() => throw new InvalidOperationException("called")));
        Assert.Equal(Seconds(6), refused.RemainingDuration);
        Assert.Throws<OpenCircuitException>(() => _breaker.WithSyncCircuitBreaker(() => _happened.Add("called")));
    }

    [Fact]
    public async Task After_a_while_a_success_closes_it()
    {
        await FailBy(_breaker, 2);
        Advance(10);
        Assert.True(_breaker.IsHalfOpen);
        await _breaker.WithCircuitBreaker(Good);
        Assert.True(_breaker.IsClosed);
        Assert.Equal(["open", "half open", "closed"], _happened);
    }

    [Fact]
    public async Task After_a_while_a_failure_opens_it_again()
    {
        await FailBy(_breaker, 2);
        Advance(10);
        await FailBy(_breaker);
        Assert.True(_breaker.IsOpen);
        Advance(10);
        Assert.Equal(["open", "half open", "open", "half open"], _happened);
    }

    [Fact]
    public async Task Half_open_only_one_call_tries()
    {
        await FailBy(_breaker, 2);
        Advance(10);
        var result = new TaskCompletionSource<string>();
        var trying = _breaker.WithCircuitBreaker(() => result.Task);
        await Assert.ThrowsAsync<OpenCircuitException>(() => _breaker.WithCircuitBreaker(Good));
        result.SetResult("good");
        Assert.Equal("good", await trying);
        Assert.True(_breaker.IsClosed);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_a_failure()
    {
        var late = _breaker.WithCircuitBreaker(() => new TaskCompletionSource<string>().Task);
        Advance(1);
        await Assert.ThrowsAsync<TimeoutException>(() => late.WaitAsync(Patience));
        Assert.Equal("good", _breaker.WithSyncCircuitBreaker(() =>
        {
            Advance(2);
            return "good";
        }));
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void Calls_made_otherwise_count_too()
    {
        _breaker.Fail();
        _breaker.Succeed();
        _breaker.Fail();
        _breaker.Fail();
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public async Task It_stays_open_longer_each_time()
    {
        var breaker = _breaker.WithExponentialBackoff(Seconds(30));
        await FailBy(breaker, 2);
        Advance(10);
        await FailBy(breaker);
        Advance(19);
        Assert.True(breaker.IsOpen);
        Advance(1);
        await FailBy(breaker);
        Advance(29);
        Assert.True(breaker.IsOpen);
        Advance(1);
        Assert.True(breaker.IsHalfOpen);
        await breaker.WithCircuitBreaker(Good);
        await FailBy(breaker, 2);
        Advance(10);
        Assert.True(breaker.IsHalfOpen);
    }
}
