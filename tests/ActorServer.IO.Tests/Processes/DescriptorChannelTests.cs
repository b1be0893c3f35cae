using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests.Processes;

public sealed class DescriptorChannelTests : IDisposable
{
    private readonly DescriptorChannel _parent;
    private readonly DescriptorChannel _child;
    private readonly byte[] _buffer = new byte[256];

    public DescriptorChannelTests() => (_parent, _child) = DescriptorChannel.Pair();

    public void Dispose()
    {
        _parent.Dispose();
        _child.Dispose();
    }

    [LinuxFact]
    public void Messages_arrive_whole_and_in_order()
    {
        Assert.True(_parent.TrySend("one"u8));
        Assert.True(_parent.TrySend("and two"u8));
        Assert.Equal("one"u8, _buffer.AsSpan(0, _child.Receive(_buffer, out var none)));
        Assert.Equal(-1, none);
        Assert.Equal("and two"u8, _buffer.AsSpan(0, _child.Receive(_buffer, out _)));
        Assert.Equal(-Errno.EAGAIN, _child.Receive(_buffer, out _, wait: false));
    }

    [LinuxFact]
    public void A_descriptor_goes_along_and_stays_the_senders()
    {
        using var pair = new SocketPair();
        Assert.True(_parent.TrySend("connection"u8, pair.Server.Descriptor));
        Assert.Equal(10, _child.Receive(_buffer, out var descriptor));
        Assert.NotEqual(pair.Server.Descriptor, descriptor);
        using var received = new ConnectionSocket(descriptor);
        pair.Server.Dispose(); // the other one keeps the connection open
        Assert.Equal(5, received.Send("hello"u8));
        Assert.Equal(5, pair.Client.Receive(_buffer));
    }

    [LinuxFact]
    public void The_end_of_the_other_end_is_the_end_of_the_channel_after_what_it_sent()
    {
        Assert.True(_child.TrySend("last"u8));
        _child.Dispose();
        Assert.Equal(4, _parent.Receive(_buffer, out _));
        Assert.Equal(0, _parent.Receive(_buffer, out _));
        var gone = Assert.Throws<SystemCallException>(() => _parent.TrySend("anybody"u8));
        Assert.Equal(Errno.EPIPE, gone.Errno);
    }

    [LinuxFact]
    public void The_end_shows_although_messages_to_it_were_never_read()
    {
        Assert.True(_parent.TrySend("unread"u8));
        _child.Dispose();
        Assert.Equal(0, _parent.Receive(_buffer, out _));
    }

    [LinuxFact]
    public void One_that_does_not_read_fills_the_channel_and_the_sender_learns_it()
    {
        var sent = 0;
        while (_parent.TrySend(_buffer)) sent++;
        Assert.InRange(sent, 1, 100_000);
        for (; sent > 0; sent--) Assert.Equal(_buffer.Length, _child.Receive(_buffer, out _));
        SocketPair.WaitFor(_parent.Descriptor, Interest.Write);
        Assert.True(_parent.TrySend("room again"u8));
    }

    [LinuxFact]
    public void A_message_that_does_not_fit_is_an_error_and_its_descriptor_is_closed()
    {
        using var pair = new SocketPair();
        Assert.True(_parent.TrySend(new byte[300], pair.Server.Descriptor));
        Assert.Throws<SystemCallException>(() => _child.Receive(_buffer, out _));
        pair.Server.Dispose();
        Assert.Equal(0, pair.Client.Receive(_buffer)); // nobody else has it open
    }

    [LinuxFact]
    public async Task Shutdown_ends_a_wait()
    {
        var waiting = Task.Run(() => _child.Receive(new byte[16], out _));
        _child.Shutdown();
        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
