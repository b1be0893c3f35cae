namespace ActorServer.Tests.Support;

/// <summary>For what another thread is about to do and tells nobody of, such as a counter.</summary>
internal static class Eventually
{
    public static void True(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), $"did not happen: {what}");
}
