using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>A test class for xUnit: every test has an actor system, which ends with it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Where this test's log goes, if anywhere.</summary>
    private readonly ITestOutputHelper? _output;

    /// <summary>Creates a test.</summary>
    /// <param name="system">The actor system, or null for a new one with the test kit's defaults.</param>
    /// <param name="output">Where to log besides standard output.</param>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        _output = output;
        InitializeLogger(Sys);
    }

    /// <summary>Creates a test.</summary>
    /// <param name="config">The actor system's setup; the test kit's defaults are put below its configuration.</param>
    /// <param name="actorSystemName">The actor system's name, or null for <c>test</c>.</param>
    /// <param name="output">Where to log besides standard output.</param>
    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        _output = output;
        InitializeLogger(Sys);
    }

    /// <summary>Creates a test.</summary>
    /// <param name="config">The actor system's configuration; the test kit's defaults are put below it.</param>
    /// <param name="actorSystemName">The actor system's name, or null for <c>test</c>.</param>
    /// <param name="output">Where to log besides standard output.</param>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        _output = output;
        InitializeLogger(Sys);
    }

    /// <summary>Creates a test.</summary>
    /// <param name="config">The actor system's configuration in HOCON; the test kit's defaults are put below it.</param>
    /// <param name="output">Where to log besides standard output.</param>
    public TestKit(string config, ITestOutputHelper? output = null)
        : this(ConfigurationFactory.ParseString(config), actorSystemName: null, output)
    {
    }

    /// <summary>How the tests fail.</summary>
    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>Where this test's log goes, if anywhere.</summary>
    protected ITestOutputHelper? Output => _output;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called after the test; ends the actor system. Who overrides it should call it.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Lets another actor system log to the test's output, too.</summary>
    /// <param name="system">The system.</param>
    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, prefix: null);

    /// <summary>Lets another actor system log to the test's output, too.</summary>
    /// <param name="system">The system.</param>
    /// <param name="prefix">What to put before every line.</param>
    protected void InitializeLogger(ActorSystem system, string? prefix)
    {
        if (_output is null)
            return;
        var output = _output;
        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.From(() => new TestOutputLogger(output, prefix)), "log-test");
        var ready = logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), Dilated(TestKitSettings.DefaultTimeout));
        ready.GetAwaiter().GetResult();
    }

    /// <summary>Ends the test.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> is the caller.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        try
        {
            AfterAll();
        }
        finally
        {
            UninstallImplicitSender();
        }
    }
}
