using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>
/// Makes a test actor the sender of what a test sends: the thread looks as if it were running the test actor, and what the test goes on
/// with after an <c>await</c> looks so, too.
/// </summary>
internal sealed class ImplicitSender : SynchronizationContext
{
    private readonly ActorCell _cell;
    private readonly ActorCell? _outerCell = ActorCell.Current;
    private readonly SynchronizationContext? _outerContext = Current;

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
        SetSynchronizationContext(mine._outerContext);
        ActorCell.Current = mine._outerCell;
    }

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
