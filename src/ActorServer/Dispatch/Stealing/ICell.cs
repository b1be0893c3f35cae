namespace ActorServer.Dispatch.Stealing;

/// <summary>
/// A number that several threads share without a lock. Each member is one atomic step; that is what the tests put in every order, and delay
/// as a processor's store buffer does.
/// </summary>
public interface ICell
{
    /// <summary>Reads with acquire: what follows happens after it.</summary>
    long Read();

    /// <summary>Writes with release: what precedes happened before it. Others may see it later than what the thread reads next.</summary>
    void Write(long value);

    /// <summary>Writes if it has the expected value still; whether it did. A fence, too.</summary>
    bool Replace(long value, long expected);

    /// <summary>What the thread has written is seen by all before it reads anything else.</summary>
    static abstract void Fence();
}

/// <summary>The machine's. A mutable struct: to be used in place, as a field.</summary>
public struct Cell : ICell
{
    private long _value;

    /// <inheritdoc/>
    public readonly long Read() => Volatile.Read(in _value);

    /// <inheritdoc/>
    public void Write(long value) => Volatile.Write(ref _value, value);

    /// <inheritdoc/>
    public bool Replace(long value, long expected) => Interlocked.CompareExchange(ref _value, value, expected) == expected;

    /// <inheritdoc/>
    public static void Fence() => Interlocked.MemoryBarrier();
}
