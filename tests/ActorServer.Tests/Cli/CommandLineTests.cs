using ActorServer.Cli;

namespace ActorServer.Tests.Cli;

/// <summary>Arguments and configuration as a user gets them wrong: one clear line, the right exit code, never a stack trace.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actorserver-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--port=http", "--port: actor-server.endpoint.port: expected a whole number, found \"http\"")]
    [InlineData("--no-such-option", "--no-such-option: there is no such option")]
    [InlineData("--set=limits.body=6\nlimits.bdy=4", "actor-server.limits.body")]
    [InlineData("--port=70000", "--port", "70000", "0 to 65535")]
    [InlineData("--host=nowhere.example", "nowhere.example", "not an IP address")]
    [InlineData("actr", "\"actr\" is not known", "did you mean actor?")]
    [InlineData("--set=endpoint", "path=value")]
    [InlineData("--set=endpoint.prot=1", "actor-server.endpoint.prot: unknown key", "did you mean actor-server.endpoint.port?")]
    [InlineData("--set=limits.body=large", "actor-server.limits.body", "a size", "\"large\"")]
    [InlineData("--set=limits.linger=-1s", "actor-server.limits.linger")]
    [InlineData("--set=topologies.actor.workers=0", "actor-server.topologies.actor.workers", "at least 1|1 to 1024")]
    [InlineData("--set=topologies.actor.poller=epol", "\"epol\" is not known", "did you mean epoll?|did you mean poll?")]
    [InlineData("--set=handler=No.Such.Type", "actor-server.handler", "No.Such.Type")]
    [InlineData("--set=handler=No.Such.Type, Assembly, Version=none", "actor-server.handler", "No.Such.Type")]
    [InlineData("--set=handler=System.IO.Stream", "actor-server.handler", "no public constructor")]
    [InlineData("--config=/tmp", "/tmp", "is a directory")]
    [InlineData("--set=akka.loglevel=LOUD", "LOUD")]
    [InlineData("--set=akka.scheduler.tick-duration=soon", "akka.scheduler.tick-duration")]
    [InlineData("--set=akka.actor.default-dispatcher.type=Nope", "akka.actor.default-dispatcher.type", "Nope")]
    [InlineData("--set=akka.actor.default-mailbox.mailbox-type=Nope", "akka.actor.default-mailbox.mailbox-type", "Nope")]
    [InlineData("--set=akka.actor.default-dispatcher.throughput=many", "throughput")]
    [InlineData("--config=/no/such/file.conf", "/no/such/file.conf", "no such file")]
    public async Task Unusable_arguments_are_one_line_and_exit_code_2(string argument, params string[] told)
    {
        var (code, output, errors) = await Run("run", argument);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        AssertOneLine(errors, told);
    }

    [Fact]
    public async Task An_unknown_verb_is_named_beside_those_there_are()
    {
        var (code, _, errors) = await Run("serve", "epoll");
        Assert.Equal(2, code);
        AssertOneLine(errors, "\"serve\" is not known; expected run | list | check | swap | bench");
    }

    [Fact]
    public async Task A_fault_in_a_file_names_file_line_key_and_the_nearest_known_key()
    {
        var file = Write("server.conf", "actor-server {\n  endpoint {\n    prot = 80\n  }\n}\n");
        var (code, _, errors) = await Run("check", file);
        Assert.Equal(2, code);
        AssertOneLine(errors, $"{file}:3: actor-server.endpoint.prot", "did you mean actor-server.endpoint.port?");
    }

    [Fact]
    public async Task A_check_reports_every_fault_a_line_each()
    {
        var file = Write("server.conf", "actor-server {\n  topology = actr\n  endpoint.port = many\n  limit.body = 5\n}\nactor-serve.x = 1\n");
        var (code, _, errors) = await Run("check", file);
        Assert.Equal(2, code);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        foreach (var line in (int[])[2, 3, 4, 6]) Assert.Contains(lines, text => text.Contains($"{file}:{line}:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_section_where_a_value_belongs_and_the_reverse_are_told_apart()
    {
        var (_, _, value) = await Run("check", Write("a.conf", "actor-server.endpoint = 5"));
        AssertOneLine(value, "actor-server.endpoint", "expected a section");
        var (_, _, section) = await Run("check", Write("b.conf", "actor-server.protocol { x = 1 }"));
        Assert.Contains("actor-server.protocol", section, StringComparison.Ordinal);
        Assert.Contains("found a section", section, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actor-server = 5", "actor-server: expected a section { … }, found \"5\"")]
    [InlineData("actor-server = []", "actor-server: expected a section { … }, found a list")]
    [InlineData("actor-server.topologies = [1]", "actor-server.topologies: expected a section { … }, found a list")]
    [InlineData("actor-server.topologies.epoll = 5", "actor-server.topologies.epoll: expected a section")]
    [InlineData("actor-server.protocol { x = 1 }", "actor-server.protocol: expected a text, found a section")]
    [InlineData("actor-server.topologies.actor.workers = []", "actor-server.topologies.actor.workers: expected a text, found a list")]
    [InlineData("actor-server.topology = {}", "actor-server.topology: expected a text, found a section")]
    [InlineData("actor-server.limits.header-timeout = 0s", "actor-server.limits.header-timeout: \"0s\" is no time at all")]
    [InlineData("actor-server.limits.keep-alive-timeout = 0", "actor-server.limits.keep-alive-timeout: \"0\" is no time at all")]
    [InlineData("actor-server.limits.rate-grace = 0ms", "actor-server.limits.rate-grace: \"0ms\" is no time at all")]
    [InlineData("actor-server.limits.header-timeout = []", "actor-server.limits.header-timeout: expected a duration such as 30s, found a list")]
    [InlineData("actor-server.limits.header-timeout = -1s", "expected a duration such as 30s, found \"-1s\"")]
    public async Task One_fault_is_one_line(string hocon, string told)
    {
        var (code, _, errors) = await Run("check", Write("fault.conf", hocon));
        Assert.Equal(2, code);
        AssertOneLine(errors, "fault.conf:1: ", told);
    }

    [Fact]
    public async Task A_syntax_error_names_the_place_and_what_was_expected()
    {
        var file = Write("server.conf", "actor-server {\n  topology = \"actor\n}\n");
        var (code, _, errors) = await Run("check", file);
        Assert.Equal(2, code);
        AssertOneLine(errors, $"{file}:2:", "expected");
    }

    [Fact]
    public async Task A_file_without_a_name_is_one_line()
    {
        var (code, _, errors) = await Run("check", "");
        Assert.Equal(2, code);
        AssertOneLine(errors, "expected the name of a configuration file");
    }

    [Fact]
    public async Task What_the_actor_system_refuses_a_check_refuses()
    {
        var (code, _, errors) = await Run("check", Write("akka.conf", "akka.loglevel = LOUD"));
        Assert.Equal(2, code);
        AssertOneLine(errors, "the actor system does not start", "LOUD");
    }

    [Fact]
    public async Task A_missing_file_names_its_neighbour()
    {
        Write("server.conf", "");
        var (code, _, errors) = await Run("check", Path.Combine(_folder, "sever.conf"));
        Assert.Equal(2, code);
        AssertOneLine(errors, "sever.conf: there is no such file", "did you mean server.conf?");
    }

    [Fact]
    public async Task A_good_file_passes()
    {
        var (code, output, errors) = await Run("check", Write("server.conf", "actor-server.endpoint.port = 0"));
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("valid; topology actor", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_shows_every_topology()
    {
        var (code, output, _) = await Run("list");
        Assert.Equal(0, code);
        foreach (var entry in Topologies.Catalog.Entries)
        {
            Assert.Contains(output.Split('\n'), line => line.StartsWith(entry.Roles.Name + " ", StringComparison.Ordinal)
                && line.Contains(entry.Roles.Accept, StringComparison.Ordinal) && line.Contains(entry.Roles.Handoff, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_taken_port_is_exit_code_1()
    {
        using var listener = IO.Sockets.ListenSocket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), 1);
        var (code, output, errors) = await Run("run", $"--port={listener.EndPoint.Port}");
        Assert.Equal((1, ""), (code, output));
        AssertOneLine(errors, "EADDRINUSE", $"port {listener.EndPoint.Port}");
    }

    [Theory]
    [InlineData("--help", "run", "list", "check")]
    [InlineData("run --help", "--port", "--config", "--set", "TOPOLOGY")]
    public async Task Help_names_what_there_is(string arguments, params string[] told)
    {
        var (code, output, errors) = await Run(arguments.Split(' '));
        Assert.Equal((0, ""), (code, errors));
        foreach (var text in told) Assert.Contains(text, output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private static void AssertOneLine(string errors, params string[] told)
    {
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
        foreach (var text in told)
            Assert.True(text.Split('|').Any(choice => errors.Contains(choice, StringComparison.Ordinal)), $"\"{text}\" is not in: {errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
