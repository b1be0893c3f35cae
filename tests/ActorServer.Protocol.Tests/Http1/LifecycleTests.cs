using System.Text;
using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>What surrounds requests: buffers, phases, pipelines, deadlines, drains, crashes.</summary>
public sealed class LifecycleTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void AnIdleConnectionHoldsNoBuffer()
    {
        using var conversation = new Conversation();
        var protocol = conversation.Protocol;
        Assert.False(protocol.HoldsBuffer);
        conversation.Receive(Get);
        Assert.False(protocol.HoldsBuffer);
        Assert.Equal(Step.Read, protocol.Next());
        protocol.Input();
        Assert.True(protocol.HoldsBuffer);
        protocol.ReleaseInput();
        Assert.False(protocol.HoldsBuffer);
        conversation.Receive($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n{new string('x', 200_000)}");
        Assert.False(protocol.HoldsBuffer);
    }

    [Fact]
    public void ReleaseKeepsWhatHasArrived()
    {
        using var conversation = new Conversation();
        foreach (var piece in Get)
        {
            conversation.Protocol.Input();
            conversation.Protocol.ReleaseInput();
            conversation.Receive(piece.ToString());
        }
        Assert.Equal(1, conversation.Handled);
    }

    [Fact]
    public void PhasesFollowTheRequest()
    {
        var protocol = Protocol();
        Assert.Equal((Step.Read, Phase.Idle), (protocol.Next(), protocol.Phase));
        Give(protocol, "POST / HTTP/1.1\r\n");
        Assert.Equal((Step.Read, Phase.Head), (protocol.Next(), protocol.Phase));
        Give(protocol, "Host: a\r\nContent-Length: 2\r\n\r\nx");
        Assert.Equal((Step.Read, Phase.Body), (protocol.Next(), protocol.Phase));
        Give(protocol, "y");
        Assert.Equal((Step.Handle, Phase.Handling), (protocol.Next(), protocol.Phase));
        protocol.Encode();
        Assert.Equal((Step.Write, Phase.Writing), (protocol.Next(), protocol.Phase));
        protocol.Sent(5);
        Assert.Equal((Step.Write, Phase.Writing), (protocol.Next(), protocol.Phase));
        protocol.Sent(protocol.Output.Length);
        Assert.Equal((Step.Read, Phase.Idle), (protocol.Next(), protocol.Phase));
        protocol.Received(0);
        Assert.Equal((Step.Close, Phase.Closed), (protocol.Next(), protocol.Phase));
        Assert.Equal(EndReason.ClientClosed, protocol.EndReason);
        protocol.Dispose();
    }

    [Fact]
    public void ARequestStaysReadableUntilItIsEncoded()
    {
        var protocol = Protocol();
        Give(protocol, "POST /path HTTP/1.1\r\nHost: a\r\nX: value\r\nTransfer-Encoding: chunked\r\n\r\n");
        protocol.Next();
        foreach (var piece in Enumerable.Repeat("3e8\r\n" + new string('z', 1000) + "\r\n", 100).Append("0\r\nT: end\r\n\r\nGET /next HTTP/1.1\r\n"))
        {
            Assert.Equal(Step.Read, protocol.Next());
            Give(protocol, piece);
        }
        Assert.Equal(Step.Handle, protocol.Next());
        var request = protocol.Exchange.Request;
        Assert.Equal("/path", request.PathText);
        Assert.Equal("value", request.Headers.Text("x"));
        Assert.Equal("end", request.Trailers.Text("t"));
        Assert.Equal(100_000, request.Body.Length);
        protocol.Encode();
        Assert.Equal(0, request.Headers.Count);
        protocol.Dispose();
        Assert.False(protocol.HoldsBuffer);
    }

    [Fact]
    public void PipelinedRepliesKeepTheirOrderAndGoTogether()
    {
        var protocol = Protocol();
        Give(protocol, string.Concat(Enumerable.Range(0, 20).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Step.Handle, protocol.Next());
            protocol.Exchange.Response.Write(protocol.Exchange.Request.PathText);
            protocol.Encode();
        }
        Assert.Equal(Step.Write, protocol.Next());
        var replies = Reply.ParseAll(protocol.Output.ToArray());
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"/{i}"), replies.Select(r => r.Body));
        protocol.Dispose();
    }

    [Fact]
    public void OutputIsSentAtItsLimitBeforeTheNextRequest()
    {
        var protocol = Protocol(new HttpLimits { OutputBytes = 1000 });
        Give(protocol, string.Concat(Enumerable.Repeat(Get, 20)));
        for (var i = 0; i < 20; i++)
        {
            while (protocol.Next() == Step.Write)
            {
                Assert.InRange(protocol.Output.Length, 1, 1000 + 700);
                protocol.Sent(protocol.Output.Length);
            }
            Assert.Equal(Step.Handle, protocol.Next());
            protocol.Exchange.Response.Write(new byte[600]);
            protocol.Encode();
        }
        protocol.Dispose();
    }

    [Fact]
    public void OutputMayBeSentBeforeASlowHandler()
    {
        var protocol = Protocol();
        Give(protocol, Get + Get);
        protocol.Next();
        protocol.Encode();
        Assert.Equal(Step.Handle, protocol.Next());
        Assert.False(protocol.Output.IsEmpty);
        protocol.Sent(protocol.Output.Length);
        Assert.True(protocol.Output.IsEmpty);
        Assert.Equal(Step.Handle, protocol.Next());
        protocol.Dispose();
    }

    [Fact]
    public void ASlowSenderGetsEveryByteOut()
    {
        using var conversation = new Conversation { SendSize = 1 };
        conversation.Receive(string.Concat(Enumerable.Repeat(Get, 50)));
        Assert.Equal(50, Reply.ParseAll(Encoding.Latin1.GetBytes(conversation.SentText)).Count);
    }

    [Fact]
    public void ContinueIsSaidBeforeTheBodyIsRead()
    {
        using var conversation = new Conversation();
        Assert.Equal(Step.Read, conversation.Receive("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", conversation.SentText);
        Assert.Equal(Phase.Body, conversation.Protocol.Phase);
        conversation.Receive("hello");
        conversation.End();
        Assert.Equal("handle POST /p Http11 5:hello t0\nreply 100\nreply 200 /phello\nend client_closed\n", conversation.Transcript());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHo", EndReason.RequestHeadersTimeout)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe", EndReason.MinRequestBodyDataRate)]
    public void ATooSlowClientIsTold(string begun, EndReason reason)
    {
        using var conversation = new Conversation();
        conversation.Receive(begun);
        conversation.Protocol.Refuse(reason);
        Assert.Equal(Step.Close, conversation.Run());
        Assert.Equal($"reply 408 close\nend {reason.Name()}\n", conversation.Transcript());
    }

    [Theory]
    [InlineData("", EndReason.RequestHeadersTimeout)]
    [InlineData("", EndReason.KeepAliveTimeout)]
    [InlineData("GET", EndReason.AppShutdownTimeout)]
    [InlineData("GET", EndReason.ConnectionReset)]
    public void OtherEndsAreSilent(string begun, EndReason reason)
    {
        using var conversation = new Conversation();
        conversation.Receive(begun);
        conversation.Protocol.Refuse(reason);
        conversation.Protocol.Refuse(EndReason.KeepAliveTimeout);
        Assert.Equal(Step.Close, conversation.Run());
        Assert.Equal($"end {reason.Name()}\n", conversation.Transcript());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnAbandonedHandlerKeepsItsRequest(bool encodes)
    {
        var protocol = Protocol();
        Give(protocol, "POST /path HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + Get);
        Assert.Equal(Step.Handle, protocol.Next());
        var request = protocol.Exchange.Request;
        protocol.Refuse(EndReason.AppShutdownTimeout);
        protocol.Refuse(EndReason.KeepAliveTimeout);
        Assert.Equal((Step.Close, Phase.Closed, EndReason.AppShutdownTimeout), (protocol.Next(), protocol.Phase, protocol.EndReason));
        Assert.Equal("/path", request.PathText);
        Assert.Equal("hello", Encoding.ASCII.GetString(request.Body));
        protocol.Exchange.Response.Write("late"u8);
        if (encodes) protocol.Encode();
        else protocol.Fail();
        Assert.Equal((Step.Close, EndReason.AppShutdownTimeout), (protocol.Next(), protocol.EndReason));
        Assert.False(protocol.HoldsBuffer);
        protocol.Dispose();
    }

    [Fact]
    public void DisposalLeavesARunningHandlerItsRequest()
    {
        var protocol = Protocol();
        Give(protocol, "POST /path HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal(Step.Handle, protocol.Next());
        protocol.Dispose();
        Assert.Equal("/path", protocol.Exchange.Request.PathText);
        Assert.Equal("hello", Encoding.ASCII.GetString(protocol.Exchange.Request.Body));
        protocol.Encode();
        Assert.False(protocol.HoldsBuffer);
    }

    [Fact]
    public void ADrainedIdleConnectionCloses()
    {
        using var conversation = new Conversation();
        conversation.Receive(Get);
        conversation.Protocol.Drain();
        Assert.Equal(Step.Close, conversation.Run());
        Assert.Equal(EndReason.ServerShutdown, conversation.Protocol.EndReason);
    }

    [Fact]
    public void ADrainedBusyConnectionAnswersAndCloses()
    {
        using var conversation = new Conversation();
        conversation.Receive("GET / HT");
        conversation.Protocol.Drain();
        Assert.Equal(Step.Read, conversation.Run());
        Assert.Equal(Step.Close, conversation.Receive("TP/1.1\r\nHost: a\r\n\r\n" + Get));
        Assert.Equal("handle GET / Http11 0: t0\nreply 200 close /\nend server_shutdown\n", conversation.Transcript());
    }

    [Fact]
    public void ACrashIsAnsweredAndCloses()
    {
        var protocol = Protocol();
        Give(protocol, Get + Get);
        protocol.Next();
        protocol.Encode();
        protocol.Next();
        protocol.Exchange.Response.Write("half a reply"u8);
        protocol.Fail();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.Equal([200, 500], Reply.ParseAll(protocol.Output.ToArray()).Select(r => r.Status));
        protocol.Sent(protocol.Output.Length);
        Assert.Equal(Step.Close, protocol.Next());
        Assert.Equal(EndReason.HandlerCrashed, protocol.EndReason);
        protocol.Dispose();
    }

    [Fact]
    public void AHandlerMayClose()
    {
        using var conversation = new Conversation(handler: e => e.Response.Close = true);
        Assert.Equal(Step.Close, conversation.Receive(Get + Get));
        Assert.Equal("handle GET / Http11 0: t0\nreply 200 close\nend response_complete\n", conversation.Transcript());
    }

    [Fact]
    public void WhatComesAfterARefusalIsDropped()
    {
        var protocol = Protocol();
        Give(protocol, "BAD\r\n");
        Assert.Equal(Step.Write, protocol.Next());
        Give(protocol, Get);
        Assert.Equal(Step.Write, protocol.Next());
        protocol.Sent(protocol.Output.Length);
        Assert.Equal(Step.Close, protocol.Next());
        Give(protocol, Get);
        Assert.Equal(Step.Close, protocol.Next());
        Assert.False(protocol.HoldsBuffer);
        protocol.Dispose();
    }

    [Fact]
    public void AConnectionThatWaitsLendsItsWorkspaceToTheNext()
    {
        var options = new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) };
        using var first = new HttpProtocol(options);
        using var second = new HttpProtocol(options);
        Give(first, Get);
        Assert.Equal(Step.Handle, first.Next());
        var exchange = first.Exchange;
        exchange.Owner = first;
        first.Encode();
        Assert.Equal(Step.Write, first.Next());
        Give(second, Get[..1]);
        Assert.NotSame(exchange, second.Exchange);
        first.Sent(first.Output.Length);
        Assert.Equal((Step.Read, Phase.Idle), (first.Next(), first.Phase));
        Assert.Throws<InvalidOperationException>(() => first.Exchange);
        using var third = new HttpProtocol(options);
        Give(third, Get);
        Assert.Same(exchange, third.Exchange);
        Assert.Null(exchange.Owner);
    }

    [Fact]
    public void EndReasonsHaveNamesOfTheirOwn()
    {
        var names = Enum.GetValues<EndReason>().Select(reason => reason.Name()).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.Matches("^[a-z_]+$", name));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((EndReason)999).Name());
    }

    private static HttpProtocol Protocol(HttpLimits? limits = null) =>
        new(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch), Limits = limits ?? new HttpLimits() });

    private static void Give(HttpProtocol protocol, string text) =>
        protocol.Received(Encoding.Latin1.GetBytes(text, protocol.Input(text.Length)));
}
