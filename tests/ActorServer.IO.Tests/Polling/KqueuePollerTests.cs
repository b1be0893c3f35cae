using System.Net.Sockets;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using static ActorServer.IO.Native.KernelEvent;

namespace ActorServer.IO.Tests.Polling;

/// <summary>What KqueuePoller says to the kernel and makes of its answers.</summary>
public sealed class KqueuePollerTests : IDisposable
{
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[16];
    private readonly KeventDouble _kevent = new();
    private readonly Wakeup _wakeup = new();

    public void Dispose()
    {
        _wakeup.Dispose();
        _kevent.Dispose();
    }

    [PlayedKqueueFact]
    public void Changes_travel_with_the_next_wait_in_one_call()
    {
        using var poller = new KqueuePoller(_kevent);
        using var second = new Wakeup();
        poller.Add(_wakeup.Descriptor, Interest.Read);
        poller.Add(second.Descriptor, Interest.Read | Interest.Write);
        poller.Change(second.Descriptor, Interest.Read);
        Assert.Equal(0, _kevent.Calls);
        _wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(1, _kevent.Calls);
        Assert.Equal([(EVFILT_READ, EV_ADD | EV_ENABLE), (EVFILT_READ, EV_ADD | EV_ENABLE), (EVFILT_WRITE, EV_ADD | EV_ENABLE), (EVFILT_WRITE, EV_DELETE)],
            _kevent.Applied.Single().Select(change => (change.Filter, (int)change.Flags)));
        Assert.Equal(1, poller.Wait(_ready, 0)); // nothing new to say
        Assert.Single(_kevent.Applied);
    }

    [PlayedKqueueTheory]
    [InlineData(Interest.Read, EV_ADD | EV_ENABLE)]
    [InlineData(Interest.Read | Interest.EdgeTriggered, EV_ADD | EV_ENABLE | EV_CLEAR)]
    [InlineData(Interest.Read | Interest.OneShot, EV_ADD | EV_ENABLE | EV_DISPATCH)]
    [InlineData(Interest.Read | Interest.OneShot | Interest.EdgeTriggered, EV_ADD | EV_ENABLE | EV_DISPATCH | EV_CLEAR)]
    public void An_interest_becomes_flags(Interest interest, int flags)
    {
        using var poller = new KqueuePoller(_kevent);
        poller.Add(_wakeup.Descriptor, interest);
        poller.Wait(_ready, 0);
        var change = Assert.Single(_kevent.Applied.Single());
        Assert.Equal((_wakeup.Descriptor, EVFILT_READ, flags), ((int)change.Identifier, change.Filter, change.Flags));
    }

    [PlayedKqueueFact]
    public void Another_way_to_trigger_makes_the_filter_anew()
    {
        using var poller = new KqueuePoller(_kevent);
        _wakeup.Signal();
        poller.Add(_wakeup.Descriptor, Interest.Read | Interest.EdgeTriggered);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(0, poller.Wait(_ready, 0));
        poller.Change(_wakeup.Descriptor, Interest.Read);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(1, poller.Wait(_ready, 0)); // level-triggered now
        Assert.Equal([EV_DELETE, EV_ADD | EV_ENABLE], _kevent.Applied[1].Select(change => (int)change.Flags));
    }

    [PlayedKqueueFact]
    public void Exclusive_is_refused()
    {
        using var poller = new KqueuePoller(_kevent);
        Assert.Throws<ArgumentException>(() => poller.Add(_wakeup.Descriptor, Interest.Read | Interest.Exclusive));
    }

    [PlayedKqueueFact]
    public void A_one_shot_quiets_both_directions_until_it_is_armed_again()
    {
        using var poller = new KqueuePoller(_kevent);
        using var pair = new SocketPair();
        var descriptor = pair.Server.Descriptor;
        poller.Add(descriptor, Interest.Read | Interest.Write | Interest.OneShot);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(new ReadyDescriptor(descriptor, Readiness.Write), _ready[0]);
        pair.Client.Send("x"u8);
        SocketPair.WaitFor(descriptor, Interest.Read);
        Assert.Equal(0, poller.Wait(_ready, 0)); // the reading filter has not fired, and is quiet all the same
        poller.Change(descriptor, Interest.Read | Interest.Write | Interest.OneShot);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(new ReadyDescriptor(descriptor, Readiness.Read | Readiness.Write), _ready[0]);
    }

    [PlayedKqueueFact]
    public void The_end_of_the_peers_stream_is_no_hangup()
    {
        using var poller = new KqueuePoller(_kevent);
        using var pair = new SocketPair();
        poller.Add(pair.Server.Descriptor, Interest.Read);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(Readiness.Read, _ready[0].Readiness);
    }

    [PlayedKqueueFact]
    public void A_descriptor_closed_before_the_kernel_heard_of_it_is_reported_as_gone()
    {
        using var poller = new KqueuePoller(_kevent);
        var closed = HighDescriptor();
        poller.Add(closed, Interest.Read);
        poller.Add(_wakeup.Descriptor, Interest.Read);
        _ = SocketCalls.close(closed);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(new ReadyDescriptor(closed, Readiness.Hangup | Readiness.Read | Readiness.Write), _ready[0]);
        poller.Remove(closed);
        _wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(_wakeup.Descriptor, _ready[0].Descriptor);
    }

    [PlayedKqueueFact]
    public void A_descriptor_removed_and_closed_in_one_turn_is_no_error_of_its_successor()
    {
        using var poller = new KqueuePoller(_kevent);
        var number = HighDescriptor();
        poller.Add(number, Interest.Read | Interest.Write);
        Assert.Equal(1, poller.Wait(_ready, 0));
        poller.Remove(number);
        _ = SocketCalls.close(number);
        Assert.Equal(number, WakeupCalls.fcntl(_wakeup.Descriptor, 0, number)); // the number's next owner
        poller.Add(number, Interest.Read);
        _wakeup.Signal();
        var reports = Enumerable.Range(0, 3).Select(_ => poller.Wait(_ready, 0) == 1 ? _ready[0] : default).ToList();
        Assert.Contains(new ReadyDescriptor(number, Readiness.Read), reports);
        Assert.DoesNotContain(reports, report => (report.Readiness & Readiness.Hangup) != 0);
        _ = SocketCalls.close(number);
    }

    [PlayedKqueueFact]
    public void More_changes_than_the_span_or_the_batch_holds_are_sent_ahead()
    {
        using var poller = new KqueuePoller(_kevent, batch: 4);
        var wakeups = Enumerable.Range(0, 11).Select(_ => new Wakeup()).ToList();
        var closed = HighDescriptor();
        poller.Add(closed, Interest.Read);
        _ = SocketCalls.close(closed);
        foreach (var wakeup in wakeups)
        {
            poller.Add(wakeup.Descriptor, Interest.Read);
            wakeup.Signal();
        }

        var seen = new HashSet<int>();
        for (var turn = 0; turn < 20; turn++)
        {
            if (poller.Wait(_ready.AsSpan(0, 1), 0) == 1) seen.Add(_ready[0].Descriptor);
        }

        Assert.Equal([closed, .. wakeups.Select(w => w.Descriptor)], seen.ToHashSet());
        Assert.All(_kevent.Applied, changes => Assert.InRange(changes.Length, 1, 4));
        wakeups.ForEach(w => w.Dispose());
    }

    [PlayedKqueueFact]
    public void A_change_from_another_thread_reaches_the_waiting_one()
    {
        using var poller = new KqueuePoller(_kevent);
        poller.Add(_wakeup.Descriptor, Interest.Read | Interest.OneShot);
        _wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 0));
        var count = 0;
        var waiter = new Thread(() => count = poller.Wait(_ready, 10_000));
        waiter.Start();
        Assert.True(_kevent.Waiting.Wait(10_000));
        poller.Change(_wakeup.Descriptor, Interest.Read | Interest.OneShot); // as a follower does when it is done
        waiter.Join();
        Assert.Equal(1, count);
    }

    [PlayedKqueueFact]
    public void A_change_that_fails_while_another_thread_waits_is_thrown_where_it_was_made()
    {
        using var poller = new KqueuePoller(_kevent);
        var waiter = new Thread(() => poller.Wait(_ready, 10_000));
        poller.Add(_wakeup.Descriptor, Interest.Read);
        waiter.Start();
        Assert.True(_kevent.Waiting.Wait(10_000));
        var closed = HighDescriptor();
        _ = SocketCalls.close(closed);
        Assert.Equal(Errno.EBADF, Assert.Throws<SystemCallException>(() => poller.Add(closed, Interest.Read)).Errno);
        _wakeup.Signal();
        waiter.Join();
    }

    [PlayedKqueueFact]
    public void A_signal_ends_the_wait_and_loses_no_change()
    {
        using var poller = new KqueuePoller(_kevent);
        poller.Add(_wakeup.Descriptor, Interest.Read);
        _kevent.Failures.Enqueue(Errno.EINTR);
        _kevent.Failures.Enqueue(Errno.EINTR);
        Assert.Equal(0, poller.Wait(_ready, 10_000));
        _wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 10_000));
    }

    [PlayedKqueueFact]
    public void Failures_of_the_calls_name_them()
    {
        _kevent.Failures.Enqueue(Errno.EMFILE);
        Assert.Contains("kqueue: EMFILE", Assert.Throws<SystemCallException>(() => new KqueuePoller(_kevent)).Message);
        using var poller = new KqueuePoller(_kevent);
        _kevent.Failures.Enqueue(Errno.ENOMEM);
        Assert.Contains("kevent(0 changes): ENOMEM", Assert.Throws<SystemCallException>(() => poller.Wait(_ready, 0)).Message);
    }

    [Fact]
    public void A_library_that_is_not_there_is_named()
    {
        Assert.Contains("libno-such-kqueue.so", KqueuePoller.Unavailable("libno-such-kqueue.so"));
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => Pollers.Create("kqueue", "libno-such-kqueue.so"));
        Assert.Contains("libno-such-kqueue.so cannot be loaded", refusal.Message);
        Assert.Contains("poll, select", refusal.Message);
        Assert.Throws<PlatformNotSupportedException>(() => new KqueuePoller("libno-such-kqueue.so"));
        if (OperatingSystem.IsLinux() && Pollers.Unavailable("kqueue") is { } reason) Assert.Contains("libkqueue.so.0", reason);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Events_lie_in_memory_as_the_system_lays_them(int stride)
    {
        Assert.Equal(KernelEvent.Size, System.Runtime.CompilerServices.Unsafe.SizeOf<KernelEvent>());
        KernelEvent[] events =
        [
            new() { Identifier = 7, Filter = EVFILT_READ, Flags = EV_ADD, FilterFlags = 5, Data = 9, UserData = 11 },
            new() { Identifier = 8, Filter = EVFILT_WRITE, Flags = EV_ADD, FilterFlags = 6, Data = -1, UserData = 12 },
        ];
        var memory = Enumerable.Repeat((byte)0xEE, stride * 2).ToArray();
        KqueueCalls.Spread(events, memory, stride);
        var second = memory.AsSpan(stride);
        Assert.Equal(8, BitConverter.ToInt64(second));
        Assert.Equal(EVFILT_WRITE, BitConverter.ToInt16(second[8..]));
        Assert.Equal(EV_ADD, BitConverter.ToUInt16(second[10..]));
        Assert.Equal(6u, BitConverter.ToUInt32(second[12..]));
        Assert.Equal(-1, BitConverter.ToInt64(second[16..]));
        Assert.Equal(12, BitConverter.ToInt64(second[24..]));
        Assert.True(second[32..].IndexOfAnyExcept((byte)0) < 0);
        var back = new KernelEvent[2];
        KqueueCalls.Gather(memory, back, stride);
        Assert.Equal(events, back);
    }

    // A number far up, which no other test gets in the meantime.
    private int HighDescriptor()
    {
        var descriptor = WakeupCalls.fcntl(_wakeup.Descriptor, 0, 800);
        Assert.InRange(descriptor, 800, 899);
        return descriptor;
    }
}
