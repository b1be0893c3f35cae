using ActorServer.IO.Polling;
using Akka.Actor;

namespace ActorServer.Dispatch;

/// <summary>
/// What an executor that waits for descriptors offers the actors that it runs: the interface of POSA2's Reactor. The poller is its
/// Synchronous Event Demultiplexer, a descriptor a Handle, and an actor an Event Handler, which is told <see cref="Ready"/>.
/// To be called on the executor's threads only.
/// </summary>
public interface IReactor
{
    // Not shared state but the identity of the running thread: an actor registers its descriptors with the executor that runs it.
    [ThreadStatic]
    private static IReactor? running;

    /// <summary>The reactor whose thread is calling.</summary>
    /// <exception cref="InvalidOperationException">The calling thread belongs to none.</exception>
    static IReactor Current => running ?? throw new InvalidOperationException(
        "this actor needs a dispatcher whose executor is an event loop: executor = \"ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server\"");

    /// <summary>The same, or null.</summary>
    internal static IReactor? Running
    {
        get => running;
        set => running = value;
    }

    /// <summary>The name of the poller.</summary>
    string Engine { get; }

    /// <summary>What the poller can do for those who register.</summary>
    PollerFeatures Features { get; }

    /// <summary>The highest descriptor that the poller can watch.</summary>
    int MaxDescriptor { get; }

    /// <summary>
    /// Whether a report disarms its descriptor until the next <see cref="Change"/>. So it is where several threads take events from one
    /// set, so that no two of them get the same one.
    /// </summary>
    bool Disarms { get; }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="descriptor">A non-blocking descriptor.</param>
    /// <param name="interest">What to wait for.</param>
    /// <param name="handler">Called when it is ready: for an actor of this executor an <see cref="ActorHandler"/>.</param>
    /// <exception cref="IO.Native.SystemCallException">The poller cannot watch it.</exception>
    void Register(int descriptor, Interest interest, IEventHandler handler);

    /// <summary>Changes what a registered descriptor is watched for; arms it again where a report <see cref="Disarms"/>.</summary>
    /// <param name="descriptor">A descriptor that was registered.</param>
    /// <param name="interest">What to wait for from now on.</param>
    void Change(int descriptor, Interest interest);

    /// <summary>Stops watching a descriptor.</summary>
    /// <param name="descriptor">A descriptor that was registered.</param>
    void Unregister(int descriptor);

    /// <summary>Like <see cref="Unregister"/>, for a descriptor that is going to be closed before it can be registered again.</summary>
    /// <param name="descriptor">A descriptor that was registered.</param>
    void Forget(int descriptor);

    /// <summary>Tells an actor of this executor a message after a while.</summary>
    /// <param name="delay">How long to wait; the poller's wait rounds it up to a millisecond.</param>
    /// <param name="receiver">An actor of this executor.</param>
    /// <param name="message">What to tell it.</param>
    void After(TimeSpan delay, IActorRef receiver, object message);

    /// <summary>A connection comes to stay on the executor's thread.</summary>
    /// <param name="subject">The connection; its text tells an operator.</param>
    /// <returns>Its place there; null where there is no one thread to stay on.</returns>
    HandlerContext? Admit(object subject);
}
