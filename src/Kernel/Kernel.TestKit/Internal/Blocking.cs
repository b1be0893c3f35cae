using System.Diagnostics;

namespace Akka.TestKit.Internal;

/// <summary>
/// Every waiting operation is written once, as an asynchronous method with a <c>blocking</c> flag. With the flag set all its waits
/// block, so it has completed when it returns and everything in it, callbacks included, ran on the caller's thread.
/// </summary>
internal static class Blocking
{
    public static T Result<T>(this ValueTask<T> operation)
    {
        Debug.Assert(operation.IsCompleted, "a blocking operation completes before it returns");
        return operation.GetAwaiter().GetResult();
    }

    public static void Result(this ValueTask operation)
    {
        Debug.Assert(operation.IsCompleted, "a blocking operation completes before it returns");
        operation.GetAwaiter().GetResult();
    }

    public static List<T> List<T>(this IAsyncEnumerable<T> operation)
    {
        var list = new List<T>();
        var enumerator = operation.GetAsyncEnumerator();
        try
        {
            while (enumerator.MoveNextAsync().Result())
                list.Add(enumerator.Current);
        }
        finally
        {
            enumerator.DisposeAsync().Result();
        }

        return list;
    }

    /// <summary>Waits for a task, and tells whether it has completed in time.</summary>
    public static async ValueTask<bool> Wait(bool blocking, Task task, TimeSpan max, CancellationToken cancellationToken)
    {
        // Completes as the task does, but never throws what the task throws.
        var completed = Task.WhenAny(task);
        if (blocking)
            return completed.Wait((int)max.TotalMilliseconds, cancellationToken);
        try
        {
            await completed.WaitAsync(max, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Lets time pass between two looks at a condition for which there is no event.</summary>
    public static ValueTask Pause(bool blocking, TimeSpan time, CancellationToken cancellationToken)
    {
        if (!blocking)
            return new(Task.Delay(time, cancellationToken));
        if (cancellationToken.WaitHandle.WaitOne(time))
            cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }
}
