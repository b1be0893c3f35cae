using ActorServer.Configuration;
using ActorServer.Topologies;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorServer.Tests.Configuration;

public sealed class ConfigurationTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "hocon")).Select(file => Path.GetFileName(file)!)];

    public static TheoryData<string> Names => [.. Catalog.Entries.Select(entry => entry.Roles.Name)];

    [Theory, MemberData(nameof(Files))]
    public void Every_example_loads(string file) =>
        Assert.NotNull(ServerSettings.Load(ConfigurationSource.File(Path.Combine(AppContext.BaseDirectory, "hocon", file))));

    [Theory, MemberData(nameof(Names))]
    public void Every_topology_has_its_file_which_chooses_it(string name) =>
        Assert.Equal(name, ServerSettings.Load(ConfigurationSource.File(Path.Combine(AppContext.BaseDirectory, "hocon", $"{name}.conf"))).Topology.Roles.Name);

    [Fact]
    public void Every_key_of_the_defaults_is_read_and_every_key_read_has_a_default()
    {
        ServerSettings.Load(out var read);
        var leaves = Leaves(ServerSettings.Defaults.Root, "").ToHashSet();
        Assert.Empty(leaves.Except(read));
        Assert.Empty(read.Except(leaves));
    }

    [Fact]
    public void The_defaults_are_those_of_the_design()
    {
        var settings = ServerSettings.Load();
        Assert.Equal("actor", settings.Topology.Roles.Name);
        Assert.Equal(("127.0.0.1", 8080, 1024), (settings.Endpoint.Address.ToString(), settings.Endpoint.Port, settings.Endpoint.Backlog));
        Assert.Equal((8192, 32768, 100, 30_000_000L),
            (settings.HttpLimits.RequestLineBytes, settings.HttpLimits.HeadersBytes, settings.HttpLimits.HeaderCount, settings.HttpLimits.BodyBytes));
        Assert.Equal(new ConnectionLimits(10_000, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(130), 240, 240, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)), settings.Limits);
        Assert.Equal(new DrainSettings(TimeSpan.FromSeconds(30), TimeSpan.Zero), settings.Drain);
        Assert.Equal(Directive.Stop, settings.OnCrash);
    }

    [Fact]
    public void Later_layers_win()
    {
        Config first = "actor-server.endpoint { port = 1, backlog = 7 }", second = "actor-server.endpoint.port = 2";
        Assert.Equal((2, 7), (ServerSettings.Load(first, second).Endpoint.Port, ServerSettings.Load(first, second).Endpoint.Backlog));
    }

    [Fact]
    public void Other_sections_are_the_users_own()
    {
        Config config = "my { port = 9 }, actor-server.endpoint.port = ${my.port}, akka.loglevel = DEBUG";
        Assert.Equal(9, ServerSettings.Load(config).Endpoint.Port);
    }

    [Fact]
    public void A_configuration_without_its_root_is_refused_instead_of_saying_nothing()
    {
        Config rootless = "topology = reactor, endpoint.port = 9000, my.port = 1", refersTo = "topology = reactor, actor-server.topology = ${topology}";
        Assert.Equal(
            ["topology: unknown section; did you mean actor-server.topology?", "endpoint: unknown section; did you mean actor-server.endpoint?"],
            Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(rootless)).Faults.Select(fault => fault.Problem));
        Assert.Equal("reactor", ServerSettings.Load(refersTo).Topology.Roles.Name);
    }

    [Fact]
    public void A_topology_from_another_assembly_needs_only_its_class()
    {
        Config config = $$"""actor-server { topology = mine, topologies.mine { class = "{{typeof(Mine).AssemblyQualifiedName}}", words = 3 } }""";
        var settings = ServerSettings.Load(config);
        Assert.Equal(3, Assert.IsType<Mine>(settings.Topology).Words);
        Config unknown = $$"""actor-server { topology = mine, topologies.mine { class = "{{typeof(Mine).AssemblyQualifiedName}}", words = 3, wrods = 4 } }""";
        var fault = Assert.Single(Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(unknown)).Faults);
        Assert.Contains("actor-server.topologies.mine.wrods: unknown key; did you mean actor-server.topologies.mine.words?", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No.Such.Type, Nowhere", "there is no type")]
    [InlineData("System.String", "is no topology")]
    public void A_class_that_is_no_topology_is_refused(string name, string told)
    {
        Config config = $$"""actor-server { topology = mine, topologies.mine.class = "{{name}}" }""";
        Assert.Contains(told, Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(config)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Leaves(HoconValue value, string path) => value.GetObject() is { } section
        ? section.Items.SelectMany(item => Leaves(item.Value, path.Length == 0 ? item.Key : $"{path}.{item.Key}"))
        : [path];

    /// <summary>As a user would write one.</summary>
    public sealed class Mine(SettingsReader settings) : ITopology
    {
        public int Words { get; } = settings.Number("words", 0);

        public Roles Roles => new("mine", "a", "b", "c", "d", "e", "f");

        public string Engine => "none";

        public string? Unavailable => null;

        public void Wire(Server.Wiring wiring) => throw new NotSupportedException("only configured here");
    }
}
