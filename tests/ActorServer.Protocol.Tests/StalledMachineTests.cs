using System.Diagnostics;

namespace ActorServer.Protocol.Tests;

/// <summary>The test framework itself: it stands here because no test of this project has a deadline that a stop of the process could break.</summary>
public sealed class StalledMachineTests
{
    private static int s_runs;

    [Fact]
    public void A_test_that_fails_while_the_machine_stands_still_is_judged_again()
    {
        if (++s_runs == 2) return;
        using var stop = Process.Start("sh", ["-c", $"kill -STOP {Environment.ProcessId}; sleep 0.2; kill -CONT {Environment.ProcessId}"]);
        stop.WaitForExit();
        Assert.Fail("the process was stopped, so this must not count");
    }
}
