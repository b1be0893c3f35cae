using System.Runtime.InteropServices;
using ActorServer.Configuration;
using ActorServer.Hosting;
using ActorServer.IO.Native;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorServer.Cli;

/// <summary><c>actorserver run</c>: a generic host with the server in it.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(Func<List<Config>> layers, bool verbose, TextWriter output, CancellationToken cancel)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Warning)
            // Standard output is for the ready line.
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            // What keeps the host from starting is reported in one line by the command itself.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddActorServer(server => server.Add(layers));

        using var host = builder.Build();
        await host.StartAsync(cancel);
        var signals = 0;
        var service = host.Services.GetRequiredService<ActorServerService>();
        var log = host.Services.GetRequiredService<ILogger<ActorServerService>>();
        var server = service.Server!;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hurry);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hurry);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        // Last: who has read it may send any of them.
        await output.WriteLineAsync($"ready topology={server.Info.Topology} engine={server.Info.Engine} url={server.Url.ToString().TrimEnd('/')} pid={Environment.ProcessId}");
        await output.FlushAsync(cancel);
        await host.WaitForShutdownAsync(cancel);
        return Environment.ExitCode;

        void Reload(PosixSignalContext signal)
        {
            signal.Cancel = true; // the default would end the process
            _ = Reloaded();
        }

        async Task Reloaded()
        {
            try
            {
                SaidOnReload(log, LogLevel.Information, await service.ReloadAsync());
            }
            catch (InvalidConfigurationException exception)
            {
                foreach (var fault in exception.Faults) SaidOnReload(log, LogLevel.Error, fault.ToString());
            }
            catch (Exception exception) when (exception is InvalidOperationException or SystemCallException)
            {
                SaidOnReload(log, LogLevel.Error, exception.Message);
            }
        }

        // The first signal is the host's, which drains. Whoever sends a second one does not want to wait for that.
        void Hurry(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref signals) > 1) server.CutDrain();
        }
    }

    private static void SaidOnReload(ILogger log, LogLevel level, string what) => log.Log(level, "SIGHUP: {What}", what);
}
