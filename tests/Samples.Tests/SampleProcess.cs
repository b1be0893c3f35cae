using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ActorServer.Testing;

namespace Samples.Tests;

/// <summary>A sample as its reader starts it: a process of its own, on a free port.</summary>
internal sealed partial class SampleProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private SampleProcess(string sample, string[] arguments)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, $"{sample}.dll"), .. arguments];
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // whose socket one that is killed leaves behind
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<SampleProcess> StartAsync(string sample, string topology)
    {
        var process = new SampleProcess(sample, [$"topology={topology}", "endpoint.port=0"]);
        while (await process._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Ready().Match(line) is not { Success: true } ready) continue;
            Assert.Equal(topology, ready.Groups["topology"].Value);
            process.Url = new Uri(ready.Groups["url"].Value);
            _ = process._process.StandardOutput.ReadToEndAsync(); // whatever else it says must not fill the pipe
            return process;
        }

        throw new InvalidOperationException($"{sample} was never ready: {await process._errors}");
    }

    /// <summary>Starts a sample that cannot run.</summary>
    public static async Task<(int ExitCode, string Errors)> FailAsync(string sample, params string[] arguments)
    {
        using var process = new SampleProcess(sample, arguments);
        return (await process.ExitAsync(), await process._errors);
    }

    public HttpClient CreateClient() => new() { BaseAddress = Url };

    public async Task<LineClient> ConnectLinesAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Url.Host, Url.Port);
        return new LineClient(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        Assert.Equal(0, kill(_process.Id, 15));
        return await ExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    [GeneratedRegex("ready topology=(?<topology>\\S+) engine=\\S+ url=(?<url>\\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ready();

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
