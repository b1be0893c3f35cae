namespace ActorServer.Protocol.Http1;

/// <summary>
/// Workspaces that nobody uses. Each thread has two magazines of its own, and takes and gives without a lock; what one thread only takes
/// and another only gives moves between them a full magazine at a time (Bonwick and Adams, "Magazines and Vmem", USENIX 2001). Those that
/// are taken next keep their buffers; those below give them back.
/// </summary>
internal static class Workspaces
{
    /// <summary>Full magazines that are kept for other threads, at most; what is given beyond is the garbage collector's.</summary>
    private const int MaxFull = 64;

    /// <summary>So many of a magazine keep their buffers.</summary>
    private const int Warm = 4;

    private static readonly Lock Gate = new();
    private static readonly Stack<Magazine> Full = new();
    private static readonly Stack<Magazine> Empty = new();

    private static int s_full; // as many as there were at the last look under the lock

    [ThreadStatic]
    private static Magazine? t_loaded;

    [ThreadStatic]
    private static Magazine? t_previous;

    /// <summary>One that was used before, or a new one.</summary>
    public static Workspace Take(HttpOptions options)
    {
        var magazine = t_loaded ??= new Magazine();
        if (magazine.IsEmpty) magazine = Reload(magazine);
        // One of another server in the same process is given up.
        return magazine.TryPop() is { } workspace && ReferenceEquals(workspace.Options, options) ? workspace : new Workspace(options);
    }

    /// <summary>Gives one back, empty. Nobody may have anything of it any more.</summary>
    public static void Give(Workspace workspace)
    {
        var magazine = t_loaded ??= new Magazine();
        if (magazine.IsFull) magazine = Unload(magazine);
        magazine.Push(workspace);
    }

    private static Magazine Reload(Magazine empty)
    {
        (t_loaded, t_previous) = (t_previous ?? new Magazine(), empty);
        if (!t_loaded.IsEmpty || Volatile.Read(in s_full) == 0) return t_loaded;
        lock (Gate)
        {
            if (!Full.TryPop(out var full)) return t_loaded;
            s_full = Full.Count;
            Empty.Push(t_loaded);
            return t_loaded = full;
        }
    }

    private static Magazine Unload(Magazine full)
    {
        (t_loaded, t_previous) = (t_previous ?? new Magazine(), full);
        if (!t_loaded.IsFull) return t_loaded;
        lock (Gate)
        {
            if (Full.Count == MaxFull)
            {
                t_loaded.Clear();
                return t_loaded;
            }

            Full.Push(t_loaded);
            s_full = Full.Count;
            return t_loaded = Empty.TryPop(out var empty) ? empty : new Magazine();
        }
    }

    private sealed class Magazine
    {
        private readonly Workspace?[] _rounds = new Workspace?[32];
        private int _count;

        public bool IsEmpty => _count == 0;

        public bool IsFull => _count == _rounds.Length;

        public void Push(Workspace workspace)
        {
            if (_count >= Warm) _rounds[_count - Warm]!.Release();
            _rounds[_count++] = workspace;
        }

        public Workspace? TryPop()
        {
            if (_count == 0) return null;
            var workspace = _rounds[--_count];
            _rounds[_count] = null;
            return workspace;
        }

        public void Clear()
        {
            Array.Clear(_rounds);
            _count = 0;
        }
    }
}
