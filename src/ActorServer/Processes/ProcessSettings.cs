using ActorServer.Configuration;

namespace ActorServer.Processes;

/// <summary>How worker processes are started, watched and replaced: <c>actor-server.processes</c>.</summary>
/// <param name="Executable">What is started; empty is the command <c>actorserver</c>.</param>
/// <param name="StartTimeout">Until a process must be ready.</param>
/// <param name="Heartbeat">How often each is asked whether it is alive, and looked at.</param>
/// <param name="HeartbeatTimeout">How long it may take to answer.</param>
/// <param name="MinBackoff">Before a process that has ended without having served, or for the second time, is started again.</param>
/// <param name="MaxBackoff">The same, for one that ends again and again.</param>
/// <param name="MaxRestarts">How often a process may be started again within the window.</param>
/// <param name="RestartWindow">The window; who lives longer starts afresh.</param>
public sealed record ProcessSettings(
    string Executable, TimeSpan StartTimeout, TimeSpan Heartbeat, TimeSpan HeartbeatTimeout,
    TimeSpan MinBackoff, TimeSpan MaxBackoff, int MaxRestarts, TimeSpan RestartWindow)
{
    /// <summary>How long to wait before the next start.</summary>
    /// <param name="failures">How often it has failed by now; 0 of one that has served, which is started again at once.</param>
    internal TimeSpan Backoff(int failures)
    {
        if (failures == 0) return TimeSpan.Zero;
        var delay = MinBackoff * Math.Pow(2, Math.Min(failures - 1, 30));
        return delay < MaxBackoff ? delay : MaxBackoff;
    }

    internal static ProcessSettings Read(SettingsReader reader) => new(
        reader.Text("executable"),
        reader.Duration("start-timeout", mayBeZero: false),
        reader.Duration("heartbeat", mayBeZero: false),
        reader.Duration("heartbeat-timeout", mayBeZero: false),
        reader.Duration("min-backoff", mayBeZero: false),
        reader.Duration("max-backoff", mayBeZero: false),
        reader.Number("max-restarts", least: 0),
        reader.Duration("restart-window", mayBeZero: false));
}
