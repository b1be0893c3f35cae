using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ActorServer.Handlers;
using Akka.Actor;

namespace ActorServer.Samples.Rest;

/// <summary>A note.</summary>
internal sealed record Note(int Id, string Text, bool Done);

/// <summary>What a client sends of one.</summary>
internal sealed record Draft(string? Text, bool Done);

/// <summary>How notes become JSON and back: made by the compiler, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Note[]))]
[JsonSerializable(typeof(Draft))]
internal sealed partial class Json : JsonSerializerContext;

/// <summary>All notes. What they are is nobody else's affair, so that there is nothing to lock.</summary>
internal sealed class Notes : ReceiveActor
{
    private readonly SortedDictionary<int, Note> _notes = [];
    private int _lastId;

    public Notes() => Receive<Request>(request => Sender.Tell(Answer(request)));

    private Response Answer(Request request)
    {
        switch (request.Route)
        {
            case "GET /notes":
                return Reply(request, _notes.Values.ToArray(), Json.Default.NoteArray);

            case "POST /notes" when Read(request) is { } draft:
                var note = Write(++_lastId, draft);
                return Reply(request, note, Json.Default.Note, 201) with { Headers = [new("Location", $"/notes/{note.Id}")] };

            case "POST /notes":
                return request.Reply("Expected {\"text\": …, \"done\": …}.\n", 400);
        }

        if (!int.TryParse(request.RouteText("id"), CultureInfo.InvariantCulture, out var id) || !_notes.TryGetValue(id, out var found))
            return request.Reply("There is no such note.\n", 404);

        switch (request.Route)
        {
            case "PUT /notes/{id}":
                return Read(request) is { } draft ? Reply(request, Write(id, draft), Json.Default.Note) : request.Reply("Expected {\"text\": …, \"done\": …}.\n", 400);

            case "DELETE /notes/{id}":
                _notes.Remove(id);
                return request.Reply(204);

            default:
                return Reply(request, found, Json.Default.Note);
        }
    }

    private Note Write(int id, Draft draft) => _notes[id] = new Note(id, draft.Text!, draft.Done);

    private static Draft? Read(Request request)
    {
        try
        {
            return JsonSerializer.Deserialize(request.Body.Span, Json.Default.Draft) is { Text: not null } draft ? draft : null;
        }
        catch (JsonException)
        {
            return null; // a 400: it is the client's mistake
        }
    }

    private static Response Reply<T>(Request request, T value, JsonTypeInfo<T> type, int status = 200) =>
        request.Reply(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json", status);
}
