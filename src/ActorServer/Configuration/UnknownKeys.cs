using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorServer.Configuration;

/// <summary>Finds what a configuration says and nobody reads: misspelt keys must not pass in silence.</summary>
internal static class UnknownKeys
{
    /// <summary>One fault for each key of the configured layers that is not known.</summary>
    /// <param name="layers">What was configured, without the defaults.</param>
    /// <param name="known">Every path that is read.</param>
    public static List<ConfigurationFault> In(IEnumerable<Config> layers, IReadOnlySet<string> known)
    {
        var faults = new List<ConfigurationFault>();
        var ours = known.Select(key => key.Split('.')[1]).ToHashSet();
        foreach (var layer in layers)
        {
            if (layer.IsEmpty) continue;
            var hasRoot = layer.HasPath(ServerSettings.Root);
            foreach (var (name, value) in layer.AsEnumerable())
            {
                if (name == ServerSettings.Root)
                {
                    Inspect(value, name);
                }
                // Beside ours it is something to refer to, ${topology}; alone it is a file that would say nothing.
                else if (!hasRoot && ours.Contains(name))
                {
                    faults.Add(new ConfigurationFault(Origins.Of(value), $"{name}: unknown section; did you mean {ServerSettings.Root}.{name}?"));
                }
                // Other sections are the user's own, or Akka's; one that is nearly ours is ours, misspelt.
                else if (name != "akka" && Nearest.Hint(name, [ServerSettings.Root]) is { Length: > 0 } hint)
                {
                    faults.Add(new ConfigurationFault(Origins.Of(value), $"{name}: unknown section{hint}"));
                }
            }
        }

        return faults;

        void Inspect(HoconValue value, string path)
        {
            if (known.Contains(path)) return; // whether its value fits is the reader's to say
            if (value.GetObject() is { } section)
            {
                // A topology from elsewhere that is not the chosen one: only its own constructor knows its keys.
                if (section.Items.ContainsKey("class") && !known.Contains($"{path}.class")) return;
                foreach (var (name, inner) in section.Items) Inspect(inner, $"{path}.{name}");
            }
            else if (known.Any(key => key.StartsWith(path + ".", StringComparison.Ordinal)))
            {
                faults.Add(new ConfigurationFault(Origins.Of(value), $"{path}: expected a section {{ … }}, found {(value.IsArray() ? "a list" : $"\"{value.GetString()}\"")}"));
            }
            else
            {
                faults.Add(new ConfigurationFault(Origins.Of(value), $"{path}: unknown key{Nearest.Hint(path, known)}"));
            }
        }
    }
}
