using ActorServer.IO.Native;
using ActorServer.IO.Polling;

namespace ActorServer.IO.Tests.Polling;

/// <summary>What every poller must do, over those that this machine has, and over kqueue with the system calls played.</summary>
public sealed class PollerTests : IDisposable
{
    private const string PlayedKqueue = "kqueue (played)";

    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[16];
    private readonly KeventDouble _kevent = new();

    public static TheoryData<string> Available =>
        [.. Pollers.Names.Where(name => Pollers.Unavailable(name) is null), .. OperatingSystem.IsLinux() ? [PlayedKqueue] : Array.Empty<string>()];

    public void Dispose() => _kevent.Dispose();

    [Theory, MemberData(nameof(Available))]
    public void Is_created_by_its_name(string name)
    {
        using var poller = Create(name);
        Assert.Equal(name.Split(' ')[0], poller.Name);
    }

    [Theory, MemberData(nameof(Available))]
    public void Nothing_is_ready_before_something_happens(string name)
    {
        using var poller = Create(name);
        using var wakeup = new Wakeup();
        poller.Add(wakeup.Descriptor, Interest.Read);
        Assert.Equal(0, poller.Wait(_ready, 0));
    }

    [Theory, MemberData(nameof(Available))]
    public void A_signal_ends_the_wait_and_stays_until_cleared(string name)
    {
        using var poller = Create(name);
        using var wakeup = new Wakeup();
        poller.Add(wakeup.Descriptor, Interest.Read);
        var signal = new Thread(() => wakeup.Signal());
        signal.Start();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(new ReadyDescriptor(wakeup.Descriptor, Readiness.Read), _ready[0]);
        Assert.Equal(1, poller.Wait(_ready, 0)); // level-triggered: still so
        wakeup.Clear();
        Assert.Equal(0, poller.Wait(_ready, 0));
        signal.Join();
    }

    [Theory, MemberData(nameof(Available))]
    public void A_wakeup_of_its_own_ends_the_wait_under_way_and_the_next_one(string name)
    {
        using var poller = Create(name);
        using var wakeup = new Wakeup(poller);
        Assert.Equal(0, poller.Wait(_ready, 0));
        wakeup.Signal(); // before the wait
        wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(new ReadyDescriptor(wakeup.Descriptor, Readiness.Read), _ready[0]);
        wakeup.Clear();
        Assert.Equal(0, poller.Wait(_ready, 0)); // two signals were one
        var signal = new Thread(wakeup.Signal);
        signal.Start(); // most likely while it waits
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(wakeup.Descriptor, _ready[0].Descriptor);
        wakeup.Clear();
        signal.Join();
    }

    [Theory, MemberData(nameof(Available))]
    public void Tells_reading_from_writing_and_changes_what_it_waits_for(string name)
    {
        using var poller = Create(name);
        using var pair = new SocketPair();
        var descriptor = pair.Server.Descriptor;
        poller.Add(descriptor, Interest.Read);
        Assert.Equal(0, poller.Wait(_ready, 0));
        poller.Change(descriptor, Interest.Read | Interest.Write);
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(Readiness.Write, _ready[0].Readiness);
        pair.Client.Send("x"u8);
        SocketPair.WaitFor(descriptor, Interest.Read);
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(Readiness.Read | Readiness.Write, _ready[0].Readiness);
        poller.Change(descriptor, Interest.None);
        Assert.Equal(0, poller.Wait(_ready, 0));
    }

    [Theory, MemberData(nameof(Available))]
    public void Reports_a_reset_to_whoever_waits(string name)
    {
        using var poller = Create(name);
        using var pair = new SocketPair();
        poller.Add(pair.Server.Descriptor, Interest.Read);
        pair.Client.LingerState = new System.Net.Sockets.LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.True((_ready[0].Readiness & (name == "select" ? Readiness.Read : Readiness.Hangup)) != 0);
        Assert.Equal(-Errno.ECONNRESET, pair.Server.Receive(new byte[16]));
    }

    [Theory, MemberData(nameof(Available))]
    public void A_removed_descriptor_is_silent_and_may_be_added_again(string name)
    {
        using var poller = Create(name);
        using var first = new Wakeup();
        using var second = new Wakeup();
        poller.Add(first.Descriptor, Interest.Read);
        poller.Add(second.Descriptor, Interest.Read);
        first.Signal();
        second.Signal();
        poller.Remove(first.Descriptor);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(second.Descriptor, _ready[0].Descriptor);
        poller.Add(first.Descriptor, Interest.Read);
        Assert.Equal(2, poller.Wait(_ready, 0));
    }

    [Theory, MemberData(nameof(Available))]
    public void Misuse_names_the_descriptor_and_the_errno(string name)
    {
        using var poller = Create(name);
        using var wakeup = new Wakeup();
        var unknown = Assert.Throws<SystemCallException>(() => poller.Change(wakeup.Descriptor, Interest.Read));
        Assert.Equal(Errno.ENOENT, unknown.Errno);
        Assert.Contains(wakeup.Descriptor.ToString(), unknown.Message);
        Assert.Contains("ENOENT", unknown.Message);
        poller.Add(wakeup.Descriptor, Interest.Read);
        Assert.Equal(Errno.EEXIST, Assert.Throws<SystemCallException>(() => poller.Add(wakeup.Descriptor, Interest.Read)).Errno);
    }

    [Theory, MemberData(nameof(Available))]
    public void A_short_span_starves_nobody(string name)
    {
        using var poller = Create(name);
        var wakeups = Enumerable.Range(0, 40).Select(_ => new Wakeup()).ToList();
        foreach (var wakeup in wakeups)
        {
            poller.Add(wakeup.Descriptor, Interest.Read);
            wakeup.Signal();
        }

        var seen = new HashSet<int>();
        for (var turn = 0; turn < 20; turn++)
        {
            var count = poller.Wait(_ready.AsSpan(0, 4), 0);
            for (var i = 0; i < count; i++) seen.Add(_ready[i].Descriptor);
        }

        Assert.Equal(wakeups.Select(w => w.Descriptor).ToHashSet(), seen);
        wakeups.ForEach(w => w.Dispose());
    }

    [Theory, InlineData("poll"), InlineData("select")]
    public void Level_triggered_pollers_refuse_what_only_others_can(string name)
    {
        using var poller = Pollers.Create(name);
        using var wakeup = new Wakeup();
        Assert.Throws<ArgumentException>(() => poller.Add(wakeup.Descriptor, Interest.Read | Interest.EdgeTriggered));
    }

    [Theory, MemberData(nameof(Available))]
    public void One_shot_and_edge_work_where_they_are_offered(string name)
    {
        using var poller = Create(name);
        if ((poller.Features & PollerFeatures.OneShot) == 0)
        {
            using var refused = new Wakeup();
            Assert.Throws<ArgumentException>(() => poller.Add(refused.Descriptor, Interest.Read | Interest.OneShot));
            return;
        }

        using var once = new Wakeup();
        using var edge = new Wakeup();
        poller.Add(once.Descriptor, Interest.Read | Interest.OneShot);
        poller.Add(edge.Descriptor, Interest.Read | Interest.EdgeTriggered);
        once.Signal();
        edge.Signal();
        Assert.Equal(2, poller.Wait(_ready, 0));
        Assert.Equal(0, poller.Wait(_ready, 0)); // both still readable, neither reported again
        edge.Signal();
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(edge.Descriptor, _ready[0].Descriptor);
        poller.Change(once.Descriptor, Interest.Read | Interest.OneShot);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(once.Descriptor, _ready[0].Descriptor);
    }

    [Fact]
    public void Auto_is_the_first_that_the_machine_has()
    {
        using var poller = Pollers.Create(Pollers.Auto);
        Assert.Equal(Pollers.Names.First(name => Pollers.Unavailable(name) is null), poller.Name);
    }

    [Fact]
    public void An_unknown_poller_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => Pollers.Create("epol"));
        Assert.Contains("'epol'", refusal.Message);
        Assert.Contains("poll", refusal.Message);
    }

    private IPoller Create(string name) => name == PlayedKqueue ? new KqueuePoller(_kevent) : Pollers.Create(name);
}
