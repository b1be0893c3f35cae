using System.Globalization;
using System.Runtime.Versioning;

namespace ActorServer.Bench.Servers;

/// <summary>What a process and all its descendants have used, as the kernel's records in <c>/proc</c> tell (proc(5)).</summary>
/// <param name="Processes">How many they are.</param>
/// <param name="Threads">Their threads.</param>
/// <param name="Cpu">Processor time of all of them in seconds, user and system, with that of children that have ended and were reaped.</param>
/// <param name="Resident">Resident memory in bytes; what several of them share counts once for each (RSS).</param>
/// <param name="Proportional">Resident memory in bytes, with what is shared divided among those who share it (PSS); 0 when the kernel does not tell.</param>
[SupportedOSPlatform("linux")]
public sealed record ProcessTree(int Processes, int Threads, double Cpu, long Resident, long Proportional)
{
    // USER_HZ: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads a tree as it is now.</summary>
    /// <param name="root">The process id at its top.</param>
    /// <param name="memory">Whether to ask for the proportional memory as well, which takes milliseconds.</param>
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

        var tree = new ProcessTree(0, 0, 0, 0, 0);
        var waiting = new Queue<int>([root]);
        while (waiting.TryDequeue(out var pid))
        {
            if (!stats.TryGetValue(pid, out var stat)) continue;
            tree = new ProcessTree(
                tree.Processes + 1,
                tree.Threads + int.Parse(stat[17]),
                tree.Cpu + stat[11..15].Sum(long.Parse) / TicksPerSecond,
                tree.Resident + long.Parse(stat[21]) * Environment.SystemPageSize,
                tree.Proportional + (memory ? Pss(pid) : 0));
            foreach (var child in children.GetValueOrDefault(pid, [])) waiting.Enqueue(child);
        }

        return tree;
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

    private static long Pss(int pid)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
            {
                if (line.StartsWith("Pss:", StringComparison.Ordinal)) return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else: the resident memory is known all the same.
        }

        return 0;
    }
}
