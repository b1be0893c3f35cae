using System.Globalization;

namespace ActorServer.Tests.Support;

/// <summary>What a process and its children hold (proc(5)). Threads of the runtime come and go by its own rules, and are left out.</summary>
internal sealed record ProcessCounts(int Processes, int Descriptors, int Threads, long ResidentMegabytes)
{
    public static ProcessCounts Of(int pid)
    {
        int[] tree = [pid, .. KernelProcesses.ChildrenOf(pid)];
        return new ProcessCounts(tree.Length, tree.Sum(DescriptorsOf), tree.Sum(ThreadsOf), tree.Sum(Resident) >> 20);
    }

    private static int DescriptorsOf(int pid) => Look(() => Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Count());

    private static int ThreadsOf(int pid) => Look(() => Directory.EnumerateDirectories($"/proc/{pid}/task")
        .Count(task => Look(() => File.ReadAllText($"{task}/comm").StartsWith(".NET", StringComparison.Ordinal) ? 0 : 1) == 1));

    private static long Resident(int pid) => Look(() => long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize);

    /// <summary>A number, or 0 of a process or thread that has ended meanwhile.</summary>
    private static T Look<T>(Func<T> look) where T : struct
    {
        try
        {
            return look();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
