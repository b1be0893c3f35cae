using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>Workspaces between threads; that a connection lends its own is in <see cref="LifecycleTests"/>.</summary>
public sealed class WorkspacesTests
{
    private readonly HttpOptions _options = new() { Date = new HttpDate(DateTimeOffset.UnixEpoch) };

    [Fact]
    public void WhatAThreadGivesItTakesAgainTheLastOneFirst() => OnThread(() =>
    {
        var given = Enumerable.Range(0, 40).Select(_ => new Workspace(_options)).ToList();
        given.ForEach(Workspaces.Give);
        given.Reverse();
        Assert.Equal(given, Enumerable.Range(0, 40).Select(_ => Workspaces.Take(_options)));
    });

    [Fact]
    public void WhatOneThreadOnlyGivesAnotherThatOnlyTakesGets()
    {
        // The store is everybody's: tests that run at the same time may take what is meant for us, but not always.
        for (var round = 1; round <= 1000; round++)
        {
            List<Workspace> given = [], taken = [];
            OnThread(() =>
            {
                given.AddRange(Enumerable.Range(0, 200).Select(_ => new Workspace(_options)));
                given.ForEach(Workspaces.Give);
            });
            OnThread(() => taken.AddRange(Enumerable.Range(0, 32).Select(_ => Workspaces.Take(_options))));
            if (given.Intersect(taken).Count() == taken.Count) return; // all from one magazine
        }

        Assert.Fail("nothing went from the one to the other");
    }

    [Fact]
    public void ThoseThatAreTakenNextKeepTheirBuffers() => OnThread(() =>
    {
        var given = Enumerable.Range(0, 20).Select(_ => new Workspace(_options)).ToList();
        foreach (var workspace in given)
        {
            workspace.Current.Input.Tail(1);
            workspace.Current.Exchange.Response.Write("reply"u8);
            workspace.Current.Exchange.Response.Clear();
            Workspaces.Give(workspace);
        }

        Assert.Equal(given[^4..], given.Where(workspace => workspace.HoldsBuffer));
    });

    [Fact]
    public void OneOfAnotherServerIsGivenUp() => OnThread(() =>
    {
        var other = new Workspace(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) });
        Workspaces.Give(other);
        var taken = Workspaces.Take(_options);
        Assert.Same(_options, taken.Options);
        Assert.NotSame(other, Workspaces.Take(other.Options));
    });

    /// <summary>On a thread whose magazines are new.</summary>
    private static void OnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw failure;
    }
}
