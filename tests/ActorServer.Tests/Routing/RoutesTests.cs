using System.Text;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Routing;

namespace ActorServer.Tests.Routing;

/// <summary>Which route answers which request, and what that costs.</summary>
public sealed class RoutesTests
{
    [Theory]
    [InlineData("GET", "/", "GET /")]
    [InlineData("HEAD", "/", "GET /")]
    [InlineData("GET", "", "GET /")]
    [InlineData("POST", "/", null)]
    [InlineData("get", "/", null)]
    [InlineData("GET", "/users", "GET /users")]
    [InlineData("GET", "/users/", "GET /users")]
    [InlineData("GET", "/Users", null)]
    [InlineData("GET", "/%75s%65rs", "GET /users")]
    [InlineData("GET", "/users%2F", null)]
    [InlineData("GET", "/users/7", "GET /users/{id}")]
    [InlineData("GET", "/users//", null)]
    [InlineData("GET", "/users/me", "GET /users/me")]
    [InlineData("HEAD", "/users/me", "HEAD /users/me")]
    [InlineData("DELETE", "/users/me", "DELETE /users/{id}")]
    [InlineData("GET", "/users/me/posts", "GET /users/{id}/posts")]
    [InlineData("GET", "/users/me/posts/1", null)]
    [InlineData("GET", "/files", "GET /files/{**path}")]
    [InlineData("GET", "/files/", "GET /files/{**path}")]
    [InlineData("GET", "/files/a/b/c", "GET /files/{**path}")]
    [InlineData("GET", "/files/a//", "GET /files/{**path}")]
    [InlineData("GET", "/files/list", "GET /files/list")]
    [InlineData("PUT", "/files/list", "* /files/{**path}")]
    [InlineData("HEAD", "/files/a", "GET /files/{**path}")]
    [InlineData("GET", "/käse", "GET /käse")]
    [InlineData("GET", "/k%C3%A4se", "GET /käse")]
    [InlineData("GET", "/k%C3%A", null)]
    [InlineData("GET", "/nothing", null)]
    public void The_most_specific_route_that_has_the_method_answers(string method, string path, string? expected)
    {
        var routes = new Routes();
        string[] patterns = ["GET /", "GET /users", "GET /users/{id}", "DELETE /users/{id}", "GET /users/me", "HEAD /users/me", "GET /users/{id}/posts",
            "GET /files/{**path}", "* /files/{**path}", "GET /files/list", "GET /käse"];
        foreach (var pattern in patterns) routes.Map(pattern.Split(' ')[0], pattern.Split(' ')[1], Nothing);
        Assert.Equal(expected, routes.Find(Encoding.UTF8.GetBytes(path), Encoding.ASCII.GetBytes(method))?.ToString());
    }

    [Theory]
    [InlineData("/users/7", "7", "7")]
    [InlineData("/users/7/", "7", "7")]
    [InlineData("/users/a%20b", "a%20b", "a b")]
    [InlineData("/users/a%2Fb", "a%2Fb", "a%2Fb")]
    [InlineData("/files/x/a/b%20c", "a/b%20c", "a/b c")]
    [InlineData("/files/x", "", "")]
    public void A_parameter_is_what_stands_in_its_place(string path, string bytes, string text)
    {
        var routes = new Routes().MapGet("/users/{it}", Nothing).MapGet("/files/{name}/{**it}", Nothing);
        var route = routes.Find(Encoding.UTF8.GetBytes(path), "GET"u8)!;
        Assert.Equal(bytes, Encoding.UTF8.GetString(route.Value("it", Encoding.UTF8.GetBytes(path), (byte)'/')));
        Assert.Equal(text, route.Value("it", Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.Ordinal)).AsSpan(), '/').ToString());
        Assert.Throws<ArgumentException>(() => route.Value("other", path.AsSpan(), '/').ToString());
    }

    [Fact]
    public void What_cannot_be_served_is_refused_when_it_is_added()
    {
        var routes = new Routes().MapGet("/users/{id}", Nothing);
        Assert.Contains("GET /users/{name} and GET /users/{id} answer the same", Assert.Throws<ArgumentException>(() => routes.MapGet("/users/{name}", Nothing)).Message);
        foreach (var pattern in (string[])["/{", "/{a}/{a}", "/{**rest}/more", "/{id:int}", "/{id?}", "/{id=7}", "/a{b}"])
            Assert.Contains(pattern, Assert.Throws<ArgumentException>(() => routes.MapGet(pattern, Nothing)).Message);
        Assert.Contains("no handler", Assert.Throws<ArgumentException>(() => routes.MapGet("/text", "a text")).Message);
        Assert.NotNull(routes.Start((_, _) => static _ => default));
        Assert.Throws<InvalidOperationException>(() => routes.MapGet("/late", Nothing));
    }

    [Fact]
    public void What_is_the_same_object_is_started_once()
    {
        var (one, two) = (new object[] { (Action<HttpExchange>)Nothing }, new List<string>());
        var routes = new Routes().MapGet("/", one[0]).MapPost("/", one[0]).MapPut("/", static (HttpExchange _) => { });
        Assert.NotNull(routes.Start((_, name) =>
        {
            two.Add(name);
            return static _ => default;
        }));
        Assert.Equal(["handler-1", "handler-2"], two);
    }

    [Fact]
    public void A_route_costs_no_allocation()
    {
        var numbers = 0L;
        var routes = new Routes().MapGet("/users/me", Nothing).Map("REPORT", "/{**rest}", Nothing).MapGet("/users/{id}/posts/{post}", exchange =>
        {
            if (exchange.TryRoute<int>("post", out var post)) numbers += exchange.RouteValue("id").Length + post;
        });
        var handle = routes.Start(static (handler, _) => exchange =>
        {
            ((Action<HttpExchange>)handler)((HttpExchange)exchange);
            return default;
        })!;
        using var protocol = new HttpProtocol(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) });
        for (var i = 0; i < 1000; i++) Serve(protocol, handle);
        Assert.Equal(1000 * (3 + 42), numbers);
        // The best of several windows: a collection may empty the pool of buffers in one.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 300; i++) Serve(protocol, handle);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    private static void Nothing(HttpExchange exchange)
    {
        // Only found.
    }

    private static void Serve(HttpProtocol protocol, Handlers.ExchangeHandler handle)
    {
        var request = "GET /%75sers/ann/posts/42 HTTP/1.1\r\nHost: test\r\n\r\n"u8;
        // Not by Assert, which allocates.
        if (protocol.Next() != Step.Read) throw new InvalidDataException();
        request.CopyTo(protocol.Input());
        protocol.Received(request.Length);
        if (protocol.Next() != Step.Handle || !handle(protocol.Exchange).IsCompletedSuccessfully) throw new InvalidDataException();
        protocol.Encode();
        while (protocol.Next() == Step.Write) protocol.Sent(protocol.Output.Length);
    }
}
