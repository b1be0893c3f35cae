using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Server;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorServer.Dispatch.Stages;

/// <summary>A stage of the pipeline as it is configured.</summary>
/// <param name="Name">Its name, and that of its threads.</param>
/// <param name="Least">How many connections it is at at a time, at least.</param>
/// <param name="Most">The same at most; its parallelism scales in between.</param>
/// <param name="Buffer">How many connections may be in it.</param>
/// <param name="Work">What it does; whether the connection goes on to the next stage.</param>
internal sealed record StagePlan(string Name, int Least, int Most, int Buffer, Func<StagedConnection, bool> Work)
{
    /// <summary>Those that are always there, in their order.</summary>
    private static readonly string[] Fixed = ["parse", "handle", "render", "write"];

    /// <summary>Reads the stages of a topology.</summary>
    public static IReadOnlyList<StagePlan> Read(SettingsReader settings)
    {
        var names = settings.Names("stages");
        var handler = names.ToList().IndexOf("handle");
        if (!names.Where(Fixed.Contains).SequenceEqual(Fixed) || names[0] != "parse" || !names.TakeLast(2).SequenceEqual(Fixed[2..]) || names.Distinct().Count() < names.Count)
        {
            if (names.Count > 0) settings.Fault("stages", $"[{string.Join(", ", names)}] is no pipeline; expected parse first, then handle, render and write last, and others between parse and render");
            return [];
        }

        return [.. names.Select((name, index) => Read(name, index < handler, settings.Section(name)))];
    }

    /// <summary>How each of the stages is doing.</summary>
    public static IReadOnlyList<StageLoad> Loads(IReadOnlyList<StagePlan> stages)
    {
        var loads = new List<StageLoad>();
        foreach (var stage in stages.Reverse()) loads.Insert(0, new StageLoad(stage.Name, loads.FirstOrDefault()));
        return loads;
    }

    /// <summary>The stream, which all connections pass through.</summary>
    public static IRunnableGraph<Task> Graph(IReadOnlyList<StagePlan> stages, IReadOnlyList<StageLoad> loads, PipelineEntrance entrance, Wiring wiring)
    {
        // The entrance belongs to the first stage's island.
        var stream = Source.FromGraph(entrance).Via(stages[0].Flow(loads[0], wiring, out var place)).AddAttributes(place).Async();
        foreach (var (stage, load) in stages.Zip(loads).Skip(1))
        {
            var flow = stage.Flow(load, wiring, out place);
            stream = stream.Via(flow.AddAttributes(place).Async());
        }

        return stream.ToMaterialized(Sink.Ignore<StagedConnection>(), static (_, ended) => (Task)ended);
    }

    private static StagePlan Read(string name, bool beforeHandler, SettingsReader settings)
    {
        var least = settings.Number("min", least: 1, most: 1024);
        var most = settings.Number("max", least: 1, most: 1024);
        var buffer = settings.Number("buffer", least: 1, most: 1_000_000);
        if (most < least) settings.Fault("max", $"{most} is less than min, which is {least}");
        if (buffer < most) settings.Fault("buffer", $"{buffer} is too small; expected at least max, which is {most}");
        return new StagePlan(name, least, most, buffer, Working(name, beforeHandler, settings));
    }

    private static Func<StagedConnection, bool> Working(string name, bool beforeHandler, SettingsReader settings)
    {
        switch (name)
        {
            case "parse": return static connection => connection.Parse();
            case "handle": return static connection => connection.Handle();
            case "render": return static connection => connection.Render();
            case "write": return static connection => connection.Write();
            case "validate":
                var patience = settings.Duration("max-wait");
                return connection => connection.Validate(patience);
        }

        var own = settings.Text("class") is { Length: > 0 } type ? Own(type, settings) : null;
        return own is null ? static _ => true : connection => connection.Pass(own, beforeHandler);
    }

    private static IRequestStage? Own(string name, SettingsReader settings)
    {
        if (ConfiguredTypes.Find(name) is not { } type)
            settings.Fault("class", $"there is no type \"{name}\"; expected \"Namespace.Type, Assembly\"");
        else if (!type.IsAssignableTo(typeof(IRequestStage)) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            settings.Fault("class", $"{type} is no stage; expected an {nameof(IRequestStage)} with a public constructor without parameters");
        else
            return (IRequestStage)constructor.Invoke(null);
        return null;
    }

    private Flow<StagedConnection, StagedConnection, NotUsed> Flow(StageLoad load, Wiring wiring, out Attributes place)
    {
        // One more than the crew: the island's own, which moves connections in and out while the others are at work.
        var threads = wiring.Threads(Name, Most == 1 ? new ThreadSet(Name, 1) { Ready = true, Yields = 20 } : new ThreadSet(Name, Most + 1) { Spares = Most + 1, Yields = 20 });
        var before = Most == 1 ? Buffer : 2; // a crew has the buffer itself
        place = ActorAttributes.CreateDispatcher(threads).And(Attributes.CreateInputBuffer(before, before));
        var flow = Akka.Streams.Dsl.Flow.Create<StagedConnection>();
        return Most == 1
            ? flow.Where(connection => load.Work(Work, connection))
            : flow.Via(new Crew<StagedConnection>(load, Work, wiring.Lookup(threads), Least, Most, Buffer));
    }
}
