using System.Runtime.InteropServices;
using ActorServer.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorServer.Cli;

/// <summary><c>actorserver run</c>: a generic host with the server in it.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(List<Config> layers, bool verbose, TextWriter output, CancellationToken cancel)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Warning)
            // Standard output is for the ready line.
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            // What keeps the host from starting is reported in one line by the command itself.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddActorServer(server => layers.ForEach(layer => server.Add(layer)));

        using var host = builder.Build();
        await host.StartAsync(cancel);
        var signals = 0;
        var server = host.Services.GetRequiredService<ActorServerService>().Server!;
        await output.WriteLineAsync($"ready topology={server.Info.Topology} engine={server.Info.Engine} url={server.Url.ToString().TrimEnd('/')} pid={Environment.ProcessId}");
        await output.FlushAsync(cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hurry);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hurry);
        // Without processes to renew it is left to what it means: the terminal is gone.
        using var renew = server.HasProcesses && !OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, Renew) : null;
        await host.WaitForShutdownAsync(cancel);
        return Environment.ExitCode;

        void Renew(PosixSignalContext signal)
        {
            signal.Cancel = true;
            server.RenewProcesses();
        }

        // The first signal is the host's, which drains. Whoever sends a second one does not want to wait for that.
        void Hurry(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref signals) > 1) server.CutDrain();
        }
    }
}
