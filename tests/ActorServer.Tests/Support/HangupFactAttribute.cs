namespace ActorServer.Tests.Support;

/// <summary>A test that sends SIGHUP to a server; one that was started where it is ignored, as nohup(1) does, ignores it.</summary>
internal sealed class HangupFactAttribute : FactAttribute
{
    public HangupFactAttribute() => Skip = OperatingSystem.IsLinux() && KernelProcesses.Ignores(KernelProcesses.SIGHUP) ? "SIGHUP is ignored here (nohup?)" : null;
}
