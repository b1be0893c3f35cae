using ActorServer.Configuration;
using ActorServer.Samples.Chat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder();
builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // what goes wrong at the start is said below
builder.Services.AddActorServer(server => server
    .AddFile(Path.Combine(AppContext.BaseDirectory, "chat.conf"))
    .Add(() => [.. args.Select(setting => ConfigurationSource.Setting(setting, "command line"))])
    .UseHandler<Room>());

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
