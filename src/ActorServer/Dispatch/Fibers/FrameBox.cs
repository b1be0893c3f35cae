using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ActorServer.Dispatch.Fibers;

/// <summary>A frame of a fiber's stack: the state machine of one call of an <c>async Frame</c> method, and who called it.</summary>
public abstract class FrameBox
{
    private protected FrameBox()
    {
    }

    internal FrameBox? Caller { get; set; }

    internal ExceptionDispatchInfo? Error { get; set; }

    /// <summary>Whether the call has not begun.</summary>
    internal bool IsFresh { get; set; }

    /// <summary>Counts the uses of a pooled box, so that a frame of an earlier one is found out.</summary>
    internal int Use { get; private protected set; }

    /// <summary>Runs the method to its next suspension, or to its end.</summary>
    internal abstract void MoveNext();

    /// <summary>Lets go of everything; the box may be another call's afterwards.</summary>
    internal abstract void Return();
}

/// <summary>A frame with a result.</summary>
/// <typeparam name="T">What the method returns.</typeparam>
internal abstract class FrameBox<T> : FrameBox
{
    public T? Result { get; set; }

    public T TakeResult()
    {
        var (result, error) = (Result, Error);
        Return();
        error?.Throw();
        return result!;
    }
}

/// <summary>The frame of one method.</summary>
/// <typeparam name="TStateMachine">What the compiler made of the method.</typeparam>
/// <typeparam name="T">What the method returns.</typeparam>
internal sealed class FrameBox<TStateMachine, T> : FrameBox<T> where TStateMachine : IAsyncStateMachine
{
    // So many boxes of a method are kept. Those of more fibers at a time are the garbage collector's.
    private const int Kept = 1024;

    // Not shared state: a thread runs one scheduler, and these are its boxes.
    [ThreadStatic]
    private static FrameBox<TStateMachine, T>? free;

    [ThreadStatic]
    private static int kept;

    private FrameBox<TStateMachine, T>? _next;
    private TStateMachine _machine = default!;

    public static FrameBox<TStateMachine, T> Rent()
    {
        var box = free;
        if (box is null) return new FrameBox<TStateMachine, T> { IsFresh = true };
        kept--;
        (free, box._next, box.IsFresh) = (box._next, null, true);
        return box;
    }

    public void Hold(ref TStateMachine machine) => _machine = machine;

    internal override void MoveNext() => _machine.MoveNext();

    internal override void Return()
    {
        (_machine, Result, Error, Caller, IsFresh) = (default!, default, null, null, false);
        Use++;
        if (kept >= Kept) return;
        kept++;
        (_next, free) = (free, this);
    }
}
