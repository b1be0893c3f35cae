namespace ActorServer.IO.Native;

/// <summary>A system call failed. The message names the call, its subject, the errno and, where there is one, the operator's way out.</summary>
public sealed class SystemCallException : IOException
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="call">The call with its subject, e.g. <c>bind(127.0.0.1:80)</c>.</param>
    /// <param name="errno">The errno that the call left.</param>
    /// <param name="advice">What the operator can do, or null.</param>
    public SystemCallException(string call, int errno, string? advice = null)
        : base($"{call}: {Native.Errno.Name(errno)} ({Native.Errno.Text(errno)}){(advice is null ? "" : $"; {advice}")}")
    {
        Call = call;
        Errno = errno;
    }

    /// <summary>The call with its subject.</summary>
    public string Call { get; }

    /// <summary>The errno that the call left; compare with <see cref="Native.Errno"/>.</summary>
    public int Errno { get; }
}
