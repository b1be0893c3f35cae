using System.Net;
using System.Text;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [LinuxFact]
    public void The_exit_code_is_known_once_the_descriptor_is_readable()
    {
        using var child = Shell("exit 7");
        Assert.Equal(new ChildEnd(7, 0), EndOf(child));
        Assert.False(File.Exists($"/proc/{child.Id}/stat")); // reaped: not even a zombie is left
        Assert.True(child.TryReap(out var again));
        Assert.Equal(7, again.ExitCode);
    }

    [LinuxFact]
    public void A_signal_ends_it()
    {
        using var child = Shell("kill -STOP $$");
        Assert.False(child.TryReap(out _));
        child.Kill(9);
        Assert.Equal(new ChildEnd(-1, 9), EndOf(child));
        child.Kill(9); // goes to nobody
    }

    [LinuxFact]
    public void It_finds_the_descriptors_that_it_is_given_and_no_other()
    {
        var (parent, end) = DescriptorChannel.Pair();
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1);
        using var child = ChildProcess.Start("/bin/sh", ["-c", "for f in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$f && printf '%s ' $f; done >&3; true"],
            NoVariables, end.Descriptor, listener.Descriptor);
        end.Dispose();
        Assert.Equal(new ChildEnd(0, 0), EndOf(child));
        var buffer = new byte[256];
        var text = new StringBuilder();
        for (int count; (count = parent.Receive(buffer, out _)) > 0;) text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        var numbers = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
        Assert.Equal([0, 1, 2, 3, 4], numbers); // from 10 on a shell keeps descriptors of its own
        parent.Dispose();
    }

    [LinuxFact]
    public void Given_descriptors_may_have_each_others_numbers()
    {
        var (a, b) = DescriptorChannel.Pair();
        var (c, d) = DescriptorChannel.Pair();
        // In the child 3 and 4; here, whatever was free: with the two swapped one is the other's target sooner or later.
        using var child = ChildProcess.Start("/bin/sh", ["-c", "echo three >&3; echo four >&4"], NoVariables, d.Descriptor, b.Descriptor);
        b.Dispose();
        d.Dispose();
        EndOf(child);
        var buffer = new byte[16];
        Assert.Equal("three\n"u8, buffer.AsSpan(0, c.Receive(buffer, out _)));
        Assert.Equal("four\n"u8, buffer.AsSpan(0, a.Receive(buffer, out _)));
        a.Dispose();
        c.Dispose();
    }

    [LinuxFact]
    public void Variables_come_beside_this_processs_own_and_the_group_is_its_own()
    {
        var (parent, end) = DescriptorChannel.Pair();
        using var child = ChildProcess.Start("/bin/sh", ["-c", "echo \"$GREETING ${PATH:+path} $(cut -d' ' -f5 /proc/$$/stat)\" >&3"],
            new Dictionary<string, string> { ["GREETING"] = "hello there" }, end.Descriptor);
        end.Dispose();
        EndOf(child);
        var buffer = new byte[256];
        Assert.Equal($"hello there path {child.Id}\n", Encoding.ASCII.GetString(buffer, 0, parent.Receive(buffer, out _)));
        parent.Dispose();
    }

    [LinuxFact]
    public void A_program_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<SystemCallException>(() => ChildProcess.Start("/no/such/program", [], NoVariables));
        Assert.Equal(Errno.ENOENT, missing.Errno);
        Assert.Contains("posix_spawn(/no/such/program)", missing.Message, StringComparison.Ordinal);
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start("/bin/sh", ["-c", script], NoVariables);

    private static ChildEnd EndOf(ChildProcess child)
    {
        SocketPair.WaitFor(child.Descriptor, Interest.Read);
        Assert.True(child.TryReap(out var end));
        return end;
    }
}
