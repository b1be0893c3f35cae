using System.Text.Json;
using ActorServer.Benchmarks.Documents;

if (args is not [var file, var root])
{
    Console.Error.WriteLine("expected the JSON file of an experiment, and the folder of the repository");
    return 2;
}

BenchReport report;
try
{
    report = BenchReport.Parse(File.ReadAllText(file));
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException)
{
    Console.Error.WriteLine($"{file} is no report of actorserver bench: {exception.Message}");
    return 2;
}

var tables = new FigureTables(report);
var documents = Directory.EnumerateFiles(Path.Combine(root, "docs", "topologies"), "*.md").Order(StringComparer.Ordinal).Prepend(Path.Combine(root, "README.md"));
foreach (var document in documents)
{
    var text = File.ReadAllText(document);
    var sections = MarkedSections.In(text).ToList();
    var written = MarkedSections.Rewrite(text, tables.Of);
    if (written != text) File.WriteAllText(document, written);
    foreach (var section in sections) Console.WriteLine($"{document}: {section} {(tables.Of(section) is null ? "was not measured, and is left as it is" : "written")}");
}

return 0;
