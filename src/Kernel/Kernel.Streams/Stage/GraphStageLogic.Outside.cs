using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

public abstract partial class GraphStageLogic
{
    private StageActor? _stageActor;

    /// <summary>Gets the actor that <see cref="GetStageActor"/> has made.</summary>
    protected internal StageActor StageActor => _stageActor ?? throw new InvalidOperationException("GetStageActor must be called first");

    /// <summary>
    /// Makes a delegate that may be called from anywhere, at any time; what it does happens in the stage. It does nothing once the stage is
    /// over.
    /// </summary>
    /// <typeparam name="T">The type of its argument.</typeparam>
    /// <param name="handler">What it does.</param>
    /// <returns>The delegate.</returns>
    protected internal Action<T> GetAsyncCallback<T>(Action<T> handler) => argument => Island.Post(new Callback<T>(this, handler, argument));

    /// <summary>
    /// Makes a delegate that may be called from anywhere, at any time; what it does happens in the stage. It does nothing once the stage is
    /// over.
    /// </summary>
    /// <param name="handler">What it does.</param>
    /// <returns>The delegate.</returns>
    protected internal Action GetAsyncCallback(Action handler)
    {
        var signal = new Callback(this, handler); // says nothing of one call, and so serves for all
        return () => Island.Post(signal);
    }

    /// <summary>Makes an actor whose messages are handled in the stage, or has the one that was made handle them differently.</summary>
    /// <param name="receive">Handles sender and message.</param>
    /// <returns>The actor; it ends with the stage.</returns>
    protected internal StageActor GetStageActor(StageActorRef.Receive receive)
    {
        if (_stageActor is null)
            _stageActor = new StageActor(this, receive);
        else
            _stageActor.Become(receive);
        return _stageActor;
    }

    /// <summary>Ends what the stage has outside its island.</summary>
    internal virtual void StopOutside() => _stageActor?.Stop();

    private sealed class Callback<T>(GraphStageLogic target, Action<T> handler, T argument) : Signal(target)
    {
        public override void Deliver() => handler(argument);
    }

    private sealed class Callback(GraphStageLogic target, Action handler) : Signal(target)
    {
        public override void Deliver() => handler();
    }
}

/// <summary>Names of what a stage's actor is made of.</summary>
public static class StageActorRef
{
    /// <summary>Handles a message.</summary>
    /// <param name="args">Sender and message.</param>
    public delegate void Receive((IActorRef Sender, object Message) args);
}
