using Akka.Actor;
using Akka.TestKit.Configs;

namespace Akka.TestKit;

/// <summary>Gives an actor system its <see cref="TestKitSettings"/>.</summary>
public sealed class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    internal const string TestActorDispatcherId = "akka.test.test-actor.dispatcher";

    /// <summary>The settings of a system.</summary>
    /// <param name="system">The system; what it does not configure has its default.</param>
    /// <returns>The settings.</returns>
    public static TestKitSettings For(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new TestKitExtension().Apply(system);
    }

    /// <inheritdoc/>
    public override TestKitSettings CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var dispatchers = system.Dispatchers;
        var config = system.Settings.Config.WithFallback(TestConfigs.DefaultConfig);
        // A system that was not made by a test kit does not know the test kit's dispatchers yet.
        foreach (var id in (string[])[CallingThreadDispatcher.Id, TestActorDispatcherId])
        {
            if (dispatchers.HasDispatcher(id))
                continue;
            var section = config.GetConfig(CallingThreadDispatcher.Id);
            dispatchers.RegisterConfigurator(id, new CallingThreadDispatcherConfigurator(section, dispatchers.Prerequisites));
        }

        return new(config);
    }
}
