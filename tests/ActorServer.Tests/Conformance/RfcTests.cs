using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What RFC 9110 and RFC 9112 ask of a server, case by case, of every topology; all that is wrong is reported together.</summary>
public sealed class RfcTests
{
    // So that what is beyond them is still short.
    private const string Limits = "limits { request-line = 100, headers = 300, header-count = 10, body = 100, linger = 60s }";

    private static readonly RfcCase[] Cases = [.. RfcRequestLines.Cases, .. RfcFields.Cases, .. RfcBodies.Cases, .. RfcConnections.Cases];

    /// <summary>Where each connection costs a process: all that one connection can ask for, and one in ten of the ends.</summary>
    private static IEnumerable<RfcCase> FewConnections => Cases.Where(one => one.Persists).Concat(Cases.Where(one => !one.Persists).Where((_, index) => index % 10 == 0));

    public static TheoryData<string> Topologies => Rows.Variants;

    [Theory, MemberData(nameof(Topologies))]
    public Task Whole(string topology) => RunAsync(topology, topology.StartsWith("multi-process", StringComparison.Ordinal) ? FewConnections : Cases, size: int.MaxValue);

    // A server may have closed before bytes behind a close come, and resets who goes on to send (§9.6).
    [Theory, InlineData("epoll"), InlineData("proactor"), InlineData("thread-pool")]
    public Task A_byte_at_a_time(string topology) => RunAsync(topology, Cases.Where(one => one.Is != RfcConnections.BehindAClose), size: 1);

    private static async Task RunAsync(string topology, IEnumerable<RfcCase> cases, int size)
    {
        await using var server = await TestServer.StartAsync(topology, $"""handler = "{typeof(RfcApp).AssemblyQualifiedName}", {Limits}""");
        var failures = new List<string>();
        RawClient? client = null;
        try
        {
            foreach (var one in cases)
            {
                client ??= server.Connect();
                var problem = Play(one, client, size);
                if (problem is not null) failures.Add($"RFC {one.Section}, {one.Is}: {problem}");
                if (problem is null && one.Persists) continue;
                client.Dispose();
                client = null;
            }
        }
        finally
        {
            client?.Dispose();
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Cases.Length} cases:\n{string.Join('\n', failures)}");
    }

    private static string? Play(RfcCase one, RawClient client, int size)
    {
        try
        {
            return one.Play(client, size);
        }
        catch (Exception wrong) when (wrong is System.Net.Sockets.SocketException or Xunit.Sdk.XunitException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            return wrong.Message; // a reset, an end in the middle, or what is no reply
        }
    }
}
