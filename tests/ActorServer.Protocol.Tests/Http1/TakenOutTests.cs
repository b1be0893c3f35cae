using System.Text;
using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>The requests of a pipeline, handled in parallel: their replies are in order, whichever is done first.</summary>
public sealed class TakenOutTests : IDisposable
{
    private readonly HttpProtocol _protocol = new(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch), Limits = new HttpLimits() });
    private readonly List<HttpExchange> _taken = [];
    private readonly MemoryStream _sent = new();

    public void Dispose()
    {
        _protocol.Dispose();
        Assert.False(_protocol.HoldsBuffer);
        _sent.Dispose();
    }

    [Fact]
    public void Several_are_released_before_the_first_is_answered()
    {
        Assert.Equal(Step.Read, Receive(Get("/1") + Get("/2") + Get("/3")));
        Assert.Equal(["/1", "/2", "/3"], _taken.Select(exchange => exchange.Request.PathText));
        Assert.Equal(Phase.Handling, _protocol.Phase);
        Answer(2);
        Answer(0);
        Answer(1);
        Assert.Equal("", Sent);
        Encode(3);
        Assert.Equal(["200 /1", "200 /2", "200 /3"], Replies);
        Assert.Equal(Phase.Idle, _protocol.Phase);
        Assert.False(_protocol.HoldsBuffer);
    }

    [Fact]
    public void Byte_by_byte_it_is_the_same()
    {
        foreach (var letter in Get("/1") + Get("/2") + Get("/3")) Assert.Equal(Step.Read, Receive(letter.ToString()));
        Assert.Equal(3, _protocol.TakenOut);
        for (var n = 2; n >= 0; n--) Answer(n);
        Encode(3);
        Assert.Equal(["200 /1", "200 /2", "200 /3"], Replies);
    }

    [Fact]
    public void What_is_not_safe_waits_for_those_before_and_holds_up_those_behind()
    {
        Assert.Equal(Step.Wait, Receive(Get("/1") + "POST /2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc" + Get("/3")));
        Assert.Equal(["/1"], _taken.Select(exchange => exchange.Request.PathText));
        Answer(0);
        Encode(1);
        Assert.Equal(Step.Wait, Run());
        Assert.Equal(2, _taken.Count);
        Answer(1);
        Encode(1);
        Assert.Equal(Step.Read, Run());
        Answer(2);
        Encode(1);
        Assert.Equal(["200 /1", "200 /2abc", "200 /3"], Replies);
    }

    [Theory]
    [InlineData("Connection: close\r\n", "200 close /2")]
    [InlineData("Connection: Upgrade\r\nUpgrade: other\r\n", "200 /2")]
    public void Nothing_is_released_behind_what_may_be_the_last_request(string headers, string reply)
    {
        Assert.Equal(Step.Wait, Receive(Get("/1") + Get("/2", headers) + Get("/3")));
        Assert.Single(_taken);
        Answer(0);
        Encode(1);
        Assert.Equal(Step.Wait, Run());
        Assert.Equal(2, _taken.Count);
        Answer(1);
        Encode(1);
        Assert.Equal(["200 /1", reply], Replies);
        Encode(_protocol.TakenOut);
    }

    [Fact]
    public void A_malformed_request_is_refused_when_those_before_are_answered()
    {
        Assert.Equal(Step.Wait, Receive(Get("/1") + Get("/2") + "nonsense\r\n\r\n"));
        Answer(0);
        Answer(1);
        Assert.Equal("", Sent);
        Encode(1);
        Assert.Equal(Step.Wait, Run());
        Encode(1);
        Assert.Equal(Step.Close, Run());
        Assert.Equal(["200 /1", "200 /2", "400 close"], Replies);
        Assert.Equal(EndReason.InvalidRequestLine, _protocol.EndReason);
    }

    [Fact]
    public void Leave_to_go_on_is_given_behind_earlier_replies()
    {
        Assert.Equal(Step.Wait, Receive(Get("/1") + "POST /2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
        Assert.Equal("", Sent);
        Answer(0);
        Encode(1);
        Assert.Equal(Step.Read, Run());
        Assert.Equal(["200 /1", "100"], Replies);
    }

    [Fact]
    public void A_ping_of_the_server_is_answered_in_its_turn()
    {
        Assert.Equal(Step.Wait, Receive(Get("/1") + "OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n" + Get("/3")));
        Answer(0);
        Encode(1);
        Assert.Equal(Step.Read, Run());
        Answer(1);
        Encode(1);
        Assert.Equal(["200 /1", "200", "200 /3"], Replies);
    }

    [Fact]
    public void A_body_that_streams_is_whole_before_the_next_reply_and_decoding_goes_on_behind_it()
    {
        Receive(Get("/1") + Get("/2"));
        _taken[0].Response.Body = new Letters(100_000);
        Answer(1);
        _protocol.Encode();
        Assert.Equal(Step.Write, _protocol.Next());
        Run();
        Encode(1);
        Receive(Get("/3"));
        Answer(2);
        Encode(1);
        Assert.Equal(["200 (100000)", "200 /2", "200 /3"], Replies);
    }

    [Fact]
    public void One_that_crashes_is_the_last_that_is_answered()
    {
        Receive(Get("/1") + Get("/2") + Get("/3"));
        Answer(0);
        Answer(2);
        Encode(1);
        _protocol.Fail();
        Assert.Equal(Step.Close, Run());
        Encode(1); // lets go of it
        Assert.Equal(["200 /1", "500 close"], Replies);
        Assert.Equal(EndReason.HandlerCrashed, _protocol.EndReason);
    }

    [Fact]
    public void A_reply_whose_body_fails_ends_there_and_those_behind_keep_what_their_handlers_are_at()
    {
        Receive(Get("/1") + Get("/2"));
        _taken[0].Response.Body = new Torn(atOnce: false);
        _protocol.Encode();
        Assert.Throws<InvalidDataException>(() => Run());
        _protocol.Fail();
        Assert.Equal(Step.Close, Run());
        Assert.Equal(1, _protocol.TakenOut);
        Assert.Equal("/2", _taken[1].Request.PathText);
        Assert.DoesNotContain("500", Sent, StringComparison.Ordinal); // in the midst of a body
        Assert.EndsWith(new string('x', 1000) + "\r\n", Sent, StringComparison.Ordinal);
        Answer(1);
        Encode(1);
        Assert.Equal(EndReason.HandlerCrashed, _protocol.EndReason);
    }

    [Fact]
    public void A_reply_that_cannot_be_encoded_is_the_one_that_fails()
    {
        Receive(Get("/1") + Get("/2"));
        _taken[0].Response.Body = new Torn(atOnce: true);
        Assert.Throws<InvalidDataException>(() => _protocol.Encode());
        _protocol.Fail();
        Assert.Equal(Step.Close, Run());
        Assert.Equal(["500 close"], Replies);
        Assert.Equal(1, _protocol.TakenOut);
        Assert.Equal("/2", _taken[1].Request.PathText);
        Encode(1);
    }

    [Fact]
    public void A_client_that_has_ended_its_stream_gets_all_replies()
    {
        Receive(Get("/1") + Get("/2"));
        _protocol.Received(0);
        Assert.Equal(Step.Wait, Run());
        Answer(0);
        Answer(1);
        Encode(2);
        Assert.Equal(Step.Close, Run());
        Assert.Equal(["200 /1", "200 /2"], Replies);
        Assert.Equal(EndReason.ClientClosed, _protocol.EndReason);
    }

    [Fact]
    public void A_server_that_shuts_down_answers_what_it_has_taken_and_says_so_in_the_last_reply()
    {
        Receive(Get("/1") + Get("/2"));
        _protocol.Drain();
        Assert.Equal(Step.Wait, Receive(Get("/3")));
        Answer(0);
        Answer(1);
        Encode(2);
        Assert.Equal(Step.Close, Run());
        Assert.Equal(["200 /1", "200 close /2"], Replies);
        Assert.Equal(EndReason.ServerShutdown, _protocol.EndReason);
    }

    [Fact]
    public void A_connection_that_broke_ends_at_once_and_keeps_its_buffers_until_the_handlers_are_done()
    {
        Receive(Get("/1") + Get("/2"));
        _protocol.Refuse(EndReason.ConnectionReset);
        Assert.Equal(Step.Close, Run());
        Assert.Equal("/2", _taken[1].Request.PathText);
        _protocol.Encode();
        _protocol.Fail();
        Assert.Equal(0, _protocol.TakenOut);
    }

    private static string Get(string path, string headers = "") => $"GET {path} HTTP/1.1\r\nHost: t\r\n{headers}\r\n";

    private string Sent => Encoding.Latin1.GetString(_sent.ToArray());

    private List<string> Replies => Reply.ParseAll(_sent.ToArray())
        .ConvertAll(reply => $"{reply.Status}{(reply.Closes ? " close" : "")} {(reply.Body.Length > 80 ? $"({reply.Body.Length})" : reply.Body)}".TrimEnd());

    private Step Receive(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        bytes.CopyTo(_protocol.Input(bytes.Length));
        _protocol.Received(bytes.Length);
        return Run();
    }

    /// <summary>The handler of a request that was taken out is done.</summary>
    private void Answer(int index)
    {
        var (request, response) = (_taken[index].Request, _taken[index].Response);
        response.Write(request.PathText);
        response.Write(request.Body);
    }

    private void Encode(int count)
    {
        for (; count > 0; count--)
        {
            _protocol.Encode();
            Run();
        }
    }

    /// <summary>Takes out and sends all there is.</summary>
    private Step Run()
    {
        while (true)
        {
            var step = _protocol.Next();
            if (step == Step.Handle)
            {
                _taken.Add(_protocol.TakeOut());
            }
            else if (step == Step.Write)
            {
                _sent.Write(_protocol.Output);
                _protocol.Sent(_protocol.Output.Length);
            }
            else
            {
                return step;
            }
        }
    }

    /// <summary>Fails behind its first 1000 bytes, or before.</summary>
    private sealed class Torn(bool atOnce) : IBodySource
    {
        private bool _begun;

        public long? Length => atOnce ? throw new InvalidDataException("torn") : null;

        public int Fill(Span<byte> destination)
        {
            if (_begun) throw new InvalidDataException("torn");
            _begun = true;
            destination[..1000].Fill((byte)'x');
            return 1000;
        }

        public void Dispose() { }
    }

    private sealed class Letters(long length) : IBodySource
    {
        private long _left = length;

        public long? Length { get; } = length;

        public int Fill(Span<byte> destination)
        {
            var count = (int)Math.Min(destination.Length, _left);
            destination[..count].Fill((byte)'x');
            _left -= count;
            return count;
        }

        public void Dispose() { }
    }
}
