using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using ActorServer.Configuration;
using ActorServer.IO.Native;
using Microsoft.Extensions.Logging;

namespace ActorServer.Hosting;

/// <summary>
/// Takes orders for a running server, over a Unix socket (unix(7)) that only its owner can open: <c>swap TOPOLOGY</c> with lines of
/// <c>path=value</c> behind it, <c>reload</c>, <c>status</c>. One order a connection, as text that its sender ends by shutting down; the
/// answer is a line that starts with <c>ok</c> or <c>error</c>. Nothing of it listens on TCP.
/// </summary>
public sealed class AdminChannel : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LongestOrder = 64 * 1024; // bytes
    private const string TooLong = "it is no path, or one that is longer than a Unix socket's may be (some 100 bytes, unix(7))";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly Func<string, IReadOnlyList<string>, Task<string>> _execute;
    private readonly ILogger _log;

    private AdminChannel(Socket listener, string path, Func<string, IReadOnlyList<string>, Task<string>> execute, ILogger log)
    {
        (_listener, _path, _execute, _log) = (listener, path, execute, log);
        _ = Serve();
    }

    /// <summary>Where a server listens for orders when nothing else is said: a folder of the user's own, the socket named after the port.</summary>
    /// <param name="port">The server's port.</param>
    public static string DefaultPath(int port)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime)
            ? Path.Combine(Path.GetTempPath(), $"actorserver-{Environment.UserName}", $"{port}.sock")
            : Path.Combine(runtime, "actorserver", $"{port}.sock");
    }

    /// <summary>Listens for orders.</summary>
    /// <param name="path">The socket's path; its folder is made, for its owner only, where there is none.</param>
    /// <param name="execute">
    /// Carries an order out: its first line, and the others; returns what to say of it, and throws where it cannot be carried out.
    /// </param>
    /// <param name="log">Where orders are logged.</param>
    /// <exception cref="IOException">
    /// The path cannot be used: somebody listens there, it is no socket, or others can write to its folder, or own it.
    /// </exception>
    internal static AdminChannel Open(string path, Func<string, IReadOnlyList<string>, Task<string>> execute, ILogger log)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (!OperatingSystem.IsWindows()) CheckFolder(path);
            RemoveStale(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody can connect before it listens: there is no moment in which others could.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerOnly);
            listener.Listen();
            return new AdminChannel(listener, path, execute, log);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            var problem = exception is ArgumentException ? TooLong : exception.Message.TrimEnd('.');
            throw new IOException($"the admin socket {path} cannot be opened: {problem}; name another one (--admin PATH), or none (--admin off)", exception);
        }
    }

    /// <summary>Gives an order to a running server.</summary>
    /// <param name="path">The server's admin socket.</param>
    /// <param name="order">The order, a line each.</param>
    /// <returns>The answer: it starts with <c>ok</c> or <c>error</c>.</returns>
    /// <exception cref="IOException">There is no server at that path.</exception>
    public static async Task<string> SendAsync(string path, params IEnumerable<string> order)
    {
        if (!File.Exists(path)) throw new IOException($"no server takes orders at {path}: there is no such socket");
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', order)));
            socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return (await reader.ReadToEndAsync()).TrimEnd();
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or IOException)
        {
            throw new IOException($"no server takes orders at {path}: {(exception is ArgumentException ? TooLong : exception.Message)}", exception);
        }
    }

    /// <summary>Takes no more orders; the socket is removed.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    /// <summary>
    /// Whoever can write to the folder can put a socket of their own in the place of ours, and so can its owner, and the owner of a link to it.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void CheckFolder(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // No matter if somebody was faster: it is looked at in any case.
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        for (var at = folder; at is not null; at = new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: false)?.FullName)
        {
            if (!FileOwner.IsTrusted(at)) throw new IOException($"{at} belongs to somebody else");
        }

        if (File.GetUnixFileMode(folder) is var mode && (mode & Others) != 0 && (mode & UnixFileMode.StickyBit) == 0)
            throw new IOException($"others can write to the folder {folder}");
    }

    /// <summary>Of a server that was killed the socket is left, and in the way.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another server takes orders there");
    }

    private async Task Serve()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return; // disposed
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1)); // out of descriptors or memory: who gives orders waits
                continue;
            }

            _ = Answer(client);
        }
    }

    private async Task Answer(Socket client)
    {
        using var end = new CancellationTokenSource(Patience);
        string? text = null;
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            string answer;
            text = await Read(stream, end.Token);
            var order = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            try
            {
                answer = order.Length == 0 ? "error there is no order" : $"ok {await _execute(order[0], order[1..])}";
            }
            catch (InvalidConfigurationException exception)
            {
                answer = $"error {string.Join("; ", exception.Faults.Select(fault => fault.Problem))}";
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                answer = $"error {exception.Message}";
            }

            Ordered(_log, order.FirstOrDefault() ?? "", answer, null);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{answer.ReplaceLineEndings(" ")}\n"), CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            if (text is not "") Lost(_log, exception.Message, null); // else another server has looked whether somebody is here, and has gone
        }
    }

    private static async Task<string> Read(Stream stream, CancellationToken end)
    {
        var buffer = new byte[LongestOrder];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, end);
        return length < buffer.Length ? Encoding.UTF8.GetString(buffer, 0, length) : throw new IOException($"an order is longer than {LongestOrder} bytes");
    }

    private static readonly Action<ILogger, string, string, Exception?> Ordered =
        LoggerMessage.Define<string, string>(LogLevel.Information, new EventId(2, nameof(Ordered)), "was told \"{Order}\": {Answer}");

    private static readonly Action<ILogger, string, Exception?> Lost =
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(3, nameof(Lost)), "an order was not heard to its end: {Problem}");
}
