using System.Runtime.InteropServices;
using System.Text.Json;
using ActorServer.Cli;
using ActorServer.Hosting;
using ActorServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorServer.Tests.Cli;

/// <summary>Orders to a running server, over its admin socket and by SIGHUP.</summary>
public sealed class AdminTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actorserver-").FullName;

    private string Socket => Path.Combine(_folder, "admin.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Swap_tells_a_running_server_and_says_what_came_of_it()
    {
        using var server = new ServerProcess("run", "epoll", "--port", "0", "--admin", Socket);
        var ready = await server.ReadyAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));

        Assert.Equal((0, "swapped topology=reactor engine=epoll\n", ""), await Command("swap", "reactor", "--set", "topologies.reactor.loops=3", "--admin", Socket));
        using (var client = new RawClient(ready.EndPoint)) Assert.Equal("reactor", Topology(client));

        var (code, output, errors) = await Command("swap", "raector", "--admin", Socket);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("actorserver: actor-server.topology: \"raector\" is not known", errors, StringComparison.Ordinal);
        Assert.Contains("did you mean reactor?", errors);
        Assert.StartsWith("error \"dance\" is not known", await AdminChannel.SendAsync(Socket, "dance"), StringComparison.Ordinal);
        Assert.Equal("error there is no order", await AdminChannel.SendAsync(Socket));
        Assert.Equal("ok topology=reactor engine=epoll connections=0 requests=0", await StatusAsync("connections=0")); // the client's has ended

        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.False(File.Exists(Socket));
        Assert.Equal((1, "", $"actorserver: no server takes orders at {Socket}: there is no such socket\n"), await Command("swap", "epoll", "--admin", Socket));
    }

    [HangupFact]
    public async Task SIGHUP_reads_the_configuration_again()
    {
        var file = Path.Combine(_folder, "server.conf");
        await File.WriteAllTextAsync(file, "actor-server { topology = epoll, endpoint.port = 0 }");
        using var server = new ServerProcess("run", "--config", file, "--admin", Socket);
        var ready = await server.ReadyAsync();
        Assert.Equal("epoll", ready.Topology);

        await File.WriteAllTextAsync(file, "actor-server { topology = proactor, protocol = line, endpoint.port = 0 }");
        server.Signal(KernelProcesses.SIGHUP);
        Eventually.True(() =>
        {
            using var client = new RawClient(ready.EndPoint);
            return Topology(client) == "proactor";
        }, "the server runs what the file says");

        await StatusAsync("ok topology=proactor"); // the new topology serves before the swap is over

        // The same order, from who waits for the answer.
        Assert.Equal("ok nothing has changed", await AdminChannel.SendAsync(Socket, "reload"));
        await File.WriteAllTextAsync(file, "actor-server { topology = reactor, protocol = line, endpoint.port = 0 }");
        Assert.Equal("ok topology=reactor engine=epoll", await AdminChannel.SendAsync(Socket, "reload"));
        await File.WriteAllTextAsync(file, "actor-server { topology = raector, endpoint.port = 0 }");
        Assert.StartsWith("error actor-server.topology: \"raector\" is not known", await AdminChannel.SendAsync(Socket, "reload"), StringComparison.Ordinal);
        using (var client = new RawClient(ready.EndPoint)) Assert.Equal("reactor", Topology(client));

        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("actor-server.protocol has changed: that takes a restart", await server.Errors);
    }

    [Fact]
    public async Task Where_a_server_takes_orders_no_other_does_but_one_that_was_killed_is_no_hindrance()
    {
        using (var first = new ServerProcess("run", "epoll", "--port", "0", "--admin", Socket))
        {
            await first.ReadyAsync();
            using var second = new ServerProcess("run", "epoll", "--port", "0", "--admin", Socket);
            Assert.Equal(1, await second.ExitAsync());
            Assert.Contains("another server takes orders there", Assert.Single((await second.Errors).TrimEnd().Split('\n')));
            Assert.StartsWith("ok topology=epoll", await AdminChannel.SendAsync(Socket, "status"), StringComparison.Ordinal);
            first.Process.Kill();
            await first.ExitAsync();
            Assert.Equal("", await first.Errors); // who only looks whether somebody is there gives no order
        }

        Assert.True(File.Exists(Socket));
        using var third = new ServerProcess("run", "epoll", "--port", "0", "--admin", Socket);
        await third.ReadyAsync();
        Assert.StartsWith("ok topology=epoll", await AdminChannel.SendAsync(Socket, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_no_socket_can_have_is_one_line()
    {
        var path = Path.Combine(_folder, new string('x', 200));
        using var server = new ServerProcess("run", "epoll", "--port", "0", "--admin", path);
        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains("longer than a Unix socket's may be", Assert.Single((await server.Errors).TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task A_folder_that_others_can_write_to_is_no_place_for_the_socket()
    {
        if (OperatingSystem.IsWindows()) return; // its folders have no such modes
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        using var server = new ServerProcess("run", "epoll", "--port", "0", "--admin", Socket);
        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains("others can write to the folder", await server.Errors);
    }

    [RootFact]
    public void Nor_is_a_folder_of_somebody_else_or_a_link_of_theirs()
    {
        const uint Somebody = 65534;
        var (theirs, ours) = (Path.Combine(_folder, "theirs"), Path.Combine(_folder, "ours"));
        foreach (var folder in new[] { theirs, ours }) Directory.CreateDirectory(folder);
        var (theirLink, ourLink, linkToTheirs) = (Path.Combine(_folder, "their-link"), Path.Combine(_folder, "our-link"), Path.Combine(_folder, "link-to-theirs"));
        foreach (var link in new[] { theirLink, ourLink }) File.CreateSymbolicLink(link, ours);
        File.CreateSymbolicLink(linkToTheirs, theirs);
        foreach (var path in new[] { theirs, theirLink }) Assert.Equal(0, lchown(path, Somebody, Somebody));

        AssertRefused(theirs, theirs);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(theirs, UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        AssertRefused(theirs, theirs); // of what is in it, too, the owner may make what they like
        AssertRefused(theirLink, theirLink);
        AssertRefused(linkToTheirs, theirs);
        foreach (var folder in new[] { ours, ourLink, Path.Combine(ours, "new") }) Open(folder).Dispose();

        static AdminChannel Open(string folder) => AdminChannel.Open(Path.Combine(folder, "admin.sock"), (_, _) => Task.FromResult(""), NullLogger.Instance);

        static void AssertRefused(string folder, string because) =>
            Assert.Contains($"{because} belongs to somebody else; name another one", Assert.Throws<IOException>(() => Open(folder)).Message);
    }

    [DllImport("libc")]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    private static async Task<(int Code, string Output, string Errors)> Command(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>What the server says of itself, as soon as that contains something.</summary>
    private async Task<string> StatusAsync(string expected)
    {
        for (var left = 400; ; left--)
        {
            var status = await AdminChannel.SendAsync(Socket, "status");
            if (status.Contains(expected, StringComparison.Ordinal) || left == 0) return status;
            await Task.Delay(50);
        }
    }

    private static string Topology(RawClient client)
    {
        using var shown = JsonDocument.Parse(client.Get("/whoami").Body);
        return shown.RootElement.GetProperty("topology").GetString()!;
    }
}

/// <summary>A test that gives files to another user, which only root can.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() =>
        Skip = OperatingSystem.IsWindows() ? "its files have no such owners" : Environment.IsPrivilegedProcess ? null : "only root can give a file to another user";
}
