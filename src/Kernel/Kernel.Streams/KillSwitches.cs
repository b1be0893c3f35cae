using Akka.Streams.Implementation.Stages;
using Akka.Streams.Stage;

namespace Akka.Streams;

/// <summary>Ends streams from outside.</summary>
public interface IKillSwitch
{
    /// <summary>Completes downstream and cancels upstream.</summary>
    void Shutdown();

    /// <summary>Fails downstream and cancels upstream.</summary>
    /// <param name="cause">Why.</param>
    void Abort(Exception cause);
}

/// <summary>Ends one stream.</summary>
public sealed class UniqueKillSwitch : IKillSwitch
{
    private readonly TaskCompletionSource _end;

    internal UniqueKillSwitch(TaskCompletionSource end) => _end = end;

    /// <inheritdoc/>
    public void Shutdown() => _end.TrySetResult();

    /// <inheritdoc/>
    public void Abort(Exception cause) => _end.TrySetException(cause);
}

/// <summary>Ends any number of streams, later ones too.</summary>
public sealed class SharedKillSwitch : IKillSwitch
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SharedKillSwitch(string name) => Name = name;

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public void Shutdown() => _end.TrySetResult();

    /// <inheritdoc/>
    public void Abort(Exception cause) => _end.TrySetException(cause);

    /// <summary>Makes a flow that this switch ends.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <returns>The flow.</returns>
    public IGraph<FlowShape<T, T>, SharedKillSwitch> Flow<T>() => new KillSwitchFlow<T, SharedKillSwitch>(() => (_end.Task, this));

    /// <inheritdoc/>
    public override string ToString() => $"KillSwitch({Name})";
}

/// <summary>Makes kill switches.</summary>
public static class KillSwitches
{
    /// <summary>Makes a switch for any number of streams.</summary>
    /// <param name="name">A name.</param>
    /// <returns>The switch.</returns>
    public static SharedKillSwitch Shared(string name) => new(name);

    /// <summary>Makes a flow with a switch of its own for each run.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <returns>The flow.</returns>
    public static IGraph<FlowShape<T, T>, UniqueKillSwitch> Single<T>() => new KillSwitchFlow<T, UniqueKillSwitch>(static () =>
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (end.Task, new UniqueKillSwitch(end));
    });

    /// <summary>Makes a flow that a cancellation token ends.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="cancellationToken">The token.</param>
    /// <param name="cancelGracefully">Whether to complete rather than to fail.</param>
    /// <returns>The flow.</returns>
    public static IGraph<FlowShape<T, T>, NotUsed> AsFlow<T>(this CancellationToken cancellationToken, bool cancelGracefully = false) =>
        new KillSwitchFlow<T, NotUsed>(() =>
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            cancellationToken.Register(() =>
            {
                if (cancelGracefully)
                    end.TrySetResult();
                else
                    end.TrySetException(new OperationCanceledException(cancellationToken));
            });
            return (end.Task, NotUsed.Instance);
        });
}

/// <summary>Hands elements on until a task ends it.</summary>
internal sealed class KillSwitchFlow<T, TMat>(Func<(Task End, TMat Value)> start) : FlowStage<T, T, TMat>
{
    public override ILogicAndMaterializedValue<TMat> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var (end, value) = start();
        return new LogicAndMaterializedValue<TMat>(new Logic(this, end, inheritedAttributes), value);
    }

    private sealed class Logic(KillSwitchFlow<T, TMat> stage, Task end, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private readonly CancellationTokenSource _over = new();

        public override void PreStart()
        {
            if (end.IsCompleted)
            {
                Ended(end);
                return;
            }

            var ended = GetAsyncCallback<Task>(Ended);
            _ = end.ContinueWith(ended, _over.Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public override void OnPush() => Push(Out, Grab(In));

        public override void PostStop() => _over.Cancel();

        private void Ended(Task task)
        {
            if (task.IsCompletedSuccessfully)
                CompleteStage();
            else
                FailStage(Completion.Cause(task));
        }
    }
}
