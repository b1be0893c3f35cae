// Kestrel's fastest "Hello, World!": no routing, no logging, one terminal middleware that writes a ready-made body.
var port = args.Length > 0 ? args[0] : "8081";
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
await using var app = builder.Build();
var body = "Hello, World!"u8.ToArray();
app.Run(context =>
{
    context.Response.ContentType = "text/plain";
    context.Response.ContentLength = body.Length;
    return context.Response.Body.WriteAsync(body).AsTask();
});
await app.StartAsync();
Console.WriteLine($"ready kestrel url=http://127.0.0.1:{port} pid={Environment.ProcessId}");
await app.WaitForShutdownAsync();
