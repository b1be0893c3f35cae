using ActorServer.Configuration;
using ActorServer.Routing;
using ActorServer.Samples.Session;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var carts = Props.Create<Carts>();
var builder = Host.CreateApplicationBuilder();
builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // what goes wrong at the start is said below
builder.Services.AddActorServer(server => server
    .AddFile(Path.Combine(AppContext.BaseDirectory, "session.conf"))
    .Add(() => [.. args.Select(setting => ConfigurationSource.Setting(setting, "command line"))])
    .MapGet("/carts", carts)
    .MapGet("/carts/{key}", carts)
    .MapPost("/carts/{key}", carts));

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
