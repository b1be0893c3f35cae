using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>Facts about the running thread that only the kernel knows.</summary>
public static partial class ThreadCalls
{
    [ThreadStatic]
    private static int cached;

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int pthread_threadid_np(nint thread, out ulong id);

    /// <summary>
    /// The kernel's id of the calling thread (gettid(2)), as <c>/proc/PID/task</c> and <c>top -H</c> show it; asked for once per thread.
    /// </summary>
    public static int CurrentThreadId => cached != 0 ? cached : cached = Ask();

    private static int Ask()
    {
        if (OperatingSystem.IsLinux()) return gettid();
        return OperatingSystem.IsMacOS() && pthread_threadid_np(0, out var id) == 0 ? (int)id : Environment.CurrentManagedThreadId;
    }
}
