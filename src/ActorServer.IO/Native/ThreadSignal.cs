using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>
/// Ends a system call that another thread waits in: the call returns EINTR, and nothing else happens to anybody (signal(7), "Interruption
/// of system calls"). The signal is SIGURG, which nobody sends to a process without having been asked to, and which is ignored where it is
/// not handled.
/// </summary>
/// <remarks>
/// A signal that comes just before the call begins is lost, so that whoever must be heard sends it again until it was.
/// </remarks>
public static partial class ThreadSignal
{
    private const string Libc = "libc";
    private const int Failed = -1; // SIG_ERR

    private static readonly int Signal = OperatingSystem.IsLinux() ? 23 : 16; // SIGURG

    // Of the process, not of a server: a signal has one disposition. Installed with the first use.
    private static readonly bool Installed = Install();

    [LibraryImport(Libc)]
    private static partial nint pthread_self();

    [LibraryImport(Libc)]
    private static partial int pthread_kill(nint thread, int signal);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint signal(int signal, nint handler);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int siginterrupt(int signal, int interrupts);

    /// <summary>The calling thread, for <see cref="Send"/>. From here on its calls can be interrupted.</summary>
    public static nint CurrentThread => Installed ? pthread_self() : 0;

    /// <summary>Interrupts the system call that a thread waits in, if it does.</summary>
    /// <param name="thread">Of <see cref="CurrentThread"/>; it must not have ended.</param>
    public static void Send(nint thread) => _ = pthread_kill(thread, Signal);

    private static bool Install()
    {
        // Managed code must not run in a signal's handler. A function of the C library that takes a number and changes nothing serves as one.
        var nothing = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "abs");
        if (signal(Signal, nothing) == Failed) throw new SystemCallException("signal(SIGURG)", Marshal.GetLastPInvokeError());
        if (siginterrupt(Signal, 1) < 0) throw new SystemCallException("siginterrupt(SIGURG)", Marshal.GetLastPInvokeError());
        return true;
    }
}
