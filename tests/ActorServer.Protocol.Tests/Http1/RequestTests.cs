using System.Text;
using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

public sealed class RequestTests
{
    [Fact]
    public void PartsOfTheTarget() => With("GET /a%20b?c=%20d HTTP/1.1\r\nHost: x\r\n\r\n", request =>
    {
        Assert.Equal("/a%20b?c=%20d"u8, request.Target);
        Assert.Equal("/a%20b"u8, request.Path);
        Assert.Equal("c=%20d"u8, request.Query);
        Assert.Equal("/a%20b?c=%20d", request.TargetText);
        Assert.Equal("/a b", request.PathText);
        Assert.Same(request.PathText, request.PathText);
        Assert.Equal("c=%20d", request.QueryText);
    });

    [Fact]
    public void AnEmptyQueryAndNoQuery()
    {
        With("GET /a? HTTP/1.1\r\nHost: x\r\n\r\n", request => Assert.Equal(("/a", ""), (request.PathText, request.QueryText)));
        With("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", request => Assert.Equal(("/a", ""), (request.PathText, request.QueryText)));
    }

    [Theory]
    [InlineData("/%2f%2F", "/%2f%2F")]
    [InlineData("/%00", "/%00")]
    [InlineData("/%", "/%")]
    [InlineData("/%4", "/%4")]
    [InlineData("/%g1%1g", "/%g1%1g")]
    [InlineData("/%25%34%31", "/%41")]
    [InlineData("/%E2%82%AC", "/€")]
    [InlineData("/%FF", "/\uFFFD")]
    [InlineData("/../a/./b", "/../a/./b")]
    public void PathIsDecodedOnce(string target, string path) =>
        With($"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n", request => Assert.Equal(path, request.PathText));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a:80\r\n\r\n", "a:80")]
    [InlineData("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "b")]
    [InlineData("GET https://[::1]:8443/ HTTP/1.1\r\nHost: a\r\n\r\n", "[::1]:8443")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "")]
    public void HostIsTheTargetsOrTheFields(string text, string host) =>
        With(text, request => Assert.Equal(host, Encoding.ASCII.GetString(request.Host)));

    [Theory]
    [InlineData("GET", RequestMethod.Get)]
    [InlineData("HEAD", RequestMethod.Head)]
    [InlineData("POST", RequestMethod.Post)]
    [InlineData("PUT", RequestMethod.Put)]
    [InlineData("DELETE", RequestMethod.Delete)]
    [InlineData("OPTIONS", RequestMethod.Options)]
    [InlineData("TRACE", RequestMethod.Trace)]
    [InlineData("PATCH", RequestMethod.Patch)]
    [InlineData("Get", RequestMethod.Other)]
    [InlineData("GETT", RequestMethod.Other)]
    [InlineData("M-SEARCH", RequestMethod.Other)]
    [InlineData("!#$%&'*+-.^_`|~0aZ", RequestMethod.Other)]
    public void Methods(string token, RequestMethod method) => With($"{token} / HTTP/1.1\r\nHost: x\r\n\r\n", request =>
    {
        Assert.Equal(method, request.Method);
        Assert.Equal(token, request.MethodText);
        Assert.Equal(token == "HEAD", request.IsHead);
    });

    [Fact]
    public void FieldsAreFoundByName() => With(
        "GET / HTTP/1.1\r\nHost: x\r\nAccept:  text/html \r\naccept: */*\r\nX-Empty:\r\nX-Latin: caf\xe9\r\n\r\n",
        request =>
        {
            var headers = request.Headers;
            Assert.Equal(5, headers.Count);
            Assert.Equal("Accept"u8, headers.Name(1));
            Assert.Equal("text/html"u8, headers.Value(1));
            Assert.True(headers.TryGet("ACCEPT"u8, out var accept));
            Assert.Equal("text/html"u8, accept);
            Assert.Equal("text/html, */*", headers.Text("Accept"));
            Assert.Equal("", headers.Text("x-empty"));
            Assert.Equal("café", headers.Text("x-latin"));
            Assert.Null(headers.Text("missing"));
            Assert.False(headers.TryGet("accep"u8, out _));
            Assert.Throws<ArgumentOutOfRangeException>(() => headers.Name(5).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => headers.Value(-1).Length);
        });

    [Fact]
    public void NothingIsLeftOfThePreviousRequest()
    {
        var seen = new List<(string, long?, long, int, int, string)>();
        using var conversation = new Conversation(handler: e =>
        {
            var r = e.Request;
            seen.Add((r.PathText, r.ContentLength, r.Body.Length, r.Headers.Count, r.Trailers.Count, r.QueryText));
        });
        conversation.Receive(
            "POST /a%41?q HTTP/1.1\r\nHost: x\r\nA: b\r\nContent-Length: 3\r\n\r\nabc"
            + "POST http://h HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: u\r\n\r\n"
            + "GET /b%42 HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal([("/aA", 3, 3, 3, 0, "q"), ("/", null, 1, 2, 1, ""), ("/bB", null, 0, 1, 0, "")], seen);
    }

    [Fact]
    public void BodiesSpanBlocks()
    {
        var body = string.Concat(Enumerable.Range(0, 50_000).Select(i => i.ToString()));
        foreach (var framing in new[] { $"Content-Length: {body.Length}\r\n\r\n{body}", $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n" })
            With("POST / HTTP/1.1\r\nHost: x\r\n" + framing, request =>
            {
                Assert.False(request.Body.IsSingleSegment);
                Assert.Equal(body, Encoding.ASCII.GetString(request.Body));
            });
    }

    private static void With(string text, Action<HttpRequest> check)
    {
        using var conversation = new Conversation(handler: e => check(e.Request));
        conversation.Receive(text);
        Assert.Equal(1, conversation.Handled);
    }
}
