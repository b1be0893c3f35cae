namespace ActorServer.Tests.Support;

/// <summary>For what another thread is about to do and tells nobody of, such as a counter.</summary>
internal static class Eventually
{
    public static void True(Func<bool> condition, string what) => True(condition, () => what);

    /// <summary>The same, telling what there is instead.</summary>
    public static void True(Func<bool> condition, Func<string> what)
    {
        if (!SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20))) Assert.Fail($"did not happen: {what()}");
    }
}
