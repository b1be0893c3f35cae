using System.Net;
using System.Runtime.Versioning;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;

namespace ActorServer.Bench.Load;

/// <summary>
/// One thread of the load generator: an epoll loop over its connections, each with at most one request under way. Takes the next request
/// of its arrivals whenever its time has come and a connection is free; nothing is allocated for a request.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LoadLoop : IDisposable
{
    /// <summary>How long to wait for replies when the window is closed, in nanoseconds.</summary>
    public const long Patience = 1_000_000_000;

    // A server that is gone, or that refuses everybody, is not asked again at once.
    private const long Rest = 50_000_000;

    private readonly EpollPoller _poller = new();
    private readonly Alarm _alarm = new();
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[256];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private readonly LoadConnection[] _connections;
    private readonly Queue<LoadConnection> _idle;
    private readonly Queue<(LoadConnection Connection, long Until)> _resting;
    private readonly IPEndPoint _server;
    private readonly Requests _requests;
    private readonly IArrivals _arrivals;
    private readonly LoadWindow _window;
    private LoadConnection?[] _byDescriptor = new LoadConnection?[1024];
    private long _alarmed = long.MinValue;
    private long _number;
    private int _busy;
    private int _answered;

    /// <summary>Prepares it.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="connections">How many connections, from 1.</param>
    /// <param name="requests">What is asked.</param>
    /// <param name="first">The number of the first request, so that loops do not ask the same at the same time.</param>
    /// <param name="arrivals">When.</param>
    /// <param name="window">What counts.</param>
    public LoadLoop(IPEndPoint server, int connections, Requests requests, long first, IArrivals arrivals, LoadWindow window)
    {
        (_server, _requests, _number, _arrivals, _window) = (server, requests, first, arrivals, window);
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection())];
        _idle = new(connections);
        _resting = new(connections);
    }

    /// <summary>Latencies of the requests that were meant for the window; of one without a reply, how long it had waited in the end.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>By how much the generator itself was late to send, with a connection free; of an open loop.</summary>
    public Histogram Late { get; } = new();

    /// <summary>Replies that came within the window.</summary>
    public long Replies { get; private set; }

    /// <summary>Of those, the ones with a status other than 2xx and 3xx.</summary>
    public long BadReplies { get; private set; }

    /// <summary>Connections that failed, or ended within a request, in the window.</summary>
    public long Failures { get; private set; }

    /// <summary>The first failure in words; null when there was none.</summary>
    public string? Failure { get; private set; }

    /// <summary>Requests meant for the window that nobody had answered by the end.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Connections on which a request was answered, ever. Any thread.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Sends and receives until the window is closed and the last reply is in, or <see cref="Patience"/> at an end.</summary>
    public void Run()
    {
        _poller.Add(_alarm.Descriptor, Interest.Read);
        foreach (var connection in _connections)
        {
            if (_requests.Close) _idle.Enqueue(connection);
            else Connect(connection);
        }

        var now = LoadWindow.Now;
        while (now < _window.End || (_busy > 0 && now < _window.End + Patience))
        {
            var wasFree = _idle.Count > 0;
            var count = _poller.Wait(_ready, Timeout(now));
            now = LoadWindow.Now;
            SendDue(now, wasFree);
            for (var i = 0; i < count; i++)
            {
                if (_ready[i].Descriptor == _alarm.Descriptor) _alarm.Clear();
                else if (_byDescriptor[_ready[i].Descriptor] is { } connection) OnReady(connection, _ready[i].Readiness);
            }
        }

        Finish(now);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var connection in _connections) Drop(connection);
        _alarm.Dispose();
        _poller.Dispose();
    }

    /// <summary>Milliseconds to wait at most. The window changes without a wake-up; an alarm tells more exactly when a request is due.</summary>
    private int Timeout(long now)
    {
        if (_idle.Count == 0 || now >= _window.End) return 10;
        var next = _arrivals.Next;
        if (next <= now) return 0;
        if (next != _alarmed) _alarm.Set(next - now);
        _alarmed = next;
        return 10;
    }

    private void SendDue(long now, bool wasFree = false)
    {
        while (_resting.Count > 0 && _resting.Peek().Until <= now) _idle.Enqueue(_resting.Dequeue().Connection);
        while (_idle.Count > 0 && now < _window.End && _arrivals.TryTake(now, out var intended))
        {
            var connection = _idle.Dequeue();
            connection.Request = _requests[_number++];
            connection.Intended = intended;
            connection.Sent = 0;
            _busy++;
            if (wasFree && _window.Contains(intended)) Late.Add(now - intended);
            if (connection.Socket is null) Connect(connection);
            else Send(connection);
        }
    }

    private void Connect(LoadConnection connection)
    {
        connection.Socket = ClientSocket.Connect(_server);
        var descriptor = connection.Socket.Descriptor;
        if (descriptor >= _byDescriptor.Length) Array.Resize(ref _byDescriptor, Math.Max(descriptor + 1, _byDescriptor.Length * 2));
        _byDescriptor[descriptor] = connection;
        connection.Parser.Reset();
        connection.WatchesWrite = true;
        _poller.Add(descriptor, Interest.Write);
    }

    private void OnReady(LoadConnection connection, Readiness readiness)
    {
        if ((readiness & Readiness.Write) != 0 && connection.WatchesWrite)
        {
            if (connection.Request is not null)
            {
                Send(connection);
            }
            else // the connection is made, or failed: then the next send says so
            {
                Watch(connection, write: false);
                _idle.Enqueue(connection);
                SendDue(LoadWindow.Now);
                return;
            }
        }

        if ((readiness & Readiness.Read) != 0 && connection is { Socket: not null, WatchesWrite: false }) Receive(connection);
    }

    private void Send(LoadConnection connection)
    {
        var request = connection.Request!;
        var count = connection.Socket!.Send(request.AsSpan(connection.Sent));
        if (count < 0 && count != -Errno.EAGAIN)
        {
            Fail(connection, $"send: {Errno.Name(-count)}");
            return;
        }

        connection.Sent += Math.Max(0, count);
        var more = connection.Sent < request.Length;
        if (more != connection.WatchesWrite) Watch(connection, more);
    }

    private void Receive(LoadConnection connection)
    {
        var count = connection.Socket!.Receive(_buffer);
        if (count == -Errno.EAGAIN) return;
        if (count <= 0)
        {
            if (connection.Request is null) Drop(connection); // closed while idle, as every server may; it stays in the queue
            else if (count == 0 && connection.Parser.EndsWithStream) Complete(connection);
            else Fail(connection, count == 0 ? "the server closed the connection within a request" : $"recv: {Errno.Name(-count)}");
            return;
        }

        if (connection.Request is null)
        {
            Fail(connection, "the server sent what nobody had asked for");
            return;
        }

        try
        {
            var taken = connection.Parser.Take(_buffer.AsSpan(0, count), out var complete);
            if (taken < count) Fail(connection, "the server sent more than one reply to a request");
            else if (complete) Complete(connection);
        }
        catch (InvalidDataException invalid)
        {
            Fail(connection, invalid.Message);
        }
    }

    private void Complete(LoadConnection connection)
    {
        var now = LoadWindow.Now;
        if (_window.Contains(now))
        {
            Replies++;
            if (connection.Parser.Status is < 200 or >= 400) BadReplies++;
        }

        if (_window.Contains(connection.Intended)) Latency.Add(now - connection.Intended);
        if (!connection.Answered) Volatile.Write(ref _answered, _answered + 1);
        connection.Answered = true;
        connection.Request = null;
        _busy--;
        if (connection.Parser.Close) Drop(connection);
        _idle.Enqueue(connection);
        SendDue(now);
    }

    private void Fail(LoadConnection connection, string why)
    {
        var now = LoadWindow.Now;
        Drop(connection);
        if (connection.Request is null) return; // it is in the queue of the idle ones already
        if (_window.Contains(now)) Failures++;
        Failure ??= why;
        connection.Request = null;
        _busy--;
        _resting.Enqueue((connection, now + Rest));
    }

    private void Watch(LoadConnection connection, bool write)
    {
        connection.WatchesWrite = write;
        _poller.Change(connection.Socket!.Descriptor, write ? Interest.Write : Interest.Read);
    }

    private void Drop(LoadConnection connection)
    {
        if (connection.Socket is not { } socket) return;
        _poller.Forget(socket.Descriptor);
        _byDescriptor[socket.Descriptor] = null;
        socket.Dispose();
        connection.Socket = null;
    }

    /// <summary>Who still waits counts with the time that has passed, and so does who never got a free connection.</summary>
    private void Finish(long now)
    {
        foreach (var connection in _connections)
        {
            if (connection.Request is not null) Abandon(connection.Intended);
        }

        // A closed loop has no request that nobody sent.
        while (_arrivals is not ClosedLoop && _arrivals.TryTake(_window.End - 1, out var intended)) Abandon(intended);

        void Abandon(long intended)
        {
            if (!_window.Contains(intended)) return;
            Unanswered++;
            Latency.Add(now - intended);
        }
    }
}
