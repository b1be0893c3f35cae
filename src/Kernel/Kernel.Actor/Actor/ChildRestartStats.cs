using Akka.Util;

namespace Akka.Actor;

/// <summary>What a supervisor remembers of a child's restarts.</summary>
public class ChildRestartStats
{
    private TimeSpan? _windowStart;

    /// <summary>Creates the memory of a child that has not failed yet.</summary>
    /// <param name="child">The child.</param>
    public ChildRestartStats(IInternalActorRef child) => Child = child;

    /// <summary>The child.</summary>
    public IInternalActorRef Child { get; }

    /// <summary>The child's incarnation.</summary>
    public long Uid => Child.Path.Uid;

    /// <summary>Restarts so far; in the present window if there is one.</summary>
    public int MaxNrOfRetriesCount { get; private set; }

    /// <summary>Whether the child may be restarted once more; counts that restart.</summary>
    /// <param name="maxNrOfRetries">How many restarts are allowed; negative for any number.</param>
    /// <param name="withinTimeMilliseconds">In which time; 0 or less for ever.</param>
    /// <returns>True when it may.</returns>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds) =>
        RequestRestartPermission(maxNrOfRetries, withinTimeMilliseconds, MonotonicClock.Elapsed);

    internal bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds, TimeSpan now)
    {
        if (maxNrOfRetries == 0)
            return false;
        var hasWindow = withinTimeMilliseconds > 0;
        if (maxNrOfRetries < 0 && !hasWindow)
            return true;
        if (hasWindow)
        {
            _windowStart ??= now;
            if (now - _windowStart > TimeSpan.FromMilliseconds(withinTimeMilliseconds))
            {
                // The window is over: this restart is the first of the next one.
                _windowStart = now;
                MaxNrOfRetriesCount = 1;
                return true;
            }
        }

        MaxNrOfRetriesCount++;
        // A window without a number means one restart in it.
        return MaxNrOfRetriesCount <= (maxNrOfRetries < 0 ? 1 : maxNrOfRetries);
    }
}
