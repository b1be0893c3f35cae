namespace ActorServer.Handlers;

/// <summary>
/// The bound on what handlers ask of a database or another service behind the server at a time, like that of a pool of connections:
/// a handler waits for a permit without a thread, and gives it back when it is done.
/// </summary>
/// <param name="permits">How many there are, at least 1.</param>
/// <param name="patience">How long one is waited for.</param>
public sealed class DataAccess(int permits, TimeSpan patience)
{
    private readonly SemaphoreSlim _free = new(permits, permits);
    private int _waiting;

    /// <summary>How many permits there are.</summary>
    public int Permits => permits;

    /// <summary>How many are taken.</summary>
    public int InUse => permits - _free.CurrentCount;

    /// <summary>How many handlers wait for one.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a permit and uses it.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="use">What needs the permit, which is given back when its task has completed.</param>
    /// <exception cref="TimeoutException">None was given back in time.</exception>
    public async ValueTask<T> UseAsync<T>(Func<ValueTask<T>> use)
    {
        Interlocked.Increment(ref _waiting);
        bool entered;
        try
        {
            entered = await _free.WaitAsync(patience);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (!entered) throw new TimeoutException($"none of the {permits} permits of the data layer was free within {patience}");
        try
        {
            return await use();
        }
        finally
        {
            _free.Release();
        }
    }
}
