using System.Runtime.ExceptionServices;
using System.Text;
using ActorServer.Protocol.Http1;
using FsCheck;
using FsCheck.Fluent;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>
/// Whatever bytes come, however they are cut: no exception is thrown (not even a caught one), the connection ends with a reason,
/// every reply is well-formed, and all cuts tell the same story.
/// </summary>
public sealed class FuzzTests
{
    private static readonly string[] Pieces =
    [
        "GET / HTTP/1.1\r\n", "POST /p?q HTTP/1.1\r\n", "HEAD / HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n", "GET http://a/ HTTP/1.1\r\n", "GET ", "/", " HTTP/1.1", "PRI * HTTP/2.0",
        "Host: a\r\n", "Host", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length:", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding:", "chunked", "gzip",
        "Connection: close\r\n", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n", "X: y\r\n", "\r\n", "\r\n\r\n", "\r", "\n", "\t", " ", ":", ";", ",", "\0", "\x7f", "\xff", "%41", "%",
        "hello", "5\r\nhello\r\n", "0\r\n\r\n", "0\r\n", "5;a=b\r\n", "a", "FFFFFFFFFFFFFFFF", "0123456789",
    ];

    private static readonly string[] Valid = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures"), "*.wire", SearchOption.AllDirectories)
        .Order().Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path)))];

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void RandomBytes() => Check(Gen.Choose(0, 255).Select(i => (char)i).ArrayOf().Select(chars => new string(chars)));

    [Fact]
    public void RandomPieces() => Check(Gen.Elements(Pieces).ArrayOf().Select(string.Concat));

    [Fact]
    public void MutatedFixtures() => Check(
        from text in Gen.Elements(Valid)
        from at in Gen.Choose(0, Math.Max(text.Length - 1, 0))
        from length in Gen.Choose(0, 3)
        from piece in Gen.OneOf(Gen.Elements(Pieces), Gen.Choose(0, 255).Select(i => ((char)i).ToString()), Gen.Constant(""))
        from next in Gen.Elements(Valid)
        select text[..at] + piece + text[Math.Min(at + length, text.Length)..] + next);

    [Fact]
    public void PipelinedFixtures() => Check(Gen.Elements(Valid).ArrayOf(4).Select(string.Concat));

    private static void Check(Gen<string> bytes)
    {
        var cases =
            from text in bytes
            from cuts in Gen.Choose(1, 40).ListOf()
            select (text, cuts: cuts.ToArray());
        var thrown = 0;
        var thread = Environment.CurrentManagedThreadId;
        EventHandler<FirstChanceExceptionEventArgs> count = (_, args) =>
        {
            if (Environment.CurrentManagedThreadId == thread && args.Exception is not Xunit.Sdk.XunitException) thrown++;
        };
        AppDomain.CurrentDomain.FirstChanceException += count;
        try
        {
            Prop.ForAll(cases.ToArbitrary(), c =>
            {
                var whole = Run(c.text, [Math.Max(c.text.Length, 1)]);
                var cut = Run(c.text, c.cuts.Length == 0 ? [1] : c.cuts);
                Assert.Equal(whole, cut);
                Assert.Equal(0, thrown);
            }).Check(Config);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= count;
        }
    }

    private static string Run(string text, int[] sizes)
    {
        using var conversation = new Conversation(new HttpLimits { BodyBytes = 1000, HeadersBytes = 300, HeaderCount = 10, RequestLineBytes = 60, ChunkExtensionBytes = 20 });
        for (int at = 0, i = 0; at < text.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Length], text.Length - at);
            conversation.Receive(text.Substring(at, size));
            at += size;
        }
        var last = conversation.End();
        Assert.Equal(Step.Close, last);
        Assert.NotEqual(EndReason.None, conversation.Protocol.EndReason);
        Assert.Equal(Phase.Closed, conversation.Protocol.Phase);
        return conversation.Transcript(withInterim: false);
    }
}
