namespace ActorServer.Dispatch.Stealing;

/// <summary>
/// How an algorithm without locks reads and writes what several threads share. Each member is one atomic step; that is what the tests put
/// in every order, and delay as a processor's store buffer does. In the server the calls are compiled away.
/// </summary>
public interface IMemory
{
    /// <summary>Reads with acquire: what follows happens after it.</summary>
    static abstract long Read(ref long place);

    /// <summary>Writes with release: what precedes happened before it. Others may see it later than what the thread reads next.</summary>
    static abstract void Write(ref long place, long value);

    /// <summary>Writes if the place has the expected value still; whether it did. A fence, too.</summary>
    static abstract bool Replace(ref long place, long value, long expected);

    /// <summary>What the thread has written is seen by all before it reads anything else.</summary>
    static abstract void Fence();
}

/// <summary>The machine's.</summary>
public readonly struct SharedMemory : IMemory
{
    /// <inheritdoc/>
    public static long Read(ref long place) => Volatile.Read(ref place);

    /// <inheritdoc/>
    public static void Write(ref long place, long value) => Volatile.Write(ref place, value);

    /// <inheritdoc/>
    public static bool Replace(ref long place, long value, long expected) => Interlocked.CompareExchange(ref place, value, expected) == expected;

    /// <inheritdoc/>
    public static void Fence() => Interlocked.MemoryBarrier();
}
