using System.Buffers;
using System.Text;
using ActorServer.Protocol.Line;

namespace ActorServer.Protocol.Tests.Line;

public sealed class LineProtocolTests
{
    [Theory]
    [InlineData("one\ntwo\r\n\n", "[one]\n[two]\n[]\n", EndReason.ClientClosed)]
    [InlineData("one\ntw", "[one]\n", EndReason.UnexpectedEndOfRequestContent)]
    [InlineData("12345678\n", "[12345678]\n", EndReason.ClientClosed)]
    [InlineData("12345678\r\n", "[12345678]\n", EndReason.ClientClosed)]
    [InlineData("a\n123456789\r\nb\n", "[a]\n", EndReason.MaxRequestLineSizeExceeded)]
    [InlineData("a\n1234567890", "[a]\n", EndReason.MaxRequestLineSizeExceeded)]
    [InlineData("a\rb\n", "[a\rb]\n", EndReason.ClientClosed)]
    [InlineData("quit\nmore\n", "[quit]\n", EndReason.ResponseComplete)]
    [InlineData("", "", EndReason.ClientClosed)]
    public void AnswersLines(string sent, string said, EndReason reason)
    {
        foreach (var size in new[] { Math.Max(sent.Length, 1), 1, 2, 3 })
        {
            using IProtocol protocol = new LineProtocol(lineBytes: 8);
            var output = new StringBuilder();
            foreach (var piece in sent.Chunk(size))
            {
                Serve(protocol, output);
                if (protocol.Next() == Step.Close) break;
                protocol.Received(Encoding.ASCII.GetBytes(piece, protocol.Input()));
            }
            Serve(protocol, output);
            if (protocol.Next() == Step.Read) protocol.Received(0);
            Assert.Equal((Step.Close, said, reason), (protocol.Next(), output.ToString(), protocol.EndReason));
            Assert.Equal(Phase.Closed, protocol.Phase);
        }
    }

    [Fact]
    public void DrainsBetweenLines()
    {
        using IProtocol protocol = new LineProtocol();
        protocol.Received(Encoding.ASCII.GetBytes("a\nb\n", protocol.Input()));
        Assert.Equal((Step.Handle, Phase.Handling), (protocol.Next(), protocol.Phase));
        protocol.Drain();
        protocol.Encode();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.Equal("\n", Encoding.ASCII.GetString(protocol.Output));
        protocol.Sent(1);
        Assert.Equal((Step.Close, EndReason.ServerShutdown), (protocol.Next(), protocol.EndReason));
    }

    [Fact]
    public void ACrashEndsTheConnection()
    {
        using IProtocol protocol = new LineProtocol();
        protocol.Received(Encoding.ASCII.GetBytes("a\nb\n", protocol.Input()));
        protocol.Next();
        protocol.Fail();
        Assert.Equal((Step.Close, EndReason.HandlerCrashed), (protocol.Next(), protocol.EndReason));
    }

    [Fact]
    public void LongAnswersAreSentInPieces()
    {
        using var protocol = new LineProtocol();
        protocol.Received(Encoding.ASCII.GetBytes("a\nb\n", protocol.Input()));
        protocol.Next();
        protocol.Exchange.Reply.Write(new byte[200_000]);
        protocol.Encode();
        Assert.Equal(Step.Write, protocol.Next());
        var sent = 0;
        while (!protocol.Output.IsEmpty)
        {
            sent += protocol.Output.Length;
            protocol.Sent(protocol.Output.Length);
        }
        Assert.Equal(200_001, sent);
        Assert.Equal(Step.Handle, protocol.Next());
        Assert.Equal("b"u8, protocol.Exchange.Line);
    }

    [Fact]
    public void LinesThatNobodyAskedForGoBetweenTheAnswersAndASilentLineHasNone()
    {
        using var protocol = new LineProtocol();
        protocol.Send("first"u8);
        protocol.Received(Encoding.ASCII.GetBytes("a\nb\n", protocol.Input()));
        Assert.Equal(Step.Handle, protocol.Next());
        protocol.Exchange.Reply.Write("dropped"u8);
        protocol.Exchange.Silent = true;
        protocol.Send("second"u8); // while the handler is at work
        protocol.Encode();
        Assert.Equal(Step.Handle, protocol.Next());
        Assert.False(protocol.Exchange.Silent);
        protocol.Exchange.Reply.Write("B"u8);
        protocol.Encode();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.Equal("first\nsecond\nB\n", Encoding.ASCII.GetString(protocol.Output));
        protocol.Sent(protocol.Output.Length);
        while (protocol.HasRoom) protocol.Send(new byte[1000]);
        protocol.Refuse(EndReason.ConnectionReset);
        protocol.Send("late"u8);
        Assert.Equal(Step.Close, protocol.Next());
    }

    private static void Serve(IProtocol protocol, StringBuilder output)
    {
        while (true)
        {
            switch (protocol.Next())
            {
                case Step.Handle:
                    var exchange = (LineExchange)protocol.Exchange;
                    exchange.Reply.Write("["u8);
                    exchange.Reply.Write(exchange.Line);
                    exchange.Reply.Write("]"u8);
                    exchange.Close = exchange.Line.SequenceEqual("quit"u8);
                    protocol.Encode();
                    break;
                case Step.Write:
                    output.Append(Encoding.ASCII.GetString(protocol.Output));
                    protocol.Sent(protocol.Output.Length);
                    break;
                default:
                    return;
            }
        }
    }
}
