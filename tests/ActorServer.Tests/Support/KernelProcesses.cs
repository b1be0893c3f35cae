using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorServer.Tests.Support;

/// <summary>What Linux shows of processes (proc(5)).</summary>
internal static class KernelProcesses
{
    public const int SIGHUP = 1, SIGKILL = 9, SIGSEGV = 11, SIGTERM = 15, SIGCONT = 18, SIGSTOP = 19;

    /// <summary>All processes.</summary>
    public static IEnumerable<int> All => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var number) ? number : 0)
        .Where(number => number > 0);

    /// <summary>The children of a process, zombies included.</summary>
    public static IReadOnlyList<int> ChildrenOf(int pid) => [.. All
        .Where(number => Stat(number) is { } stat && stat[1] == pid.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Whether this process ignores a signal (proc(5), SigIgn); the processes that it starts do so too.</summary>
    public static bool Ignores(int signal)
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    /// <summary>What a process was started as; empty when it is gone, or another user's.</summary>
    public static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static bool Exists(int pid) => Directory.Exists($"/proc/{pid}");

    public static bool IsZombie(int pid) => Stat(pid) is ["Z", ..];

    /// <summary>The inodes of the sockets that listen on a port.</summary>
    public static IReadOnlyList<string> Listening(int port) => [.. File.ReadLines("/proc/self/net/tcp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(field => field[3] == "0A" && int.Parse(field[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port)
        .Select(field => field[9])];

    /// <summary>Whether a process has a socket open.</summary>
    public static bool Holds(int pid, string inode)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget == $"socket:[{inode}]");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false; // it is gone, or another user's
        }
    }

    public static void Send(int pid, int signal) => Assert.Equal(0, kill(pid, signal));

    /// <summary>State, parent … of a process; null when it is gone.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
