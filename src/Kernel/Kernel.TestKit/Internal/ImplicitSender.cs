using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>
/// Makes a test actor the sender of what a test sends: the thread looks as if it were running the test actor, and what the test goes on
/// with after an <c>await</c> looks so, too.
/// </summary>
internal sealed class ImplicitSender : SynchronizationContext
{
    private readonly ActorCell _cell;
    private readonly SynchronizationContext? _outer = Current;

    private ImplicitSender(ActorCell cell) => _cell = cell;

    public static void Install(ActorCell cell)
    {
        SetSynchronizationContext(new ImplicitSender(cell));
        ActorCell.Current = cell;
    }

    public static void Uninstall(ActorCell cell)
    {
        if (Current is not ImplicitSender mine || !ReferenceEquals(mine._cell, cell))
            return;
        SetSynchronizationContext(mine._outer);
        ActorCell.Current = (mine._outer as ImplicitSender)?._cell;
    }

    /// <summary>Forgets what an earlier test left behind that began on this thread and, after an <c>await</c>, ended on another.</summary>
    public static void Clear() => ActorCell.Current = null;

    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var (cell, context) = (ActorCell.Current, Current);
        ActorCell.Current = _cell;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            ActorCell.Current = cell;
            SetSynchronizationContext(context);
        }
    }
}
