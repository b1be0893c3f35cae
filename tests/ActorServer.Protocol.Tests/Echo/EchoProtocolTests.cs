using System.Text;
using ActorServer.Protocol.Echo;

namespace ActorServer.Protocol.Tests.Echo;

public sealed class EchoProtocolTests
{
    [Fact]
    public void SaysEverythingBack()
    {
        using IProtocol protocol = new EchoProtocol();
        var said = new StringBuilder();
        foreach (var piece in new[] { "one", "two", new string('x', 3000) })
        {
            Assert.Equal((Step.Read, Phase.Idle), (protocol.Next(), protocol.Phase));
            protocol.Received(Encoding.ASCII.GetBytes(piece, protocol.Input()));
            while (protocol.Next() == Step.Write)
            {
                Assert.Equal(Phase.Writing, protocol.Phase);
                said.Append(Encoding.ASCII.GetString(protocol.Output[..1]));
                protocol.Sent(1);
            }
        }
        Assert.Equal("onetwo" + new string('x', 3000), said.ToString());
        protocol.Received(0);
        Assert.Equal((Step.Close, EndReason.ClientClosed), (protocol.Next(), protocol.EndReason));
    }

    [Fact]
    public void DrainsWhenIdle()
    {
        using IProtocol protocol = new EchoProtocol();
        protocol.Received(Encoding.ASCII.GetBytes("last", protocol.Input()));
        protocol.Drain();
        Assert.Equal(Step.Write, protocol.Next());
        protocol.Sent(4);
        Assert.Equal((Step.Close, EndReason.ServerShutdown), (protocol.Next(), protocol.EndReason));
    }

    [Fact]
    public void EndsAsTold()
    {
        using IProtocol protocol = new EchoProtocol();
        protocol.Received(Encoding.ASCII.GetBytes("never", protocol.InputMemory().Span));
        protocol.Refuse(EndReason.MinResponseDataRate);
        Assert.Equal((Step.Close, EndReason.MinResponseDataRate), (protocol.Next(), protocol.EndReason));
        Assert.True(protocol.OutputMemory.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => protocol.Exchange);
        Assert.Throws<InvalidOperationException>(protocol.Encode);
    }
}
