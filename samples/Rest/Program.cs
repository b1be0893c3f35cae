using ActorServer.Configuration;
using ActorServer.Routing;
using ActorServer.Samples.Rest;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// One actor has all notes: it answers one request at a time, and needs no lock.
var notes = Props.Create<Notes>();
var builder = Host.CreateApplicationBuilder();
builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // what goes wrong at the start is said below
builder.Services.AddActorServer(server => server
    .AddFile(Path.Combine(AppContext.BaseDirectory, "rest.conf"))
    .Add(() => [.. args.Select(setting => ConfigurationSource.Setting(setting, "command line"))])
    .MapGet("/", exchange => exchange.Response.Write("Notes are at /notes.\n"))
    .MapGet("/notes", notes)
    .MapPost("/notes", notes)
    .MapGet("/notes/{id}", notes)
    .MapPut("/notes/{id}", notes)
    .MapDelete("/notes/{id}", notes));

try
{
    await builder.Build().RunAsync();
    return Environment.ExitCode;
}
catch (InvalidConfigurationException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
