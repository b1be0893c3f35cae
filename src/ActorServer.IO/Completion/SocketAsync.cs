using System.Collections;
using System.Collections.Concurrent;
using System.Net.Sockets;
using ActorServer.IO.Native;

namespace ActorServer.IO.Completion;

/// <summary>
/// A completion queue on <see cref="SocketAsyncEventArgs"/>, for machines without io_uring: the runtime's own threads wait and carry
/// operations out, and what they have done is queued for the owner.
/// </summary>
/// <remarks>
/// The runtime watches a descriptor with its own epoll or kqueue once it was used here, so that nobody else may. A receive waits without a
/// buffer (of zero bytes) and is done by the owner when the bytes are there: an idle connection has none, and a wait that was given up
/// takes nothing with it.
/// </remarks>
public sealed class SocketAsync : ICompletionQueue
{
    private readonly byte[] _buffers;
    private readonly Stack<ushort> _free = new();
    private readonly BitArray _lent;
    private readonly ManualResetEventSlim _signal = new(initialState: false, spinCount: 0);
    private readonly ConcurrentQueue<SocketOperation> _finished = new(); // by the runtime's threads
    private readonly Queue<SocketOperation> _immediate = new();          // on the spot
    private readonly Queue<CompletedOperation> _completed = new();       // what needs no operation of the runtime
    private readonly Stack<SocketOperation> _accepts = new();            // to be used again
    private readonly Dictionary<int, SocketEndpoint> _endpoints = [];
    private readonly Dictionary<ulong, SocketEndpoint> _receives = [];
    private readonly Queue<SocketEndpoint> _starved = new();
    private readonly Queue<(int Listener, ulong UserData)> _collected = new(); // accepts that were not handed over yet
    private int _duplicates; // the highest number that one had
    private readonly Action<SocketOperation> _onFinished;
    private bool _disposed;

    /// <summary>Makes the queue.</summary>
    /// <param name="buffers">How many receive buffers; at most 65,536.</param>
    /// <param name="bufferSize">Bytes of each.</param>
    public SocketAsync(int buffers = 1024, int bufferSize = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buffers, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        BufferSize = bufferSize;
        _onFinished = Finished;
        _buffers = GC.AllocateUninitializedArray<byte>(checked(buffers * bufferSize));
        _lent = new BitArray(buffers);
        for (var id = buffers - 1; id >= 0; id--) _free.Push((ushort)id);
    }

    /// <inheritdoc/>
    public string Name => "socket-async";

    /// <inheritdoc/>
    public int Pending { get; private set; }

    /// <inheritdoc/>
    public int BufferSize { get; }

    /// <inheritdoc/>
    public int FreeBuffers => _free.Count;

    /// <summary>Why this machine cannot run it, or null when it can.</summary>
    public static string? Unavailable() => OperatingSystem.IsWindows() ? "a server on raw descriptors needs a Unix system" : null;

    /// <inheritdoc/>
    public void Accept(int listener, ulong userData)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Pending++;
        _collected.Enqueue((listener, userData));
    }

    /// <inheritdoc/>
    public void Receive(int descriptor, ulong userData, bool once = false)
    {
        var endpoint = Endpoint(descriptor);
        (endpoint.Receiving, endpoint.UserData, endpoint.Once) = (true, userData, once);
        _receives.Add(userData, endpoint);
        Pending++;
        if (_free.Count > 0) Await(endpoint);
        else _starved.Enqueue(endpoint);
    }

    /// <inheritdoc/>
    public void Send(int descriptor, ReadOnlyMemory<byte> pinned, ulong userData)
    {
        var endpoint = Endpoint(descriptor);
        var operation = endpoint.Sender ??= new SocketOperation(_onFinished) { Endpoint = endpoint };
        operation.UserData = userData;
        operation.SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(pinned));
        Pending++;
        if (!endpoint.Socket.SendAsync(operation)) _immediate.Enqueue(operation);
    }

    /// <inheritdoc/>
    /// <remarks>Receives only: a send ends by itself, or when its descriptor is closed.</remarks>
    public void Cancel(ulong operation, ulong userData)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var found = _receives.TryGetValue(operation, out var endpoint);
        if (found) EndReceive(endpoint!, -Errno.ECANCELED);
        Answer(userData, found ? 0 : -Errno.ENOENT);
    }

    /// <inheritdoc/>
    /// <remarks>Receives and accepts only: a send ends by itself, or when its descriptor is closed.</remarks>
    public void CancelAll(int descriptor, ulong userData)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var found = 0;
        for (var left = _collected.Count; left > 0; left--)
        {
            var accept = _collected.Dequeue();
            if (accept.Listener != descriptor)
            {
                _collected.Enqueue(accept);
                continue;
            }

            // Handed over now it would take a client who waits, before it is cancelled.
            found++;
            var client = SocketCalls.Accept(descriptor);
            if (client >= 0) _endpoints[client] = new SocketEndpoint(client, SocketEndpoint.Own(client)) { Accepted = true };
            _completed.Enqueue(new CompletedOperation(accept.UserData, client == -Errno.EAGAIN ? -Errno.ECANCELED : client, 0));
        }

        if (_endpoints.TryGetValue(descriptor, out var endpoint))
        {
            found += endpoint.Accepting + (endpoint.Receiving ? 1 : 0);
            if (endpoint.Receiving) EndReceive(endpoint, -Errno.ECANCELED);
            // The runtime takes accepts back only with their socket: a duplicate, the listening socket stays. And without accepts, too,
            // for as long as the duplicate is open the port listens, whatever the owner does with his.
            if (endpoint.OnlyAccepts) Forget(endpoint);
        }

        Answer(userData, found);
    }

    /// <inheritdoc/>
    public void Close(int descriptor, ulong userData)
    {
        if (_endpoints.TryGetValue(descriptor, out var endpoint))
        {
            if (endpoint.Receiving) EndReceive(endpoint, -Errno.ECANCELED);
            Forget(endpoint);
        }

        var result = 0;
        if (endpoint is not { Accepted: true } && !_disposed) result = SocketCalls.close(descriptor);
        if (!_disposed) Answer(userData, result);
    }

    /// <inheritdoc/>
    public int Wait(Span<CompletedOperation> completions, int milliseconds)
    {
        Submit();
        var taken = Take(completions);
        if (taken > 0 || milliseconds == 0) return taken;
        _signal.Wait(milliseconds);
        _signal.Reset(); // before the look: what comes after it sets the signal again
        return Take(completions);
    }

    /// <inheritdoc/>
    public void Wake() => _signal.Set();

    /// <inheritdoc/>
    public void Submit()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_free.Count > 0 && _starved.TryDequeue(out var starved)) Await(starved);
        while (_collected.TryDequeue(out var accept)) HandOver(accept.Listener, accept.UserData);
    }

    /// <inheritdoc/>
    public Span<byte> Received(in CompletedOperation completion)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Buffer(completion.BufferId)[..Math.Max(0, completion.Result)];
    }

    /// <inheritdoc/>
    public void Recycle(ushort bufferId)
    {
        if (_disposed) return;
        if (!_lent[bufferId]) throw new InvalidOperationException($"buffer {bufferId} was given back already");
        _lent[bufferId] = false;
        _free.Push(bufferId);
    }

    /// <summary>Ends what is pending. Descriptors that were accepted here are closed, all others stay open.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var endpoint in _endpoints.Values) endpoint.Dispose();
        _endpoints.Clear(); // whoever closes one of them later finds it closed
        foreach (var operation in _immediate.Concat(_finished)) operation.AcceptSocket?.Dispose();
        Pending = 0;
        // The signal is not disposed of: a thread of the runtime may still be on its way here.
    }

    private Span<byte> Buffer(ushort id) => _buffers.AsSpan(id * BufferSize, BufferSize);

    /// <summary>On a thread of the runtime.</summary>
    private void Finished(SocketOperation operation)
    {
        _finished.Enqueue(operation);
        _signal.Set();
    }

    private int Take(Span<CompletedOperation> completions)
    {
        var taken = 0;
        while (taken < completions.Length)
        {
            if (_completed.TryDequeue(out completions[taken]))
            {
                if (!completions[taken++].More) Pending--;
            }
            else if (_immediate.TryDequeue(out var operation) || _finished.TryDequeue(out operation)) Settle(operation);
            else break;
        }

        return taken;
    }

    private void Settle(SocketOperation operation)
    {
        var endpoint = operation.Endpoint;
        if (operation == endpoint.Reader)
        {
            endpoint.Awaits = false;
            if (endpoint.Receiving) ReceiveNow(endpoint, operation.SocketError);
            return;
        }

        if (operation == endpoint.Sender)
        {
            _completed.Enqueue(new CompletedOperation(operation.UserData, Result(operation.SocketError, operation.BytesTransferred), 0));
            return;
        }

        endpoint.Accepting--;
        _completed.Enqueue(new CompletedOperation(operation.UserData, Accepted(operation), 0));
        _accepts.Push(operation);
    }

    private int Accepted(SocketOperation operation)
    {
        var error = Result(operation.SocketError, 0);
        if (error < 0) return error;
        var socket = operation.AcceptSocket!;
        var descriptor = (int)socket.Handle;
        _endpoints[descriptor] = new SocketEndpoint(descriptor, socket) { Accepted = true };
        return descriptor;
    }

    private void HandOver(int listener, ulong userData)
    {
        var endpoint = Endpoint(listener);
        var operation = _accepts.TryPop(out var used) ? used : new SocketOperation(_onFinished);
        (operation.Endpoint, operation.UserData, operation.AcceptSocket) = (endpoint, userData, null);
        endpoint.Accepting++;
        if (!endpoint.Socket.AcceptAsync(operation)) _immediate.Enqueue(operation);
    }

    private void Await(SocketEndpoint endpoint)
    {
        if (!endpoint.Receiving || endpoint.Awaits) return; // cancelled meanwhile, or waiting already for an earlier receive
        endpoint.Awaits = true;
        endpoint.Reader ??= new SocketOperation(_onFinished) { Endpoint = endpoint };
        if (!endpoint.Socket.ReceiveAsync(endpoint.Reader)) _immediate.Enqueue(endpoint.Reader);
    }

    /// <summary>Bytes are there, or the end is.</summary>
    private void ReceiveNow(SocketEndpoint endpoint, SocketError error)
    {
        if (error != SocketError.Success)
        {
            EndReceive(endpoint, Result(error, 0));
            return;
        }

        if (!_free.TryPop(out var id))
        {
            EndReceive(endpoint, -Errno.ENOBUFS);
            return;
        }

        var count = SocketCalls.Receive(endpoint.Descriptor, Buffer(id));
        if (count <= 0)
        {
            _free.Push(id);
            if (count == -Errno.EAGAIN) Await(endpoint);
            else EndReceive(endpoint, count);
            return;
        }

        _lent[id] = true;
        var flags = IoUringCalls.IORING_CQE_F_BUFFER | (uint)id << IoUringCalls.IORING_CQE_BUFFER_SHIFT;
        if (endpoint.Once)
        {
            EndReceive(endpoint, count, flags);
            return;
        }

        _completed.Enqueue(new CompletedOperation(endpoint.UserData, count, flags | IoUringCalls.IORING_CQE_F_MORE));
        Await(endpoint);
    }

    private void EndReceive(SocketEndpoint endpoint, int result, uint flags = 0)
    {
        endpoint.Receiving = false;
        _receives.Remove(endpoint.UserData);
        _completed.Enqueue(new CompletedOperation(endpoint.UserData, result, flags));
    }

    private void Answer(ulong userData, int result)
    {
        if (userData == CompletedOperation.Silent) return;
        Pending++;
        _completed.Enqueue(new CompletedOperation(userData, result, 0));
    }

    private SocketEndpoint Endpoint(int descriptor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_endpoints.TryGetValue(descriptor, out var endpoint)) return endpoint;
        return _endpoints[descriptor] = SocketEndpoint.Duplicate(descriptor, ref _duplicates);
    }

    private void Forget(SocketEndpoint endpoint)
    {
        _endpoints.Remove(endpoint.Descriptor);
        endpoint.Dispose();
    }

    /// <summary>A count, or what the error is as a negated errno.</summary>
    private static int Result(SocketError error, int count) => error switch
    {
        SocketError.Success => count,
        SocketError.OperationAborted or SocketError.Interrupted => -Errno.ECANCELED,
        SocketError.Shutdown => -Errno.EPIPE,
        SocketError.TooManyOpenSockets => -Errno.EMFILE,
        SocketError.NoBufferSpaceAvailable => -Errno.ENOBUFS,
        SocketError.ConnectionAborted => -Errno.ECONNABORTED,
        SocketError.TimedOut => -Errno.ETIMEDOUT,
        SocketError.HostUnreachable => -Errno.EHOSTUNREACH,
        _ => -Errno.ECONNRESET, // whatever else it is, the connection is of no use any more
    };
}
