using System.Globalization;
using System.Text;
using ActorServer.Bench.Load;

namespace ActorServer.Bench.Experiments;

/// <summary>What clients ask of a server.</summary>
/// <param name="Name">As <c>--workload</c> has it.</param>
/// <param name="Title">What it is, in words for the report.</param>
/// <param name="Requests">The kinds of request, with their weights.</param>
/// <param name="Rate">Requests per second when it is an open loop by nature; 0 for a closed loop.</param>
/// <param name="Close">Whether each request has a connection of its own.</param>
public sealed record Workload(string Name, string Title, IReadOnlyList<RequestSpec> Requests, double Rate = 0, bool Close = false)
{
    /// <summary>Those that are built in.</summary>
    public static IReadOnlyList<Workload> BuiltIn { get; } =
    [
        new("hello", "\"Hello, World!\" over kept connections", [RequestSpec.Get("/")]),
        new("echo", "1 KiB posted and sent back", [Echo(1)]),
        new("connect", "\"Hello, World!\", each on a connection of its own", [RequestSpec.Get("/")], Close: true),
        new("blocking", "a handler that blocks its thread for 10 ms", [RequestSpec.Get("/sleep?ms=10")]),
        new("cpu", "a handler that computes for 1 ms", [RequestSpec.Get("/burn?ms=1")]),
        new("heavy-tail", "a handler that computes, mostly for 1 ms and now and then for up to 50; 150 requests a second come at random times",
            [.. HeavyTail(1.3, 50)], Rate: 150),
        new("mixed", "80 % hello, 10 % echo, 6 % downloads of 16 KiB, 3 % that wait 5 ms, 1 % that compute 2 ms",
        [
            RequestSpec.Get("/", 80), Echo(10), RequestSpec.Get("/bytes?n=16384", 6), RequestSpec.Get("/wait?ms=5", 3), RequestSpec.Get("/burn?ms=2", 1),
        ]),
    ];

    /// <summary>A built-in workload.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="FormatException">There is none of this name.</exception>
    public static Workload Find(string name) => BuiltIn.FirstOrDefault(workload => workload.Name == name)
        ?? throw new FormatException($"workload \"{name}\" is not known; expected {string.Join(" | ", BuiltIn.Select(workload => workload.Name))}");

    /// <summary>A workload of one's own. Each line of the file is <c>[WEIGHT] [METHOD] /path [BODY]</c>; empty lines and # are skipped.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="FormatException">A line is none of these; the message tells which.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Workload FromFile(string file)
    {
        List<RequestSpec> requests = [];
        foreach (var (number, text) in File.ReadLines(file).Index())
        {
            var line = text.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var weight = 1.0;
            var word = Next(ref line);
            if (char.IsAsciiDigit(word[0]))
            {
                if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out weight) || !(weight > 0)) throw Fault("the weight is no number above 0");
                word = Next(ref line);
            }

            var method = "GET";
            if (word.Length > 0 && word.All(char.IsAsciiLetterUpper))
            {
                method = word;
                word = Next(ref line);
            }

            if (word is not ['/', ..] || !word.All(character => character is > ' ' and < (char)127)) throw Fault("expected [WEIGHT] [METHOD] /path [BODY]");
            if (method is "HEAD" or "CONNECT") throw Fault($"{method} is not measured: its replies have another framing");
            requests.Add(new RequestSpec(method, word, weight, Encoding.UTF8.GetBytes(line)));

            FormatException Fault(string why) => new($"{file}:{number + 1}: {why}");
        }

        if (requests.Count == 0) throw new FormatException($"{file}: there is no request in it");
        return new Workload("urls", $"{requests.Count} kind{(requests.Count == 1 ? "" : "s")} of request from {Path.GetFileName(file)}", requests);

        static string Next(ref string line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var word = space < 0 ? line : line[..space];
            line = space < 0 ? "" : line[space..].TrimStart();
            return word;
        }
    }

    private static RequestSpec Echo(double weight) => new("POST", "/echo", weight, [.. Enumerable.Repeat((byte)'e', 1024)]);

    /// <summary>
    /// Work times of a Pareto distribution, cut at an end: most are short, and the few that are long make up much of the work. A request
    /// of N ms stands for all between N and N + 1.
    /// </summary>
    private static IEnumerable<RequestSpec> HeavyTail(double shape, int longest)
    {
        for (var ms = 1; ms < longest; ms++) yield return RequestSpec.Get($"/burn?ms={ms}", Math.Pow(ms, -shape) - Math.Pow(ms + 1, -shape));
        yield return RequestSpec.Get($"/burn?ms={longest}", Math.Pow(longest, -shape));
    }
}
