using ActorServer.IO.Completion;

namespace ActorServer.IO.Tests.Completion;

/// <summary>Waits for the completions of one operation and keeps those of others for later.</summary>
internal sealed class QueueOwner(ICompletionQueue queue) : IDisposable
{
    private readonly List<CompletedOperation> _kept = [];

    public ICompletionQueue Queue { get; } = queue;

    /// <summary>The next completion with this user data.</summary>
    public CompletedOperation Next(ulong userData)
    {
        Span<CompletedOperation> completions = stackalloc CompletedOperation[8];
        var deadline = Environment.TickCount64 + 10_000;
        while (true)
        {
            var place = _kept.FindIndex(completion => completion.UserData == userData);
            if (place >= 0)
            {
                var found = _kept[place];
                _kept.RemoveAt(place);
                return found;
            }

            Assert.True(Environment.TickCount64 < deadline, $"operation {userData} does not complete");
            _kept.AddRange(completions[..Queue.Wait(completions, 1_000)]);
        }
    }

    /// <summary>Asserts that nothing completes for a moment.</summary>
    public void Quiet(int milliseconds = 30)
    {
        Span<CompletedOperation> completions = stackalloc CompletedOperation[8];
        var count = Queue.Wait(completions, milliseconds);
        Assert.True(count == 0 && _kept.Count == 0, $"{count} completions, {_kept.Count} earlier ones");
    }

    public void Dispose() => Queue.Dispose();
}
