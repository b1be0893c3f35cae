namespace Akka.Dispatch;

/// <summary>A piece of work for an executor.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    /// <summary>Does the work.</summary>
    void Run();
}

/// <summary>Runs an action.</summary>
/// <param name="action">The action.</param>
public sealed class ActionRunnable(Action action) : IRunnable
{
    /// <inheritdoc/>
    public void Run() => action();

    /// <inheritdoc/>
    public void Execute() => action();
}

/// <summary>Runs an action that gets a state, so that the action itself need not be allocated anew.</summary>
/// <param name="action">The action.</param>
/// <param name="state">Its state.</param>
public sealed class ActionWithStateRunnable(Action<object?> action, object? state) : IRunnable
{
    /// <inheritdoc/>
    public void Run() => action(state);

    /// <inheritdoc/>
    public void Execute() => action(state);
}
