// Kestrel's fastest "Hello, World!": no routing, no logging, one terminal middleware that writes a ready-made body. Other paths are those
// of the demo app, for the other workloads of `actorserver bench`.
using System.Globalization;
using ActorServer.IO.Native;

var port = args.Length > 0 ? args[0] : "8081";
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
await using var app = builder.Build();
var hello = "Hello, World!"u8.ToArray();
app.Run(context => context.Request.Path.Value is "/" ? Reply(context, hello) : Other(context));
await app.StartAsync();
Console.WriteLine($"ready kestrel url=http://127.0.0.1:{port} pid={Environment.ProcessId}");
await app.WaitForShutdownAsync();

static Task Reply(HttpContext context, byte[] body)
{
    context.Response.ContentType = "text/plain";
    context.Response.ContentLength = body.Length;
    return context.Response.Body.WriteAsync(body).AsTask();
}

static async Task Other(HttpContext context)
{
    switch (context.Request.Path.Value)
    {
        case "/echo":
            context.Response.ContentLength = context.Request.ContentLength;
            await context.Request.Body.CopyToAsync(context.Response.Body);
            break;
        case "/sleep":
            Thread.Sleep(Number("ms"));
            await Reply(context, "slept"u8.ToArray());
            break;
        case "/wait":
            await Task.Delay(Number("ms"));
            await Reply(context, "waited"u8.ToArray());
            break;
        case "/burn":
            var end = ThreadCalls.ProcessorTime + TimeSpan.FromMilliseconds(Number("ms"));
            while (ThreadCalls.ProcessorTime < end) Thread.SpinWait(100);
            await Reply(context, "burnt"u8.ToArray());
            break;
        case "/bytes":
            await Reply(context, new byte[Number("n")]);
            break;
        default:
            context.Response.StatusCode = 404;
            break;
    }

    int Number(string name) => int.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);
}
