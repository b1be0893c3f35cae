using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>One run of a graph in the making.</summary>
internal sealed class Materialization(ActorMaterializer materializer)
{
    private readonly List<Island> _islands = [];

    public IReadOnlyList<Island> Islands => _islands;

    public Island NewIsland(Attributes attributes)
    {
        var island = new Island(materializer, attributes);
        _islands.Add(island);
        return island;
    }

    public (GraphStageLogic Logic, object? Value) Create(
        Func<Attributes, (GraphStageLogic Logic, Func<object?> Value)> create,
        Attributes attributes,
        Island island)
    {
        var made = create(attributes);
        island.Add(made.Logic, attributes);
        return (made.Logic, made.Value());
    }

    /// <summary>Wires an outlet to an inlet: directly on one island, through a buffer between two.</summary>
    public void Connect(OutEnd from, InEnd to)
    {
        var upstream = from.Logic.Island;
        var downstream = to.Logic.Island;
        if (upstream == downstream)
        {
            Wire(from.Logic, from.Port.Id, to.Logic, to.Port.Id, to.Port);
            return;
        }

        var (writer, reader) = to.Port.NewBoundary(materializer.InputBuffer(to.Logic.Attributes).Max);
        upstream.Add(writer, from.Logic.Attributes);
        downstream.Add(reader, to.Logic.Attributes);
        Wire(from.Logic, from.Port.Id, writer, 0, to.Port);
        Wire(reader, 0, to.Logic, to.Port.Id, to.Port);
    }

    private static void Wire(GraphStageLogic producer, int outlet, GraphStageLogic consumer, int inlet, Inlet type)
    {
        var connection = type.NewConnection();
        producer.ConnectOut(outlet, connection);
        consumer.ConnectIn(inlet, connection);
    }
}
