using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>Runs work on a thread that must survive it, one piece after the other, with nothing of one left for the next.</summary>
/// <param name="report">Receives what a run throws.</param>
internal sealed class Runner(Action<Exception> report)
{
    // As it is on a thread that was started without one. Captured on such a thread; all share it.
    private readonly ExecutionContext? _clean = ExecutionContext.Capture();

    /// <summary>Runs it.</summary>
    /// <param name="run">What to run.</param>
    public void Run(IRunnable run)
    {
        try
        {
            run.Run();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            report(exception);
        }

        ForgetContext();
    }

    /// <summary>What a handler leaves in an AsyncLocal is not for the next connection to find.</summary>
    public void ForgetContext()
    {
        if (_clean is not null && ExecutionContext.Capture() != _clean) ExecutionContext.Restore(_clean);
    }
}
