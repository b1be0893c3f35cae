using System.CommandLine;
using System.Globalization;
using ActorServer.Configuration;
using ActorServer.Hosting;
using ActorServer.IO.Native;
using ActorServer.Processes;
using Akka.Configuration;

namespace ActorServer.Cli;

/// <summary>The command <c>actorserver</c>: its verbs, arguments and exit codes (0 done, 1 failed, 2 unusable arguments or configuration).</summary>
public static class CommandLine
{
    private static readonly Argument<string?> Topology = new("TOPOLOGY")
    {
        Description = "Which concurrency model serves (see: actorserver list); actor when left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Port = new("--port") { Description = "The port to listen on; 0 picks a free one. [default: 8080]" };

    private static readonly Option<string?> HostName = new("--host") { Description = "The address to listen on; * is every one. [default: 127.0.0.1]" };

    private static readonly Option<string[]> ConfigFiles = new("--config")
    {
        Description = "A HOCON file; may be given several times, later ones win.", HelpName = "FILE", AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string[]> Values = new("--set")
    {
        Description = "One setting, e.g. limits.body=1MB or akka.loglevel=DEBUG; wins over files.", HelpName = "path=value", AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string?> Admin = new("--admin")
    {
        Description = "The Unix socket for orders to a running server; off for none. [default: one in the user's runtime folder, named after the port]", HelpName = "PATH",
    };

    private static readonly Argument<string> SwappedTo = new("TOPOLOGY") { Description = "The topology that is to serve new connections." };

    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Log what the server does, down to debug level." };

    private static readonly Argument<string> CheckedFile = new("FILE") { Description = "The configuration to check." };

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="errors">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var run = new Command("run", "Serve until SIGTERM or Ctrl-C, which drain: requests in flight are answered first, unless a second one cuts them.")
        {
            Topology, Port, HostName, ConfigFiles, Values, Admin, Verbose,
        };
        run.SetAction((parsed, cancel) => RunCommand.RunAsync(() => Layers(parsed), parsed.GetValue(Verbose), output, cancel));
        var list = new Command("list", "Show every topology: who accepts, reads, handles and writes, and whether this machine can run it.");
        list.SetAction(_ => ListCommand.Run(output));
        var check = new Command("check", "Check a configuration file: exit code 0, or 2 and one line for each fault.") { CheckedFile };
        check.SetAction((parsed, _) => CheckCommand.RunAsync(parsed.GetValue(CheckedFile)!, output));
        var swap = new Command("swap", "Tell a running server to serve new connections by another topology; it answers what the old one was asked.") { SwappedTo, Values, Port, Admin };
        swap.SetAction((parsed, _) => SwapCommand.RunAsync(AdminPath(parsed), parsed.GetValue(SwappedTo)!, parsed.GetValue(Values) ?? [], output, errors));
        var root = new RootCommand("ActorServer: one HTTP server, every concurrency model. The model is an edit of HOCON.")
        {
            run, list, check, swap, BenchArguments.Create(options => BenchCommand.RunAsync(options, output)),
        };

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // A verb that is not known is told before the verb that it leaves to be missed.
            var error = parsed.UnmatchedTokens is [var token, ..] && parsed.CommandResult.Command == root
                ? $"\"{token}\" is not known; expected {string.Join(" | ", root.Subcommands.Select(verb => verb.Name))}" : parsed.Errors[0].Message;
            await errors.WriteLineAsync($"actorserver: {error} (see: actorserver {parsed.CommandResult.Command.Name} --help)"
                .Replace("actorserver actorserver", "actorserver", StringComparison.Ordinal));
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false,
                // Draining may take longer than the two seconds that the library would grant; the host listens to SIGTERM itself.
                ProcessTerminationTimeout = null,
            });
        }
        catch (InvalidConfigurationException exception)
        {
            foreach (var fault in exception.Faults) await errors.WriteLineAsync($"actorserver: {fault.ToString().ReplaceLineEndings(" ")}");
            return 2;
        }
        catch (PlatformNotSupportedException exception)
        {
            await errors.WriteLineAsync($"actorserver: {exception.Message}");
            return 2;
        }
        catch (Exception exception) when (exception is SystemCallException or WorkerProcessException or IOException)
        {
            await errors.WriteLineAsync($"actorserver: {exception.Message}");
            return 1;
        }
    }

    private static string AdminPath(ParseResult parsed)
    {
        if (parsed.GetValue(Admin) is { } path) return path;
        var port = parsed.GetValue(Port) ?? ServerSettings.Load().Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        return AdminChannel.DefaultPath(int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidConfigurationException([new ConfigurationFault("--port", $"expected a number, found \"{port}\"")]));
    }

    /// <summary>What was configured, weakest first: files, then settings, then the arguments that have a name of their own.</summary>
    private static List<Config> Layers(ParseResult parsed)
    {
        List<Config> layers =
        [
            // The process is the server's own: it takes orders, and nobody else's memory is in its heap.
            ConfigurationSource.Text("admin.socket", "auto", "actorserver run"),
            ConfigurationSource.Text("trim-after", "2s", "actorserver run"),
            .. (parsed.GetValue(ConfigFiles) ?? []).Select(ConfigurationSource.File),
        ];
        foreach (var pair in parsed.GetValue(Values) ?? []) layers.Add(ConfigurationSource.Setting(pair, "--set"));

        if (parsed.GetValue(Topology) is ['-', ..] option) throw new InvalidConfigurationException([new ConfigurationFault(option, "there is no such option (see: actorserver run --help)")]);
        if (parsed.GetValue(Topology) is { } topology) layers.Add(ConfigurationSource.Text("topology", topology, "TOPOLOGY"));
        if (parsed.GetValue(HostName) is { } host) layers.Add(ConfigurationSource.Text("endpoint.host", host, "--host"));
        if (parsed.GetValue(Admin) is { } admin) layers.Add(ConfigurationSource.Text("admin.socket", admin, "--admin"));
        if (parsed.GetValue(Port) is { } port) layers.Add(ConfigurationSource.Value("endpoint.port", port, "--port"));
        return layers;
    }
}
