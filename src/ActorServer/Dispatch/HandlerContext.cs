using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// A connection's place on an event loop. It tells the loop's watch whose handler has the thread; and where the loop promises that
/// handlers stay on its thread, it is the synchronization context that they continue on: after an <c>await</c> the rest of a handler is
/// a callback of the loop like any other, so that handlers need no locks. One per connection, made when it opens.
/// </summary>
public sealed class HandlerContext : SynchronizationContext
{
    private readonly EventLoop _loop;

    internal HandlerContext(EventLoop loop, object subject) => (_loop, Subject) = (loop, subject);

    /// <summary>The clock of handlers: on a loop that keeps them, its timers are the loop's.</summary>
    public TimeProvider Time => _loop.Time;

    /// <summary>Whose place it is; its text tells an operator.</summary>
    internal object Subject { get; }

    /// <summary>A handler of the connection gets the thread.</summary>
    internal void Enter()
    {
        _loop.Enter(this);
        if (_loop.KeepsHandlers) SetSynchronizationContext(this);
    }

    /// <summary>It has given the thread back; whatever context it leaves is gone.</summary>
    internal void Leave()
    {
        if (_loop.KeepsHandlers) SetSynchronizationContext(null);
        _loop.Enter(null);
    }

    /// <summary>Puts a continuation into the loop's queue. Any thread.</summary>
    /// <param name="d">What to run.</param>
    /// <param name="state">What to run it with.</param>
    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(new Continuation(this, d, state));

    /// <summary>Runs a callback on the loop's thread and waits for it.</summary>
    /// <param name="d">What to run.</param>
    /// <param name="state">What to run it with.</param>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (_loop.IsCurrent)
        {
            d(state);
            return;
        }

        var done = new TaskCompletionSource();
        Post(_ =>
        {
            try
            {
                d(state);
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }, null);
        done.Task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private sealed class Continuation(HandlerContext context, SendOrPostCallback callback, object? state) : IRunnable
    {
        public void Run()
        {
            context.Enter();
            try
            {
                callback(state);
            }
            finally
            {
                context.Leave();
            }
        }

        /// <summary>The loop has ended before: the rest of the handler runs without it.</summary>
        public void Execute() => callback(state);
    }
}
