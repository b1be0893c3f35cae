using System.Collections.Concurrent;

namespace Kernel.Actor.Tests;

/// <summary>A synchronization context with one thread, as a user interface has it.</summary>
internal sealed class OneThreadContext : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public OneThreadContext()
    {
        Thread = new Thread(() =>
        {
            SetSynchronizationContext(this);
            foreach (var action in _work.GetConsumingEnumerable())
                action();
        }) { IsBackground = true };
        Thread.Start();
    }

    public Thread Thread { get; }

    public override void Post(SendOrPostCallback d, object? state) => _work.Add(() => d(state));

    /// <summary>Runs an asynchronous action on a context of its own.</summary>
    public static async Task<T> Run<T>(Func<Task<T>> action)
    {
        using var context = new OneThreadContext();
        var started = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ => started.SetResult(action()), null);
        return await await started.Task;
    }

    public void Dispose() => _work.CompleteAdding();
}
