using System.Runtime.InteropServices;
using System.Text;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.ProcessCalls;

namespace ActorServer.IO.Processes;

/// <summary>
/// A process that this one has started and must reap. It is a fresh program, not a copy of this one: a managed process that forks leaves
/// the child without the runtime's other threads (posix_spawn(3) instead of fork(2)).
/// </summary>
/// <remarks>
/// The child gets standard output and error, the descriptors that it is given, and nothing else: every descriptor of this library is
/// closed on exec. It leads a process group of its own, so that Ctrl+C at a terminal reaches the parent alone, which then tells it.
/// </remarks>
public sealed unsafe class ChildProcess : IDisposable
{
    /// <summary>The number of the first given descriptor in the child; 0 to 2 are standard input (empty), output and error.</summary>
    public const int FirstDescriptor = 3;

    private readonly Lock _gate = new();
    private ChildEnd? _end;
    private bool _disposed;

    private ChildProcess(int id, int descriptor) => (Id, Descriptor) = (id, descriptor);

    /// <summary>The process id; another process may have it once <see cref="TryReap"/> has returned the end.</summary>
    public int Id { get; }

    /// <summary>A descriptor that becomes readable when the process ends (pidfd_open(2)); a poller can watch it.</summary>
    public int Descriptor { get; }

    /// <summary>In a child: takes over a descriptor that it was given. Programs that it starts itself do not get it.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <returns>The descriptor, owned by the caller.</returns>
    /// <exception cref="SystemCallException">There is none: the process was not started as a child.</exception>
    public static int Given(int index)
    {
        var descriptor = FirstDescriptor + index;
        if (SocketCalls.fcntl(descriptor, SocketCalls.F_SETFD, SocketCalls.FD_CLOEXEC) >= 0) return descriptor;
        throw new SystemCallException($"fcntl({descriptor})", Marshal.GetLastPInvokeError(), "the process must be started by a server, as one of its workers");
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">The path of an executable file.</param>
    /// <param name="arguments">Its arguments, without its own name.</param>
    /// <param name="environment">Variables beside, or instead of, this process's own.</param>
    /// <param name="descriptors">What it finds open as 3, 4 …; they stay this process's, too.</param>
    /// <exception cref="SystemCallException">It cannot be started: no such file, too many processes, no memory.</exception>
    public static ChildProcess Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, params ReadOnlySpan<int> descriptors)
    {
        using var strings = new NativeStrings();
        byte* actions = stackalloc byte[Opaque], attributes = stackalloc byte[Opaque], signals = stackalloc byte[Opaque];
        Check("posix_spawn_file_actions_init", posix_spawn_file_actions_init(actions));
        Check("posix_spawnattr_init", posix_spawnattr_init(attributes));
        try
        {
            Check("posix_spawn_file_actions_addopen", posix_spawn_file_actions_addopen(actions, 0, strings.Add("/dev/null"), O_RDONLY, 0));
            // Two steps, by way of numbers above all of them: the first target may be the second source.
            var above = FirstDescriptor + descriptors.Length;
            foreach (var descriptor in descriptors) above = Math.Max(above, descriptor + 1);
            for (var i = 0; i < descriptors.Length; i++)
                Check("posix_spawn_file_actions_adddup2", posix_spawn_file_actions_adddup2(actions, descriptors[i], above + i));
            for (var i = 0; i < descriptors.Length; i++)
                Check("posix_spawn_file_actions_adddup2", posix_spawn_file_actions_adddup2(actions, above + i, FirstDescriptor + i));
            for (var i = 0; i < descriptors.Length; i++)
                Check("posix_spawn_file_actions_addclose", posix_spawn_file_actions_addclose(actions, above + i));
            Check("posix_spawn_file_actions_addclosefrom_np", AddCloseFrom(actions, FirstDescriptor + descriptors.Length));

            Check("posix_spawnattr_setpgroup", posix_spawnattr_setpgroup(attributes, 0));
            _ = sigfillset(signals);
            Check("posix_spawnattr_setsigdefault", posix_spawnattr_setsigdefault(attributes, signals));
            _ = sigemptyset(signals);
            Check("posix_spawnattr_setsigmask", posix_spawnattr_setsigmask(attributes, signals));
            Check("posix_spawnattr_setflags", posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));

            var variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
                .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
            foreach (var (name, value) in environment) variables[name] = value;
            int pid;
            var errno = posix_spawn(&pid, strings.Add(program), actions, attributes,
                strings.Array([program, .. arguments]), strings.Array([.. variables.Select(pair => $"{pair.Key}={pair.Value}")]));
            Check($"posix_spawn({program})", errno);
            // Nobody else reaps it, so that the number is still its own.
            var process = OpenProcess(pid);
            if (process >= 0) return new ChildProcess(pid, process);
            _ = kill(pid, SIGKILL);
            _ = waitpid(pid, null, 0);
            throw new SystemCallException("pidfd_open", -process, "raise the limit of open files (ulimit -n)");
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Takes note of its end, if it has ended: a process that nobody reaps stays in the table as a zombie.</summary>
    /// <param name="end">How it ended.</param>
    /// <returns>Whether it has ended.</returns>
    /// <exception cref="SystemCallException">waitpid(2) failed: somebody else has reaped the child.</exception>
    public bool TryReap(out ChildEnd end)
    {
        lock (_gate) // a signal must not go to the next process of this number
        {
            if (_end is null)
            {
                int status;
                var pid = waitpid(Id, &status, WNOHANG);
                if (pid < 0) throw new SystemCallException($"waitpid({Id})", Marshal.GetLastPInvokeError());
                // wait(2): the low seven bits are the signal, the next byte the exit code.
                if (pid == Id) _end = (status & 0x7f) == 0 ? new ChildEnd((status >> 8) & 0xff, 0) : new ChildEnd(-1, status & 0x7f);
            }

            end = _end.GetValueOrDefault();
            return _end is not null;
        }
    }

    /// <summary>Sends a signal, unless it has ended and was reaped.</summary>
    /// <param name="signal">Its number (signal(7)).</param>
    public void Kill(int signal)
    {
        lock (_gate)
        {
            if (_end is null) _ = kill(Id, signal);
        }
    }

    /// <summary>Closes the descriptor, once, and not before it was reaped: nobody would notice its end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed) _ = SocketCalls.close(Descriptor);
            _disposed = true;
        }
    }

    private static void Check(string call, int errno)
    {
        if (errno != 0) throw new SystemCallException(call, errno, errno == Errno.EAGAIN ? "raise the limit of processes (ulimit -u)" : null);
    }

    /// <summary>Strings as the C library wants them, freed together.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            var block = (byte*)NativeMemory.Alloc((nuint)Encoding.UTF8.GetByteCount(text) + 1);
            _blocks.Add((nint)block);
            block[Encoding.UTF8.GetBytes(text, new Span<byte>(block, Encoding.UTF8.GetByteCount(text)))] = 0;
            return block;
        }

        public byte** Array(IReadOnlyList<string> texts)
        {
            var array = (byte**)NativeMemory.Alloc((nuint)(texts.Count + 1) * (nuint)sizeof(byte*));
            _blocks.Add((nint)array);
            for (var i = 0; i < texts.Count; i++) array[i] = Add(texts[i]);
            array[texts.Count] = null;
            return array;
        }

        public void Dispose()
        {
            foreach (var block in _blocks) NativeMemory.Free((void*)block);
        }
    }
}

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">What it returned, or -1 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it (signal(7)), or 0.</param>
public readonly record struct ChildEnd(int ExitCode, int Signal)
{
    /// <inheritdoc/>
    public override string ToString() => Signal == 0 ? $"exit code {ExitCode}" : $"signal {Signal}";
}
