using ActorServer.Hosting;

namespace ActorServer.Cli;

/// <summary><c>actorserver swap</c>: tells a running server to serve new connections by another topology.</summary>
internal static class SwapCommand
{
    public static async Task<int> RunAsync(string admin, string topology, IEnumerable<string> values, TextWriter output, TextWriter errors)
    {
        var answer = await AdminChannel.SendAsync(admin, values.Prepend($"swap {topology}"));
        if (answer.StartsWith("ok ", StringComparison.Ordinal))
        {
            await output.WriteLineAsync($"swapped {answer[3..]}");
            return 0;
        }

        await errors.WriteLineAsync($"actorserver: {(answer.StartsWith("error ", StringComparison.Ordinal) ? answer[6..] : "the server did not answer")}");
        return 1;
    }
}
