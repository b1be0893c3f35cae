using System.Text;
using ActorServer.Connections;
using ActorServer.Handlers;
using Akka.Actor;

namespace ActorServer.Samples.Chat;

/// <summary>
/// A room. Who comes in says a name first; whatever is said then goes to everybody else, who have not asked for it. Who is gone is known by
/// the end of the connection's actor.
/// </summary>
internal sealed class Room : ReceiveActor
{
    private readonly Dictionary<IActorRef, (string Name, ConnectionInfo Connection)> _people = [];

    public Room()
    {
        Receive<Line>(line => Sender.Tell(Hear(line)));
        Receive<Terminated>(gone => Leave(gone.ActorRef));
    }

    private LineReply Hear(Line line)
    {
        if (!_people.TryGetValue(line.Connection.Actor, out var person)) return Enter(line);
        switch (line.Text.Trim())
        {
            case "":
                return line.NoReply();
            case "/who":
                return line.Reply($"* here: {string.Join(", ", Names)}");
            case "/quit":
                Leave(line.Connection.Actor); // the connection ends when the client has closed it, too
                return line.Reply("* bye", close: true);
            case var text:
                Tell($"{person.Name}: {text}", but: line.Connection.Actor);
                return line.NoReply();
        }
    }

    private IEnumerable<string> Names => _people.Values.Select(person => person.Name).Order(StringComparer.Ordinal);

    private LineReply Enter(Line line)
    {
        var name = line.Text.Trim();
        if (name.Length is 0 or > 32 || name.Any(char.IsControl)) return line.Reply("* say your name");
        if (Names.Contains(name, StringComparer.Ordinal)) return line.Reply($"* there is a {name} already, say another name");
        Tell($"* {name} is here", but: null);
        _people.Add(line.Connection.Actor, (name, line.Connection));
        Context.Watch(line.Connection.Actor);
        return line.Reply($"* welcome {name}; here: {string.Join(", ", Names)}");
    }

    private void Leave(IActorRef connection)
    {
        if (_people.Remove(connection, out var person)) Tell($"* {person.Name} has left", but: null);
    }

    /// <summary>Tells everybody. Who does not read misses lines, and holds up nobody.</summary>
    private void Tell(string text, IActorRef? but)
    {
        var line = Encoding.UTF8.GetBytes(text);
        foreach (var (connection, person) in _people)
        {
            if (!connection.Equals(but)) person.Connection.TrySend(line);
        }
    }
}
