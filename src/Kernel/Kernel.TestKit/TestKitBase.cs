using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// A test with an actor system and a test actor. The test actor puts what it gets into a queue, from which the test takes it:
/// <see cref="ExpectMsg{T}(TimeSpan?, string, CancellationToken)"/> and all the others. One thread at a time may use a test kit.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private readonly ITestKitAssertions _assertions;
    private TestState? _state;

    /// <summary>Creates a test kit that is of no use before <c>InitializeTest</c>.</summary>
    /// <param name="assertions">How the test fails.</param>
    protected TestKitBase(ITestKitAssertions assertions)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
    }

    /// <summary>Creates a test kit.</summary>
    /// <param name="assertions">How the test fails.</param>
    /// <param name="system">The actor system, or null for a new one.</param>
    /// <param name="testActorName">The test actor's name, or null for any.</param>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system, string? testActorName = null)
        : this(assertions) => InitializeTest(system, ActorSystemSetup.Empty, actorSystemName: null, testActorName);

    /// <summary>Creates a test kit with an actor system of its own.</summary>
    /// <param name="assertions">How the test fails.</param>
    /// <param name="setup">The system's setup; the test kit's defaults are put below its configuration.</param>
    /// <param name="actorSystemName">The system's name, or null for <c>test</c>.</param>
    /// <param name="testActorName">The test actor's name, or null for any.</param>
    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions) => InitializeTest(system: null, setup, actorSystemName, testActorName);

    /// <summary>Creates a test kit with an actor system of its own.</summary>
    /// <param name="assertions">How the test fails.</param>
    /// <param name="config">The system's configuration; the test kit's defaults are put below it.</param>
    /// <param name="actorSystemName">The system's name, or null for <c>test</c>.</param>
    /// <param name="testActorName">The test actor's name, or null for any.</param>
    protected TestKitBase(ITestKitAssertions assertions, Config? config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions) => InitializeTest(system: null, config, actorSystemName, testActorName);

    /// <summary>The test kit's defaults.</summary>
    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    /// <summary>A configuration that logs whatever the kernel can log.</summary>
    public static Config FullDebugConfig => TestConfigs.FullDebugConfig;

    /// <summary>The time on a clock that never goes back.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The actor system.</summary>
    public ActorSystem Sys => State.System;

    /// <summary>The settings in <c>akka.test</c>.</summary>
    public TestKitSettings TestKitSettings => State.Settings;

    /// <summary>The actor whose messages the test looks at.</summary>
    public IActorRef TestActor => State.TestActor;

    /// <summary>Who sent the last message that the test received.</summary>
    /// <exception cref="IllegalActorStateException">There is none.</exception>
    public IActorRef LastSender => State.Last.Sender;

    /// <summary>The last message that the test received.</summary>
    /// <exception cref="IllegalActorStateException">There is none.</exception>
    public object LastMessage => State.Last.Message;

    /// <summary>Whether there is a message that the test has not received yet.</summary>
    public bool HasMessages => !State.Queue.IsEmpty;

    /// <summary>Logs in the test's name.</summary>
    public ILoggingAdapter Log => State.Log;

    /// <summary>Expects or mutes log events of <see cref="Sys"/>.</summary>
    public EventFilterFactory EventFilter => State.EventFilter;

    private TestState State => _state ?? throw new InvalidOperationException("InitializeTest has not been called yet.");

    /// <summary>Expects or mutes log events of another actor system.</summary>
    /// <param name="system">The system; its loggers must contain <see cref="TestEventListener"/>.</param>
    /// <returns>The filters to choose from.</returns>
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Stretches a time limit by <c>akka.test.timefactor</c>.</summary>
    /// <param name="duration">The time limit.</param>
    /// <returns>The longer, or shorter, one.</returns>
    public TimeSpan Dilated(TimeSpan duration) => duration < TimeSpan.Zero ? duration : duration * TestKitSettings.TestTimeFactor;

    /// <summary>Creates a probe: a second test actor.</summary>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The probe.</returns>
    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    /// <summary>Creates a probe in another actor system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="name">The probe's name, or null for any.</param>
    /// <returns>The probe.</returns>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    /// <summary>Creates a latch whose time limits are dilated.</summary>
    /// <param name="count">The number of signals that open it.</param>
    /// <returns>The latch.</returns>
    public virtual TestLatch CreateTestLatch(int count = 1) => new(Dilated, count, TestKitSettings.DefaultTimeout);

    /// <summary>Creates a barrier whose time limits are dilated.</summary>
    /// <param name="count">The number of threads that wait for each other.</param>
    /// <returns>The barrier.</returns>
    public TestBarrier CreateTestBarrier(int count) => new(this, count, TestKitSettings.DefaultTimeout);

    /// <summary>Ends the actor system.</summary>
    /// <param name="duration">How long to wait, before dilation; null for <c>akka.test.default-timeout</c>.</param>
    /// <param name="verifySystemShutdown">Whether it is an error if the system has not ended by then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It has not.</exception>
    public virtual void Shutdown(
        TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        Shutdown(Sys, duration, verifySystemShutdown, cancellationToken);

    /// <inheritdoc cref="Shutdown(TimeSpan?, bool, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public virtual Task ShutdownAsync(
        TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        ShutdownAsync(Sys, duration, verifySystemShutdown, cancellationToken);

    /// <summary>Ends an actor system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="duration">How long to wait, before dilation; null for <c>akka.test.default-timeout</c>.</param>
    /// <param name="verifySystemShutdown">Whether it is an error if the system has not ended by then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It has not.</exception>
    public virtual void Shutdown(
        ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        Terminate(blocking: true, system, duration, verifySystemShutdown, cancellationToken).Result();

    /// <inheritdoc cref="Shutdown(ActorSystem, TimeSpan?, bool, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public virtual Task ShutdownAsync(
        ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        Terminate(blocking: false, system, duration, verifySystemShutdown, cancellationToken).AsTask();

    /// <summary>Puts the test kit to work.</summary>
    /// <param name="system">The actor system, or null for a new one.</param>
    /// <param name="config">The new system's configuration; the test kit's defaults are put below it.</param>
    /// <param name="actorSystemName">The new system's name, or null for <c>test</c>.</param>
    /// <param name="testActorName">The test actor's name, or null for any.</param>
    protected void InitializeTest(ActorSystem? system, Config? config, string? actorSystemName, string? testActorName) =>
        InitializeTest(
            system,
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config ?? ConfigurationFactory.Empty)),
            actorSystemName,
            testActorName);

    /// <summary>Puts the test kit to work.</summary>
    /// <param name="system">The actor system, or null for a new one.</param>
    /// <param name="config">The new system's setup; the test kit's defaults are put below its configuration.</param>
    /// <param name="actorSystemName">The new system's name, or null for <c>test</c>.</param>
    /// <param name="testActorName">The test actor's name, or null for any.</param>
    protected void InitializeTest(ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        var sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        var queue = new TestQueue();
        var testActor = CreateTestActor(sys, queue, testActorName);
        var log = Logging.GetLogger(sys, GetType());
        _state = new(sys, TestKitExtension.For(sys), log, queue, testActor, new EventFilterFactory(this, sys));
        if (this is not INoImplicitSender)
            ImplicitSender.Install(((LocalActorRef)testActor).Cell);
        else if (this is not TestProbe)
            ImplicitSender.Clear();
    }

    /// <summary>Takes this thread's implicit sender back, if it is this kit's test actor.</summary>
    protected void UninstallImplicitSender() => ImplicitSender.Uninstall(((LocalActorRef)TestActor).Cell);

    private async ValueTask Terminate(
        bool blocking, ActorSystem system, TimeSpan? duration, bool verify, CancellationToken cancellationToken)
    {
        var limit = Dilated(duration ?? TestKitSettings.DefaultTimeout);
        var end = system.Terminate();
        if (await Blocking.Wait(blocking, end, limit, cancellationToken))
        {
            await end;
            return;
        }

        var text = $"Failed to stop [{system.Name}] within [{limit}]";
        if (verify)
            throw new TimeoutException(text);
        system.Log.Warning(text);
    }

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>() is { HasValue: true } given ? given.Value : BootstrapSetup.Create();
        var config = bootstrap.Config is { HasValue: true } own ? own.Value.SafeWithFallback(DefaultConfig) : DefaultConfig;
        return setup.And(bootstrap.WithConfig(config));
    }

    /// <summary>Fails the test; the result is there to be thrown, so that the compiler sees that nothing follows.</summary>
    internal UnreachableException Failure(string text)
    {
        _assertions.Fail("{0}", text);
        return new($"{_assertions.GetType()}.{nameof(ITestKitAssertions.Fail)} must throw.");
    }
}
