using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// What the compiler builds an <c>async Frame</c> method with. The state machine moves into a pooled box at once and waits there for
/// its fiber; no task, no thread pool, no captured context.
/// </summary>
public struct FiberMethodBuilder
{
    private FiberMethodBuilder<Nothing> _builder;

    /// <summary>For the compiler.</summary>
    public static FiberMethodBuilder Create() => default;

    /// <summary>The call, which has not begun.</summary>
    public readonly Frame Task => new(_builder.Task);

    /// <summary>For the compiler: the method was called.</summary>
    /// <typeparam name="TStateMachine">What the compiler made of the method.</typeparam>
    /// <param name="machine">The call.</param>
    public void Start<TStateMachine>(ref TStateMachine machine) where TStateMachine : IAsyncStateMachine => _builder.Start(ref machine);

    /// <summary>For the compiler: the method awaits.</summary>
    /// <typeparam name="TAwaiter">What it awaits.</typeparam>
    /// <typeparam name="TStateMachine">What the compiler made of the method.</typeparam>
    /// <param name="awaiter">What it awaits.</param>
    /// <param name="machine">The call.</param>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : IFiberAwaiter where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);

    /// <inheritdoc cref="AwaitOnCompleted"/>
    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : IFiberAwaiter where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);

    /// <summary>For the compiler: the method returned.</summary>
    public readonly void SetResult() => _builder.SetResult(default);

    /// <summary>For the compiler: the method threw.</summary>
    /// <param name="exception">What it threw.</param>
    public readonly void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>For the compiler, which does not use it any more.</summary>
    /// <param name="machine">The call.</param>
    public readonly void SetStateMachine(IAsyncStateMachine machine) => _ = machine; // the box holds it from the start
}

/// <summary>As <see cref="FiberMethodBuilder"/>, for methods with a result.</summary>
/// <typeparam name="T">What the method returns.</typeparam>
public struct FiberMethodBuilder<T>
{
    private FrameBox<T> _box;

    /// <summary>For the compiler.</summary>
    public static FiberMethodBuilder<T> Create() => default;

    /// <summary>The call, which has not begun.</summary>
    public readonly Frame<T> Task => new(_box);

    /// <summary>For the compiler: the method was called.</summary>
    /// <typeparam name="TStateMachine">What the compiler made of the method.</typeparam>
    /// <param name="machine">The call.</param>
    public void Start<TStateMachine>(ref TStateMachine machine) where TStateMachine : IAsyncStateMachine
    {
        var box = FrameBox<TStateMachine, T>.Rent();
        _box = box; // this builder is a field of the machine: set before the machine is copied
        box.Hold(ref machine);
    }

    /// <summary>For the compiler: the method awaits.</summary>
    /// <typeparam name="TAwaiter">What it awaits.</typeparam>
    /// <typeparam name="TStateMachine">What the compiler made of the method.</typeparam>
    /// <param name="awaiter">What it awaits.</param>
    /// <param name="machine">The call.</param>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : IFiberAwaiter where TStateMachine : IAsyncStateMachine => AwaitUnsafeOnCompleted(ref awaiter, ref machine);

    /// <inheritdoc cref="AwaitOnCompleted"/>
    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : IFiberAwaiter where TStateMachine : IAsyncStateMachine
    {
        _ = machine; // the one in the box
        awaiter.Suspend(_box);
    }

    /// <summary>For the compiler: the method returned.</summary>
    /// <param name="result">What it returned.</param>
    public readonly void SetResult(T result)
    {
        _box.Result = result;
        Fiber.Running.Returned(_box);
    }

    /// <summary>For the compiler: the method threw.</summary>
    /// <param name="exception">What it threw.</param>
    public readonly void SetException(Exception exception)
    {
        _box.Error = ExceptionDispatchInfo.Capture(exception);
        Fiber.Running.Returned(_box);
    }

    /// <summary>For the compiler, which does not use it any more.</summary>
    /// <param name="machine">The call.</param>
    public readonly void SetStateMachine(IAsyncStateMachine machine) => _ = machine; // the box holds it from the start
}
