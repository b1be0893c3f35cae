using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorServer.Connections;
using ActorServer.IO.Native;
using ActorServer.Observability;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;

namespace ActorServer.Handlers;

/// <summary>
/// The application that every topology serves until it gets another: it shows which threads do what, and has a path for each kind of
/// load (waiting with and without a thread, computing, sending, failing).
/// </summary>
public sealed class DemoApp : IAsyncHttpHandler, ILineHandler, IWarmUp
{
    private const int LongestMilliseconds = 600_000;

    /// <inheritdoc/>
    public string WarmUpTarget => "/";

    /// <inheritdoc/>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        var path = exchange.Request.Path;
        if (path.SequenceEqual("/"u8)) return Get(exchange, Hello);
        if (path.SequenceEqual("/echo"u8)) return Echo(exchange);
        if (path.SequenceEqual("/whoami"u8)) return Get(exchange, WhoAmI);
        if (path.SequenceEqual("/sleep"u8)) return Get(exchange, Sleep);
        if (path.SequenceEqual("/wait"u8)) return Get(exchange, WaitAsync);
        if (path.SequenceEqual("/data"u8)) return Get(exchange, DataAsync);
        if (path.SequenceEqual("/burn"u8)) return Get(exchange, Burn);
        if (path.SequenceEqual("/bytes"u8)) return Get(exchange, Bytes);
        if (path.SequenceEqual("/crash"u8)) return Get(exchange, Crash);
        if (path.SequenceEqual("/healthz"u8)) return Get(exchange, Alive);
        if (path.SequenceEqual("/readyz"u8)) return Get(exchange, Ready);
        if (path.SequenceEqual("/metrics"u8)) return Get(exchange, Metrics);
        return Text(exchange, 404, "There is nothing here. Try /whoami.\n");
    }

    /// <summary>Answers a line with itself.</summary>
    /// <param name="exchange">The line.</param>
    public void Handle(LineExchange exchange) => exchange.Reply.Write(exchange.Line);

    // Not inlined: the frame of a caller that has it eleven times would be cleared for each request.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueTask Get(HttpExchange exchange, Func<HttpExchange, ValueTask> handle)
    {
        if (exchange.Request.Method is RequestMethod.Get or RequestMethod.Head) return handle(exchange);
        exchange.Response.AddHeader("Allow", "GET, HEAD");
        return Text(exchange, 405, "This resource is read with GET.\n");
    }

    private static ValueTask Hello(HttpExchange exchange)
    {
        exchange.Response.ContentType = "text/plain";
        exchange.Response.Write("Hello, World!"u8);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Echo(HttpExchange exchange)
    {
        if (exchange.Request.Method != RequestMethod.Post)
        {
            exchange.Response.AddHeader("Allow", "POST");
            return Text(exchange, 405, "Send the body to echo with POST.\n");
        }

        exchange.Response.ContentType = exchange.Request.Headers.TryGet("content-type"u8, out var type)
            ? System.Text.Encoding.Latin1.GetString(type)
            : "application/octet-stream";
        exchange.Response.Write(exchange.Request.Body);
        return ValueTask.CompletedTask;
    }

    private static ValueTask WhoAmI(HttpExchange exchange)
    {
        var connection = exchange.Connection;
        exchange.Response.ContentType = "application/json";
        using var json = new Utf8JsonWriter(exchange.Response, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("topology", connection.Server.Topology);
        json.WriteString("engine", connection.Server.Engine);
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("tid", ThreadCalls.CurrentThreadId);
        json.WriteString("thread", Thread.CurrentThread.Name);
        json.WriteString("actor", connection.ActorPath);
        json.WriteString("dispatcher", connection.Dispatcher);
        json.WriteNumber("connection", connection.Id);
        json.WriteNumber("accepted_tid", connection.AcceptedThread);
        json.WriteNumber("read_tid", connection.ReadThread);
        json.WriteNumber("handle_tid", connection.HandleThread);
        json.WriteNumber("write_tid", connection.WriteThread);
        json.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    private static ValueTask Sleep(HttpExchange exchange)
    {
        if (!TryNumber(exchange, "ms", LongestMilliseconds, out var milliseconds)) return ValueTask.CompletedTask;
        Thread.Sleep((int)milliseconds);
        return Text(exchange, 200, $"slept {milliseconds} ms\n");
    }

    private static async ValueTask WaitAsync(HttpExchange exchange)
    {
        if (!TryNumber(exchange, "ms", LongestMilliseconds, out var milliseconds)) return;
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), exchange.Connection.Time);
        await Text(exchange, 200, $"waited {milliseconds} ms\n");
    }

    private static async ValueTask DataAsync(HttpExchange exchange)
    {
        if (exchange.Connection.Server.Data is not { } data)
        {
            await Text(exchange, 404, $"{exchange.Connection.Server.Topology} has no data layer.\n");
            return;
        }

        if (!TryNumber(exchange, "ms", LongestMilliseconds, out var milliseconds)) return;
        try
        {
            await data.UseAsync(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), exchange.Connection.Time);
                return milliseconds;
            });
            await Text(exchange, 200, $"used a permit for {milliseconds} ms\n");
        }
        catch (TimeoutException exception)
        {
            await Text(exchange, 503, $"{exception.Message}\n");
        }
    }

    private static ValueTask Burn(HttpExchange exchange)
    {
        if (!TryNumber(exchange, "ms", LongestMilliseconds, out var milliseconds)) return ValueTask.CompletedTask;
        // Of the thread, not of the clock: ten threads that burn at once on one processor take ten times as long.
        var rounds = 0L;
        for (var end = ThreadCalls.ProcessorTime + TimeSpan.FromMilliseconds(milliseconds); ThreadCalls.ProcessorTime < end; rounds++) Thread.SpinWait(100);
        return Text(exchange, 200, $"burnt {milliseconds} ms in {rounds} rounds\n");
    }

    private static ValueTask Bytes(HttpExchange exchange)
    {
        if (!TryNumber(exchange, "n", long.MaxValue, out var count)) return ValueTask.CompletedTask;
        exchange.Response.ContentType = "application/octet-stream";
        exchange.Response.Body = new Letters(count);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Crash(HttpExchange exchange)
    {
        if (exchange.Request.Query.IndexOf("process=1"u8) < 0) throw new DemoCrashException();
        if (exchange.Connection.Server.IsWorkerProcess) Environment.FailFast("GET /crash?process=1 was asked for");
        return Text(exchange, 400, $"Only process models can crash a process; {exchange.Connection.Server.Topology} serves in one.\n");
    }

    private static ValueTask Alive(HttpExchange exchange) => Text(exchange, 200, "alive\n");

    private static ValueTask Ready(HttpExchange exchange) =>
        exchange.Connection.Server.IsDraining ? Text(exchange, 503, "draining\n") : Text(exchange, 200, "ready\n");

    private static ValueTask Metrics(HttpExchange exchange)
    {
        exchange.Response.ContentType = PrometheusText.ContentType;
        exchange.Response.Write(PrometheusText.Render(exchange.Connection.Server.Metrics));
        return ValueTask.CompletedTask;
    }

    private static ValueTask Text(HttpExchange exchange, int status, string text)
    {
        exchange.Response.Status = status;
        exchange.Response.ContentType = "text/plain";
        exchange.Response.Write(text);
        return ValueTask.CompletedTask;
    }

    /// <summary>The number that the query gives a name; without a usable one the response is a 400 that says so.</summary>
    private static bool TryNumber(HttpExchange exchange, string name, long most, out long number)
    {
        foreach (var range in exchange.Request.Query.Split((byte)'&'))
        {
            var pair = exchange.Request.Query[range];
            var equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !System.Text.Ascii.Equals(pair[..equals], name)) continue;
            var digits = pair[(equals + 1)..];
            if (Utf8Parser.TryParse(digits, out number, out var read) && read == digits.Length && number >= 0 && number <= most) return true;
        }

        number = 0;
        _ = Text(exchange, 400, $"expected ?{name}=N with N from 0 to {most}\n");
        return false;
    }

    /// <summary>A body of so many bytes, made as the client takes it.</summary>
    private sealed class Letters(long count) : IBodySource
    {
        private long _left = count;

        public long? Length { get; } = count;

        public int Fill(Span<byte> destination)
        {
            var size = (int)Math.Min(_left, destination.Length);
            destination[..size].Fill((byte)'x');
            _left -= size;
            return size;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}

/// <summary>What <c>GET /crash</c> throws.</summary>
public sealed class DemoCrashException() : Exception("GET /crash was asked for");
