namespace Akka.Actor;

public partial class ActorCell
{
    private void CancelTimers() => _extras?.Timers?.CancelAll();

    private void InjectStash(IActorStash withStash)
    {
        var stash = Rare.Stash ??= ActorStash.For(this, withStash);
        withStash.Stash = stash;
    }

    /// <summary>What was stashed is handled by the fresh instance, before all that is in the mailbox.</summary>
    private void UnstashAfterPreRestart() => _extras?.Stash?.UnstashAll();

    /// <summary>The mailbox gives what was stashed to dead letters with all else that is in it.</summary>
    private void DiscardStash() => _extras?.Stash?.UnstashAll();
}
