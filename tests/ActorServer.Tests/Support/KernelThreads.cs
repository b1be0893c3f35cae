using System.Globalization;

namespace ActorServer.Tests.Support;

/// <summary>What Linux shows of the threads of this process (proc(5)).</summary>
internal static class KernelThreads
{
    // By number on x86-64 and in the generic table of other processors.
    private static readonly string[] Epoll = ["232", "281", "22", "441"], Futex = ["202", "98", "449"], Receive = ["45", "207"];

    public static bool WaitsInEpoll(int tid) => Epoll.Contains(Call(tid));

    public static bool WaitsInFutex(int tid) => Futex.Contains(Call(tid));

    /// <summary>Whether the thread waits until it is woken, and not for a moment, as in a garbage collection.</summary>
    public static bool IsParked(int tid)
    {
        var before = Switches(tid);
        Thread.Sleep(10);
        return WaitsInFutex(tid) && Switches(tid) == before;
    }

    public static bool WaitsInReceive(int tid) => Receive.Contains(Call(tid));

    /// <summary>Whether the thread, of whichever process, waits in poll(2), or ppoll(2), for as long as it takes; not once it was woken.</summary>
    public static bool PollsForever(int tid) => File.ReadAllText($"/proc/{tid}/syscall").Split(' ') is ["7", _, _, "0xffffffff" or "0xffffffffffffffff", ..] or ["73", _, _, "0x0", ..];

    /// <summary>Whether the thread is alive; its number may become another's later on.</summary>
    public static bool Exists(int tid) => Directory.Exists($"/proc/self/task/{tid}");

    public static string Name(int tid) => File.ReadAllText($"/proc/self/task/{tid}/comm").TrimEnd();

    /// <summary>The names of all threads of this process.</summary>
    public static IReadOnlyList<string> Names() => [.. Of("self").Select(thread => thread.Name)];

    /// <summary>The first thread of another process that has a name; 0 if none has.</summary>
    public static int Find(int pid, string name) => Of(pid.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(thread => thread.Name == name).Tid;

    /// <summary>Whether the thread's policy is SCHED_BATCH: the 41st field of its stat, of which the second may have spaces.</summary>
    public static bool InterruptsNobody(int tid) => File.ReadAllText($"/proc/self/task/{tid}/stat").Split(") ")[^1].Split(' ')[41 - 3] == "3";

    /// <summary>How often the thread got or gave up a processor.</summary>
    public static long Switches(int tid) => File.ReadLines($"/proc/self/task/{tid}/status")
        .Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture));

    /// <summary>Those that were in the poller's wait together, at one moment: each was in it, and was not scheduled before or after the look at all of them.</summary>
    public static IReadOnlyList<int> InEpollAtOnce(IReadOnlyCollection<int> tids)
    {
        var before = tids.ToDictionary(tid => tid, Switches);
        var waiting = tids.Where(WaitsInEpoll).ToList();
        return [.. waiting.Where(tid => Switches(tid) == before[tid])];
    }

    /// <summary>The one thread that sat in the poller's wait all the while; 0 if none did.</summary>
    public static int SleepsInEpoll(IReadOnlyCollection<int> tids, TimeSpan during)
    {
        var before = tids.Where(WaitsInEpoll).ToDictionary(tid => tid, Switches);
        Thread.Sleep(during);
        return before.Keys.SingleOrDefault(tid => WaitsInEpoll(tid) && Switches(tid) == before[tid]);
    }

    /// <summary>The threads of a process; one that ends meanwhile has no name any more.</summary>
    private static List<(int Tid, string Name)> Of(string process)
    {
        var threads = new List<(int, string)>();
        foreach (var task in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                threads.Add((int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), File.ReadAllText($"{task}/comm").TrimEnd()));
            }
            catch (IOException)
            {
                // it has ended
            }
        }

        return threads;
    }

    private static string Call(int tid) => File.ReadAllText($"/proc/self/task/{tid}/syscall").Split(' ')[0];
}
