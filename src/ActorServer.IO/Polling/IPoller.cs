namespace ActorServer.IO.Polling;

/// <summary>What to wait for on a descriptor, and how.</summary>
[Flags]
public enum Interest : byte
{
    /// <summary>Nothing; only errors and hang-ups are reported, and those not by every poller (epoll and poll do).</summary>
    None = 0,

    /// <summary>Bytes (or a connection, or the end of the stream) can be read.</summary>
    Read = 1,

    /// <summary>Bytes can be written.</summary>
    Write = 2,

    /// <summary>Report a change once instead of a state for as long as it lasts (<see cref="PollerFeatures.EdgeTriggered"/>).</summary>
    EdgeTriggered = 4,

    /// <summary>Report once, then nothing until <see cref="IPoller.Change"/> (<see cref="PollerFeatures.OneShot"/>).</summary>
    OneShot = 8,

    /// <summary>Of several pollers that wait on the descriptor, wake only some (<see cref="PollerFeatures.Exclusive"/>).</summary>
    Exclusive = 16,
}

/// <summary>What a descriptor is ready for.</summary>
[Flags]
public enum Readiness : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A read will not block; it may report the end of the stream or an error.</summary>
    Read = 1,

    /// <summary>A write will not block; it may report an error.</summary>
    Write = 2,

    /// <summary>The peer is gone or the descriptor failed: the next read or write says how. A hint: select reports the other two only.</summary>
    Hangup = 4,
}

/// <summary>One entry of <see cref="IPoller.Wait"/>.</summary>
/// <param name="Descriptor">The descriptor that is ready.</param>
/// <param name="Readiness">What it is ready for.</param>
public readonly record struct ReadyDescriptor(int Descriptor, Readiness Readiness);

/// <summary>What a poller can do beyond level-triggered waiting.</summary>
[Flags]
public enum PollerFeatures : byte
{
    /// <summary>Level-triggered waiting only.</summary>
    None = 0,

    /// <summary>Accepts <see cref="Interest.EdgeTriggered"/>.</summary>
    EdgeTriggered = 1,

    /// <summary>Accepts <see cref="Interest.OneShot"/>, and changes from any thread while another waits.</summary>
    OneShot = 2,

    /// <summary>Accepts <see cref="Interest.Exclusive"/>.</summary>
    Exclusive = 4,
}

/// <summary>
/// Waits for many descriptors at once: the Synchronous Event Demultiplexer of POSA2's Reactor, in the shape of Redis' <c>ae</c>.
/// No callback and no policy in here. One thread at a time, but for a poller with <see cref="PollerFeatures.OneShot"/>, of which one thread
/// waits while others change what it watches; failures are <see cref="Native.SystemCallException"/>s.
/// </summary>
public interface IPoller : IDisposable
{
    /// <summary>The name that HOCON, the ready line and /whoami use: <c>epoll</c>, <c>poll</c> …</summary>
    string Name { get; }

    /// <summary>
    /// What it can do beyond level-triggered waiting; an <see cref="Interest"/> outside of it is an <see cref="ArgumentException"/>.
    /// </summary>
    PollerFeatures Features { get; }

    /// <summary>The highest descriptor it can watch: a server asks before it adds a connection, and refuses one that is above.</summary>
    int MaxDescriptor { get; }

    /// <summary>Starts to watch a descriptor that is not watched yet.</summary>
    void Add(int descriptor, Interest interest);

    /// <summary>Replaces what a watched descriptor is watched for; re-arms a one-shot.</summary>
    void Change(int descriptor, Interest interest);

    /// <summary>Stops to watch a descriptor. Call it before the descriptor is closed.</summary>
    void Remove(int descriptor);

    /// <summary>Like <see cref="Remove"/>, for a descriptor that is going to be closed before it can be added again.</summary>
    /// <param name="descriptor">A descriptor that was added, and that no other process shares.</param>
    void Forget(int descriptor) => Remove(descriptor);

    /// <summary>Waits until something is ready, and fills the front of <paramref name="ready"/>.</summary>
    /// <param name="ready">Where to put what is ready; what does not fit is reported by the next call.</param>
    /// <param name="milliseconds">How long to wait: 0 not at all, negative for ever.</param>
    /// <returns>How many entries were filled; 0 after a time-out or a signal.</returns>
    int Wait(Span<ReadyDescriptor> ready, int milliseconds);
}
