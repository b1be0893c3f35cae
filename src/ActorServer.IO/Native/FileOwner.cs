using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>Who owns a file: statx(2) on Linux, lstat(2) on macOS and FreeBSD, geteuid(2).</summary>
public static unsafe partial class FileOwner
{
    private const string Libc = "libc";
    private const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint STATX_UID = 8;
    private const int Room = 512; // for a struct statx (256 bytes) or a struct stat (below 256)

    /// <summary>
    /// Whether nobody can put something else in the file's place who could not do anything to this process anyway: it belongs to the user
    /// that the process runs as, or to root. Of a symbolic link, its own owner counts.
    /// </summary>
    /// <param name="path">The file, folder or link.</param>
    /// <exception cref="SystemCallException">It is not there or may not be looked at, or this system does not tell its owner.</exception>
    public static bool IsTrusted(string path)
    {
        var owner = Of(path);
        return owner == 0 || owner == geteuid();
    }

    private static uint Of(string path)
    {
        var file = stackalloc byte[Room];
        int result, at; // where its uid is
        try
        {
            if (OperatingSystem.IsLinux()) (result, at) = (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_UID, file), 20);
            else if (OperatingSystem.IsMacOS()) (result, at) = (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? lstat64(path, file) : lstat(path, file), 16);
            else if (OperatingSystem.IsFreeBSD()) (result, at) = (lstat(path, file), 28);
            else throw Unknown(path);
        }
        catch (EntryPointNotFoundException) // a C library from before 2018 (glibc), 2024 (musl)
        {
            throw Unknown(path);
        }

        if (result < 0) throw new SystemCallException($"stat({path})", Marshal.GetLastPInvokeError());
        return *(uint*)(file + at);
    }

    private static SystemCallException Unknown(string path) => new($"stat({path})", Errno.ENOSYS, "this system does not tell who owns a file");

    [LibraryImport(Libc)]
    private static partial uint geteuid();

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* file);

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lstat(string path, byte* file);

    /// <summary>The one whose struct is as on other processors (stat(2) of macOS, on x86-64).</summary>
    [LibraryImport(Libc, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lstat64(string path, byte* file);
}
