using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace Kernel.Tests.Kit;

/// <summary>How a test kit begins and ends.</summary>
public sealed class LifeCycleTests
{
    [Fact]
    public void The_system_ends_with_the_test()
    {
        var kit = new TestKit();
        var system = kit.Sys;
        Assert.Equal("test", system.Name);
        Assert.False(system.WhenTerminated.IsCompleted);
        kit.Dispose();
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task The_system_can_be_ended_before_the_test()
    {
        using var kit = new TestKit();
        await kit.ShutdownAsync(verifySystemShutdown: true);
        Assert.True(kit.Sys.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void A_system_that_does_not_end_in_time_fails_if_asked_for()
    {
        var gate = new TestLatch();
        using var kit = new TestKit();
        kit.Sys.ActorOf(Props.Create(() => new Reluctant(gate)));
        var failure = Assert.Throws<TimeoutException>(() => kit.Shutdown(TimeSpan.FromMilliseconds(20), verifySystemShutdown: true));
        Assert.Contains("Failed to stop [test] within [00:00:00.02", failure.Message, StringComparison.Ordinal);
        gate.Open();
    }

    [Fact]
    public void The_thread_is_left_as_it_was()
    {
        var context = SynchronizationContext.Current;
        var kit = new TestKit();
        var probe = kit.CreateTestProbe();
        kit.Dispose();
        Assert.Same(context, SynchronizationContext.Current);
        using var other = new SilentKit();
        Assert.Same(context, SynchronizationContext.Current);
        probe = other.CreateTestProbe();
        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");
        Assert.Equal(other.Sys.DeadLetters, probe.LastSender);
    }

    [Fact]
    public void The_configuration_stands_above_the_defaults()
    {
        using var kit = new TestKit(ConfigurationFactory.ParseString("akka.test.single-expect-default = 7s"), "mine");
        Assert.Equal("mine", kit.Sys.Name);
        Assert.Equal(TimeSpan.FromSeconds(7), kit.TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(5), kit.TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), kit.TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(1.0, kit.TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitBase.DefaultConfig.GetTimeSpan("akka.test.single-expect-default"));
    }

    [Fact]
    public void A_setup_may_carry_the_configuration()
    {
        var config = ConfigurationFactory.ParseString("akka.test.timefactor = 3");
        using var kit = new TestKit(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), "mine");
        Assert.Equal(3.0, kit.TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), kit.TestKitSettings.SingleExpectDefault);
    }

    [Fact]
    public void A_wrong_time_factor_is_refused()
    {
        Assert.ThrowsAny<ConfigurationException>(() => new TestKitSettings(
            ConfigurationFactory.ParseString("akka.test.timefactor = 0").WithFallback(TestKitBase.DefaultConfig)));
    }

    [Fact]
    public void A_system_of_one_s_own_may_serve_several_kits()
    {
        var system = ActorSystem.Create("own");
        using (var kit = new TestKit(system))
        {
            var other = kit.CreateTestProbe();
            kit.TestActor.Tell("hello");
            kit.ExpectMsg("hello");
            Assert.NotEqual(kit.TestActor, other.Ref);
            using var second = new KeepsSystem(system);
            second.TestActor.Tell("hello");
            second.ExpectMsg("hello");
        }

        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void What_is_logged_goes_to_the_output_of_the_test()
    {
        var output = new Output();
        using (var kit = new TestKit(output: output))
        {
            kit.Log.Info("hello output");
            kit.AwaitAssert(() => Assert.Contains(output.Lines(), line => line.Contains("hello output", StringComparison.Ordinal)));
            output.Close();
            kit.Log.Info("too late");
        }

        Assert.DoesNotContain(output.Lines(), line => line.Contains("too late", StringComparison.Ordinal));
    }

    /// <summary>Leaves the system to another kit.</summary>
    private sealed class KeepsSystem(ActorSystem system) : TestKit(system)
    {
        protected override void AfterAll()
        {
        }
    }

    /// <summary>Does not stop before a latch is open.</summary>
    private sealed class Reluctant(TestLatch gate) : UntypedActor
    {
        protected override void PostStop() => gate.Ready();

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class SilentKit : TestKit, INoImplicitSender;

    private sealed class Output : ITestOutputHelper
    {
        private readonly List<string> _lines = [];
        private bool _closed;

        public IReadOnlyList<string> Lines()
        {
            lock (_lines)
                return [.. _lines];
        }

        public void Close()
        {
            lock (_lines)
                _closed = true;
        }

        public void WriteLine(string message)
        {
            lock (_lines)
            {
                if (_closed)
                    throw new InvalidOperationException("There is no currently active test.");
                _lines.Add(message);
            }
        }

        public void WriteLine(string format, params object[] args) => WriteLine(string.Format(format, args));
    }
}
