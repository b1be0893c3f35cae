using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using ActorServer.IO.Processes;

namespace ActorServer.Bench.Servers;

/// <summary>A server that runs, most often as a child process that was started for the experiment and is stopped after it.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class ServerUnderTest : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30), StopPatience = TimeSpan.FromSeconds(5);

    private readonly ChildProcess? _process;
    private readonly string _log;
    private bool _stopped;

    private ServerUnderTest(ServerSpec spec, ChildProcess? process, IPEndPoint endPoint, string log)
    {
        (Spec, _process, EndPoint, _log) = (spec, process, endPoint, log);
    }

    /// <summary>What it is.</summary>
    public ServerSpec Spec { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>What waits for input, as its ready line tells; empty when it does not tell.</summary>
    public string Engine { get; private set; } = "";

    /// <summary>Starts a server and waits until it accepts connections.</summary>
    /// <param name="spec">Which.</param>
    /// <param name="folder">Where to put its output.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ProgramFailedException">It ended, or does not answer.</exception>
    public static ServerUnderTest Start(ServerSpec spec, string folder, CancellationToken cancel)
    {
        var log = Path.Combine(folder, spec.Name.Replace('/', '_') + ".log");
        if (spec.Command is null)
        {
            var running = new ServerUnderTest(spec, null, spec.EndPoint!, log);
            return running.Answers() ? running : throw new ProgramFailedException($"{spec.Name}: nobody answers at {spec.EndPoint}");
        }

        var port = spec.TellsReady ? 0 : FreePort();
        // A shell only to send the output to a file: it becomes the program, and the child leads a group of its own, so that Ctrl-C at
        // the terminal reaches the experiment alone, which then stops its servers in order.
        var process = ChildProcess.Start("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "sh", log, .. spec.Command(port)],
            new Dictionary<string, string>(StringComparer.Ordinal));
        var server = new ServerUnderTest(spec, process, new IPEndPoint(IPAddress.Loopback, port), log);
        try
        {
            server.AwaitReady(cancel);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>What it uses; null for one that was not started here.</summary>
    /// <param name="memory">Whether to ask for the memory as well, which takes milliseconds.</param>
    public ProcessTree? Usage(bool memory) => _process is null ? null : ProcessTree.Read(_process.Id, memory);

    /// <summary>Why it is no longer there; null while it is.</summary>
    public string? Ended => _process is not null && _process.TryReap(out var end) ? $"the server ended ({end}): {LastWords()}" : null;

    /// <summary>Asks it to stop, without waiting.</summary>
    public void BeginStop()
    {
        const int SIGTERM = 15;
        if (!_stopped) _process?.Kill(SIGTERM);
        _stopped = true;
    }

    /// <summary>Stops it, by force when it takes longer than five seconds.</summary>
    public void Dispose()
    {
        const int SIGKILL = 9;
        BeginStop();
        if (_process is null) return;
        if (!SpinWait.SpinUntil(() => _process.TryReap(out _), StopPatience))
        {
            _process.Kill(SIGKILL);
            SpinWait.SpinUntil(() => _process.TryReap(out _), StopPatience);
        }

        _process.Dispose();
    }

    private void AwaitReady(CancellationToken cancel)
    {
        for (var until = Environment.TickCount64 + (long)StartPatience.TotalMilliseconds; Environment.TickCount64 < until; cancel.WaitHandle.WaitOne(20))
        {
            cancel.ThrowIfCancellationRequested();
            if (Ended is { } end) throw new ProgramFailedException($"{Spec.Name}: {end}");
            if (!Spec.TellsReady)
            {
                if (Answers()) return;
            }
            else if (File.Exists(_log) && ReadyLine().Match(ReadLog()) is { Success: true } ready)
            {
                Engine = ready.Groups["engine"].Value;
                EndPoint = IPEndPoint.Parse(ready.Groups["address"].Value);
                return;
            }
        }

        throw new ProgramFailedException($"{Spec.Name} is not ready after {StartPatience.TotalSeconds} s: {LastWords()}");
    }

    private bool Answers()
    {
        using var client = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000, SendTimeout = 2000 };
        try
        {
            client.Connect(EndPoint);
            client.Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
            var reply = new byte[12];
            return client.Receive(reply) > 0 && reply.AsSpan().StartsWith("HTTP/1."u8);
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }

    private string LastWords()
    {
        var lines = File.Exists(_log) ? ReadLog().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        return lines.Length == 0 ? "it said nothing" : lines[^1];
    }

    private string ReadLog()
    {
        using var stream = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [GeneratedRegex(@"^ready .*?engine=(?<engine>\S+) url=http://(?<address>\S+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex ReadyLine();
}

/// <summary>A program that the experiment needs could not be started, or is gone.</summary>
/// <param name="message">One line.</param>
public sealed class ProgramFailedException(string message) : Exception(message);
