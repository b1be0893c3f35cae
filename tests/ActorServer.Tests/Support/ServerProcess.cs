using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ActorServer.Tests.Support;

/// <summary>The command in a process of its own.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    public ServerProcess(params string[] arguments) : this("dotnet", [Assembly, .. arguments]) { }

    public ServerProcess(string file, IReadOnlyList<string> arguments)
    {
        // One that is killed leaves its admin socket behind, and the runtime's own one for diagnostics.
        string[] admin = arguments.Contains("run") && !arguments.Contains("--admin") ? ["--admin", "off"] : [];
        var start = new ProcessStartInfo(file, [.. arguments, .. admin]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        Process = Process.Start(start)!;
        Errors = Process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where the build put the command.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "actorserver.dll");

    public Process Process { get; }

    public Task<string> Errors { get; }

    public async Task<(string Topology, System.Net.IPEndPoint EndPoint, int Pid)> ReadyAsync()
    {
        var line = await Process.StandardOutput.ReadLineAsync();
        var match = ReadyLine().Match(line ?? "");
        Assert.True(match.Success, $"no ready line but \"{line}\", {(line is null ? await Errors : "")}");
        return (match.Groups["topology"].Value, System.Net.IPEndPoint.Parse(match.Groups["address"].Value), int.Parse(match.Groups["pid"].Value));
    }

    /// <summary>Waits until a request is with its handler, besides the one that asks.</summary>
    public Task StartedRequestAsync(RawClient client) => Task.Run(() =>
        Eventually.True(() => Counter(client.Get("/metrics").Text, "http_server_active_requests") >= 2, "the request is being handled"));

    public void Terminate() => Assert.Equal(0, kill(Process.Id, 15));

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited) Process.Kill(entireProcessTree: true);
        Process.Dispose();
    }

    /// <summary>A number from the text of <c>GET /metrics</c>.</summary>
    public static double Counter(string metrics, string name) =>
        double.Parse(Regex.Match(metrics, $"^{Regex.Escape(name)} (.+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    public void Signal(int signal) => Assert.Equal(0, kill(Process.Id, signal));

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    [GeneratedRegex(@"^ready topology=(?<topology>\S+) engine=\S+ url=http://(?<address>\S+) pid=(?<pid>\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReadyLine();
}
