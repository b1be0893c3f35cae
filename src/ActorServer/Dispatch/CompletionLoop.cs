using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// An executor that is a proactor: one thread that waits for operations to complete, then runs the mailboxes of the actors assigned to
/// it. In the terms of POSA2's Proactor the system that carries operations out is the Asynchronous Operation Processor, where it puts
/// their results the Completion Event Queue, this loop the Proactor that takes them from there, and an actor the Completion Handler: it
/// is told <see cref="Completions"/>, and runs on this same thread, without a lock and without a hop.
/// </summary>
/// <remarks>
/// Operations that actors start during a turn are collected, and handed over by the call that waits for the next completions. Work from
/// other threads ends the wait, with one write only if the loop sleeps.
/// </remarks>
public sealed class CompletionLoop : ExecutorService
{
    // Not shared state but the identity of the running thread: an actor on a loop starts its operations with that loop.
    [ThreadStatic]
    private static CompletionLoop? running;

    private readonly Doorbell _bell;
    private readonly RunQueue _work;
    private readonly CompletedOperation[] _completed = new CompletedOperation[256];
    private readonly Stack<int> _free = new();
    private Operations?[] _places = new Operations?[64];
    private int _used;

    /// <summary>Starts the loop's thread.</summary>
    /// <param name="id">The dispatcher's id; its last segment names the thread, of which the kernel shows 15 letters.</param>
    /// <param name="queue">The engine; owned by the loop from here on.</param>
    /// <param name="report">Receives what a mailbox run throws, so that the loop survives it.</param>
    public CompletionLoop(string id, ICompletionQueue queue, Action<Exception> report) : base(id)
    {
        Queue = queue;
        _bell = new Doorbell(queue.Wake);
        _work = new RunQueue(id, _bell, report);
        new Thread(Run) { Name = id[(id.LastIndexOf('.') + 1)..], IsBackground = true }.UnsafeStart();
    }

    /// <summary>The loop whose thread is calling.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is no completion loop.</exception>
    public static CompletionLoop Current => running ?? throw new InvalidOperationException(
        "this actor needs a dispatcher whose executor is a completion loop: executor = \"ActorServer.Dispatch.CompletionLoopConfigurator, ActorServer.Server\"");

    /// <summary>The name of the loop's engine.</summary>
    public string Engine => Queue.Name;

    internal ICompletionQueue Queue { get; }

    internal SendBuffers Buffers { get; } = new();

    /// <inheritdoc/>
    public override void Execute(IRunnable run) => _work.Add(run);

    /// <inheritdoc/>
    public override void Shutdown() => _work.Shutdown();

    /// <summary>Lets an actor of this loop start operations. Loop thread only.</summary>
    /// <param name="handler">Who is told of their completions.</param>
    public Operations Open(IActorRef handler)
    {
        if (!_free.TryPop(out var place))
        {
            place = _used++;
            if (place == _places.Length) Array.Resize(ref _places, place * 2);
        }

        return _places[place] = new Operations(this, place, handler);
    }

    /// <summary>Closes a descriptor that this loop accepted, after the operations that were started before. Loop thread only.</summary>
    /// <param name="descriptor">The descriptor.</param>
    public void Close(int descriptor) => Queue.Close(descriptor, CompletedOperation.Silent);

    /// <summary>Tells an actor of this loop a message after a while. Loop thread only.</summary>
    /// <param name="delay">How long to wait; rounded up to a millisecond.</param>
    /// <param name="receiver">An actor of this loop.</param>
    /// <param name="message">What to tell it.</param>
    public void After(TimeSpan delay, IActorRef receiver, object message) => _work.After(delay, receiver, message);

    internal void Forget(Operations operations)
    {
        _places[operations.Place] = null;
        _free.Push(operations.Place);
    }

    private void Run()
    {
        ThreadCalls.InterruptNobody();
        running = this;
        _work.Begin();
        try
        {
            while (_work.GoesOn) Turn();
        }
        finally
        {
            running = null;
            _work.End();
            _bell.Disconnect();
            Queue.Dispose();
        }
    }

    private void Turn()
    {
        var count = Queue.Wait(_completed, _work.Sleep());
        _bell.Awake();
        foreach (ref readonly var completion in _completed.AsSpan(0, count)) _places[Operations.PlaceOf(completion)]!.Complete(completion);
        _work.Run();
    }
}
