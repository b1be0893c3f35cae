namespace ActorServer.Protocol.Tests.Http1;

/// <summary>
/// Every <c>*.wire</c> file is what one client sends before it half-closes; the <c>*.expect</c> file beside it says what must come of
/// it. However the bytes are cut, the same must happen; only an interim 100 may depend on it.
/// </summary>
/// <remarks>
/// An expectation has a line for each request that reached the handler (<c>handle METHOD TARGET VERSION LENGTH:BODY tTRAILERS</c>), then
/// one for each reply (<c>reply STATUS [close] [BODY]</c>; the handler says the decoded path and the body back), then the end reason.
/// </remarks>
public sealed class FixtureTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Folder, "*.wire", SearchOption.AllDirectories).Select(path => Path.ChangeExtension(Path.GetRelativePath(Folder, path), null)).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole(string name)
    {
        var (wire, expected) = Load(name);
        Assert.Equal(expected, Run(wire, withInterim: true, wire.Length));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ByteAtATime(string name)
    {
        var (wire, _) = Load(name);
        Assert.Equal(Run(wire, withInterim: false, wire.Length), Run(wire, withInterim: false, 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SplitAnywhere(string name)
    {
        var (wire, _) = Load(name);
        var whole = Run(wire, withInterim: false, wire.Length);
        for (var at = 1; at < wire.Length; at++)
        {
            using var conversation = new Conversation();
            conversation.Receive(wire.AsSpan(0, at));
            conversation.Receive(wire.AsSpan(at));
            conversation.End();
            var split = conversation.Transcript(withInterim: false);
            Assert.True(whole == split, $"Cut at {at}:\n{split}\nWhole:\n{whole}");
        }
    }

    [Fact]
    public void EveryExpectationHasItsWire()
    {
        var expectations = Directory.GetFiles(Folder, "*.expect", SearchOption.AllDirectories);
        Assert.NotEmpty(expectations);
        Assert.All(expectations, path => Assert.True(File.Exists(Path.ChangeExtension(path, ".wire"))));
    }

    private static (byte[] Wire, string Expected) Load(string name) =>
        (File.ReadAllBytes(Path.Combine(Folder, name + ".wire")), File.ReadAllText(Path.Combine(Folder, name + ".expect")));

    private static string Run(byte[] wire, bool withInterim, int size)
    {
        using var conversation = new Conversation();
        foreach (var piece in wire.Chunk(Math.Max(size, 1))) conversation.Receive(piece);
        conversation.End();
        return conversation.Transcript(withInterim);
    }
}
