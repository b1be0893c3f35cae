using System.Globalization;
using System.Runtime.Versioning;

namespace ActorServer.Bench.Servers;

/// <summary>What a process and all its descendants have used, as the kernel's records in <c>/proc</c> tell (proc(5)).</summary>
/// <param name="Processes">How many they are.</param>
/// <param name="Threads">Their threads.</param>
/// <param name="Cpu">Processor time of all of them in seconds, user and system, with that of children that have ended and were reaped.</param>
/// <param name="Memory">
/// Resident memory in bytes: what each has to itself, and, once, the most that one of them shares. Of a single process that is its RSS.
/// (The proportional size, PSS, would become less by the other servers of the experiment, which share the same runtime.)
/// </param>
[SupportedOSPlatform("linux")]
public sealed record ProcessTree(int Processes, int Threads, double Cpu, long Memory)
{
    // USER_HZ: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads a tree as it is now.</summary>
    /// <param name="root">The process id at its top.</param>
    /// <param name="memory">Whether to ask for the memory as well, which takes milliseconds.</param>
    public static ProcessTree Read(int root, bool memory)
    {
        var children = new Dictionary<int, List<int>>();
        var stats = new Dictionary<int, string[]>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || Stat(pid) is not { } stat) continue;
            stats[pid] = stat;
            var parent = int.Parse(stat[1]);
            if (!children.TryGetValue(parent, out var siblings)) children[parent] = siblings = [];
            siblings.Add(pid);
        }

        var tree = new ProcessTree(0, 0, 0, 0);
        var shared = 0L;
        var waiting = new Queue<int>([root]);
        while (waiting.TryDequeue(out var pid))
        {
            if (!stats.TryGetValue(pid, out var stat)) continue;
            var (resident, own) = memory ? Sizes(pid, long.Parse(stat[21]) * Environment.SystemPageSize) : (0, 0);
            shared = Math.Max(shared, resident - own);
            tree = new ProcessTree(tree.Processes + 1, tree.Threads + int.Parse(stat[17]), tree.Cpu + stat[11..15].Sum(long.Parse) / TicksPerSecond, tree.Memory + own);
            foreach (var child in children.GetValueOrDefault(pid, [])) waiting.Enqueue(child);
        }

        return tree with { Memory = tree.Memory + shared };
    }

    /// <summary>The fields of <c>/proc/PID/stat</c> from the third (state) on; null when the process is gone.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            // The second field is the name, in brackets, and may hold anything.
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException) // it has ended since the folder was listed
        {
            return null;
        }
    }

    /// <summary>Resident and private bytes; where the kernel does not tell what is private, all of it.</summary>
    private static (long Resident, long Own) Sizes(int pid, long resident)
    {
        try
        {
            var (total, own) = (0L, 0L);
            foreach (var line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
            {
                if (line.StartsWith("Rss:", StringComparison.Ordinal)) total = Kibibytes(line);
                if (line.StartsWith("Private_", StringComparison.Ordinal)) own += Kibibytes(line);
            }

            return total > 0 ? (total * 1024, own * 1024) : (resident, resident);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return (resident, resident); // it has ended meanwhile, or belongs to somebody else
        }

        static long Kibibytes(string line) => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
