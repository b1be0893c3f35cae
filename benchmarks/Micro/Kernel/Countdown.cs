using Akka.Actor;

namespace Micro.Kernel;

/// <summary>Completes a task at the last of so many calls of <see cref="One"/>, which come one at a time.</summary>
internal sealed class Countdown
{
    private TaskCompletionSource _done = new();
    private int _left;

    /// <summary>Begins; before the work that counts is handed over.</summary>
    /// <param name="count">How many calls complete the task.</param>
    public Task From(int count)
    {
        _left = count;
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    /// <summary>One is done.</summary>
    public void One()
    {
        if (--_left == 0) _done.SetResult();
    }
}

/// <summary>Counts its messages.</summary>
internal sealed class Counter(Countdown countdown) : UntypedActor
{
    protected override void OnReceive(object message) => countdown.One();
}
