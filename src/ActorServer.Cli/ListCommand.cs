using ActorServer.Configuration;
using ActorServer.Topologies;

namespace ActorServer.Cli;

/// <summary><c>actorserver list</c>: the catalog as a table.</summary>
internal static class ListCommand
{
    public static int Run(TextWriter output)
    {
        List<string[]> rows = [["TOPOLOGY", "ACCEPT", "READ", "HANDLE", "WRITE", "HAND-OFF", "RUNS HERE"]];
        foreach (var entry in Catalog.Entries)
        {
            var section = new SettingsReader(ServerSettings.Defaults, ServerSettings.Root).Section("topologies").Section(entry.Roles.Name);
            var topology = entry.Create(section);
            var (name, accept, read, handle, write, handoff, _) = entry.Roles;
            rows.Add([name, accept, read, handle, write, handoff, topology.Unavailable is { } reason ? $"no: {reason}" : $"yes ({topology.Engine})"]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows) output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        output.WriteLine();
        output.WriteLine("• is the same thread as the column on its left. Run one with: actorserver run TOPOLOGY");
        return 0;
    }
}
