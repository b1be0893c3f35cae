namespace ActorServer.IO.Tests;

/// <summary>A thread that does one thing and ends, for what is a thread's own.</summary>
internal static class OwnThread
{
    /// <summary>Runs an action, on a thread of its own, to its end; what it throws fails the test.</summary>
    public static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
