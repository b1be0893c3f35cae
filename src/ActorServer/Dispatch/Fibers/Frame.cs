using System.Runtime.CompilerServices;

namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// What an asynchronous method of a fiber returns: <c>async Frame Serve()</c>. Awaiting it is a call, on the fiber that awaits;
/// <see cref="FiberScheduler.Spawn(string, Frame)"/> makes a fiber of it. Nothing runs before that.
/// </summary>
/// <remarks>
/// A user-space scheduler in C swaps stacks. The CLR owns the stacks of managed threads, so here a frame of a fiber is the state machine
/// that the compiler makes of the method, and a fiber's stack is the chain of those that await each other. It lives on the heap: a call
/// costs a rented box and no stack, and may be as deep as memory allows. In such a method only what a fiber can wait for can be awaited
/// (<see cref="IFiberAwaiter"/>): a <c>Task</c>, which would go on elsewhere, does not compile. Async locals do not flow.
/// </remarks>
[AsyncMethodBuilder(typeof(FiberMethodBuilder))]
public readonly struct Frame
{
    private readonly Frame<Nothing> _frame;

    internal Frame(Frame<Nothing> frame) => _frame = frame;

    internal FrameBox<Nothing> Box => _frame.Box;

    /// <summary>For <c>await</c>: calls the method, on the fiber that awaits.</summary>
    public Frame<Nothing>.Awaiter GetAwaiter() => _frame.GetAwaiter();
}

/// <summary>As <see cref="Frame"/>, with a result.</summary>
/// <typeparam name="T">What the method returns.</typeparam>
[AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
public readonly struct Frame<T>
{
    private readonly FrameBox<T>? _box;
    private readonly int _use;

    internal Frame(FrameBox<T> box) => (_box, _use) = (box, box.Use);

    internal FrameBox<T> Box => _box is { IsFresh: true } box && box.Use == _use
        ? box
        : throw new InvalidOperationException("a frame runs once: it was awaited or spawned already, or is no call of an async method");

    /// <summary>For <c>await</c>: calls the method, on the fiber that awaits.</summary>
    public Awaiter GetAwaiter()
    {
        _ = Fiber.Running;
        return new(Box);
    }

    /// <summary>The call, as <c>await</c> sees it.</summary>
    public readonly struct Awaiter : IFiberAwaiter
    {
        private readonly FrameBox<T> _box;

        internal Awaiter(FrameBox<T> box) => _box = box;

        /// <summary>Never: the method has not begun.</summary>
        public bool IsCompleted => false;

        /// <inheritdoc/>
        public void Suspend(FrameBox caller) => Fiber.Running.Call(_box, caller);

        /// <summary>What the method returned, or threw.</summary>
        public T GetResult() => _box.TakeResult();

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();
    }
}

/// <summary>The result of what has none.</summary>
public readonly struct Nothing;

/// <summary>What a fiber can await. The builder of its frames asks for no other, so that awaiting something else does not compile.</summary>
public interface IFiberAwaiter : ICriticalNotifyCompletion
{
    /// <summary>Suspends the running fiber.</summary>
    /// <param name="caller">The frame that awaits: where the fiber goes on.</param>
    void Suspend(FrameBox caller);
}
