using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorServer.Bench.Servers;
using Xunit.Abstractions;

namespace ActorServer.Bench.Tests.Experiments;

/// <summary><c>actorserver bench</c> as a process, with real servers.</summary>
public sealed class BenchProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bench-test-").FullName;

    private string Output => Path.Combine(_folder, "report");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LinuxFact]
    public async Task Two_topologies_are_measured_in_turns_and_reported()
    {
        using var bench = Start("bench", "epoll", "actor:workers=2", "--no-peers", "-w", "hello", "-c", "2,4", "-r", "2", "-d", "0.2", "--warm-up", "0.05", "-o", Output);
        var text = await bench.StandardOutput.ReadToEndAsync();
        await bench.WaitForExitAsync();
        Assert.True(bench.ExitCode == 0, text + await bench.StandardError.ReadToEndAsync());
        using var json = Report();
        var turns = json.RootElement.GetProperty("results").GetProperty("turns").EnumerateArray().ToList();
        Assert.Equal(["epoll", "actor:workers=2", "epoll", "actor:workers=2", "actor:workers=2", "epoll", "actor:workers=2", "epoll"], turns.Select(turn => turn.GetProperty("server").GetString()));
        Assert.All(turns, turn =>
        {
            Assert.True(turn.GetProperty("replies").GetInt64() > 0);
            Assert.Equal(0, turn.GetProperty("failures").GetInt64() + turn.GetProperty("badReplies").GetInt64() + turn.GetProperty("starved").GetInt32());
            Assert.InRange(turn.GetProperty("memory").GetInt64(), 10 << 20, 1 << 30);
            Assert.InRange(turn.GetProperty("threads").GetInt32(), 2, 200);
        });
        // Clock ticks are 10 ms: all turns together.
        Assert.True(turns.Sum(turn => turn.GetProperty("cpu").GetDouble()) > 0);
        Assert.Contains("Recommended: ", text, StringComparison.Ordinal);
        Assert.Contains("</html>", await File.ReadAllTextAsync(Output + ".html"), StringComparison.Ordinal);
    }

    [LinuxTheory, InlineData(2), InlineData(15)]
    public async Task Interrupted_it_reports_what_was_measured_stops_its_servers_and_says_so(int signal)
    {
        if (IsIgnored(signal))
        {
            output.WriteLine($"not tested: whoever started the tests ignores signal {signal}, and so do the processes that they start");
            return;
        }

        using var bench = Start("bench", "epoll", "reactor", "--no-peers", "-w", "hello", "-c", "2", "-r", "1000", "-d", "0.2", "--warm-up", "0.05", "-o", Output);
        var measured = 0;
        List<string> seen = [];
        while (measured < 3 && await bench.StandardOutput.ReadLineAsync() is { } line)
        {
            seen.Add(line);
            if (line.StartsWith("round ", StringComparison.Ordinal)) measured++;
        }

        Assert.True(measured == 3, string.Join('\n', seen));
        var servers = Directory.GetDirectories($"/proc/{bench.Id}/task").SelectMany(Started).ToList(); // whichever of its threads has started them
        Assert.Equal(2, servers.Count);
        Assert.Equal(3, ProcessTree.Read(bench.Id, memory: true).Processes);
        Assert.Equal(0, kill(bench.Id, signal));
        await bench.StandardOutput.ReadToEndAsync();
        await bench.WaitForExitAsync();
        Assert.Equal(128 + signal, bench.ExitCode);
        using var json = Report();
        var results = json.RootElement.GetProperty("results");
        Assert.True(results.GetProperty("interrupted").GetBoolean());
        Assert.InRange(results.GetProperty("turns").GetArrayLength(), 3, 100);
        Assert.Contains("The experiment was interrupted", await File.ReadAllTextAsync(Output + ".html"), StringComparison.Ordinal);
        Assert.All(servers, pid => Assert.False(Directory.Exists($"/proc/{pid}")));
    }

    [LinuxTheory]
    [InlineData("\"epol\" is not known", "epol")]
    [InlineData("\"helo\" is not known", "epoll", "-w", "helo")]
    [InlineData("--no-such: there is no such option", "epoll", "--no-such")]
    [InlineData("is no number from 1", "epoll", "-c", "64,0")]
    [InlineData("--rounds 0 is not usable", "epoll", "-r", "0")]
    [InlineData("\"ab\" is not known", "epoll", "--generator", "ab")]
    [InlineData("is no peer", "epoll", "--no-peers", "--peer", "ftp://x")]
    [InlineData("/nowhere/report", "epoll", "--no-peers", "-o", "/nowhere/report")]
    [InlineData("'/nowhere/urls'", "epoll", "--urls", "/nowhere/urls")]
    public async Task What_is_not_usable_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        using var bench = Start(["bench", .. arguments]);
        await bench.StandardOutput.ReadToEndAsync();
        var errors = await bench.StandardError.ReadToEndAsync();
        await bench.WaitForExitAsync();
        Assert.Equal(2, bench.ExitCode);
        Assert.Contains(line, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [LinuxFact]
    public void A_tree_of_processes_is_read_as_a_whole()
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 60 & echo ready; wait"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("ready", shell.StandardOutput.ReadLine());
            var tree = ProcessTree.Read(shell.Id, memory: true);
            Assert.Equal((2, 2), (tree.Processes, tree.Threads));
            Assert.InRange(tree.Memory, 100 << 10, 50 << 20);
            Assert.InRange(tree.Cpu, 0.01, 60);
            Assert.Equal(0, ProcessTree.Read(shell.Id, memory: false).Memory);
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }

        Assert.True(shell.WaitForExit(20_000));
        Assert.Equal(new ProcessTree(0, 0, 0, 0), ProcessTree.Read(shell.Id, memory: true));
    }

    private JsonDocument Report() => JsonDocument.Parse(File.ReadAllText(Output + ".json"));

    /// <summary>The processes that a thread has started; none if it has ended.</summary>
    private static string[] Started(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorserver.dll"), .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
    })!;

    /// <summary>Whether this process ignores a signal (proc(5), SigIgn): a shell's background jobs ignore SIGINT.</summary>
    private static bool IsIgnored(int signal)
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
