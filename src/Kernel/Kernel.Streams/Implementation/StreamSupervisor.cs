using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Streams.Implementation;

/// <summary>The parent of the islands' actors. They are made here, so that whoever runs a graph need not wait.</summary>
internal sealed class StreamSupervisor(UnstartedIslands unstarted) : ActorBase
{
    protected override void PostStop() => unstarted.Abandon();

    /// <summary>The streams that run end. Those that are to be started wait in the mailbox, which a restart leaves as it is.</summary>
    protected override void PreRestart(Exception reason, object? message)
    {
        foreach (var island in Context.GetChildren()) Context.Stop(island);
        if (message is Materialize request) unstarted.Abandon(request.Islands);
    }

    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;

    protected override bool Receive(object message)
    {
        if (message is not Materialize request)
            return false;
        for (var i = 0; i < request.Islands.Count; i++)
        {
            var island = request.Islands[i];
            Context.ActorOf(island.Props, $"{request.Name}-{i}-{Uri.EscapeDataString(island.Name)}");
            unstarted.Remove(island);
        }

        return true;
    }

    internal sealed record Materialize(string Name, IReadOnlyList<Island> Islands);
}

/// <summary>Islands on their way to the supervisor. Should it end meanwhile, their streams fail rather than wait for ever.</summary>
internal sealed class UnstartedIslands
{
    private readonly ConcurrentDictionary<Island, bool> _islands = new();
    private volatile bool _ended;

    public void Add(Island[] islands)
    {
        foreach (var island in islands)
            _islands[island] = true;
    }

    public void Remove(Island island) => _islands.TryRemove(island, out _);

    /// <summary>To be called after the islands were sent: abandons them if the supervisor had ended.</summary>
    public void AbandonIfEnded()
    {
        if (_ended)
            Abandon();
    }

    public void Abandon()
    {
        _ended = true;
        Abandon(_islands.Keys);
    }

    public void Abandon(IEnumerable<Island> islands)
    {
        foreach (var island in islands)
        {
            if (_islands.TryRemove(island, out _))
                island.Abandon();
        }
    }
}

/// <summary>Numbers an actor system's stream supervisors.</summary>
internal sealed class StreamSupervisorNames : IExtension
{
    private int _given;

    public static StreamSupervisorNames Get(ActorSystem system) => system.WithExtension<StreamSupervisorNames, Provider>();

    public string Next() => $"StreamSupervisor-{Interlocked.Increment(ref _given)}";

    private sealed class Provider : ExtensionIdProvider<StreamSupervisorNames>
    {
        public override StreamSupervisorNames CreateExtension(ExtendedActorSystem system) => new();
    }
}

/// <summary>Makes graphs run inside an island that runs already; what asks for an island of its own still gets one.</summary>
internal sealed class FusingMaterializer(Island island) : IMaterializer
{
    public Dispatch.MessageDispatcher ExecutionContext => island.Materializer.ExecutionContext;

    public ActorSystem System => island.Materializer.System;

    public IMaterializer WithNamePrefix(string namePrefix) => this;

    public TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable) => Materialize(runnable, island.Attributes);

    public TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes)
    {
        var run = new Materialization(island.Materializer);
        var part = runnable.Module.Materialize(run, initialAttributes, island);
        island.StartAdded();
        island.Materializer.Start(run);
        return (TMat)part.Value!;
    }

    public ICancelable ScheduleOnce(TimeSpan delay, Action action) => island.Materializer.ScheduleOnce(delay, action);

    public ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        island.Materializer.ScheduleRepeatedly(initialDelay, interval, action);
}
