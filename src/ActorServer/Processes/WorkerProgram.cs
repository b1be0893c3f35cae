using System.Reflection;
using System.Runtime.InteropServices;
using ActorServer.Configuration;

namespace ActorServer.Processes;

/// <summary>What is started as a worker process: a program whose first argument is <c>worker</c>.</summary>
/// <param name="File">The executable.</param>
/// <param name="Arguments">Its first arguments.</param>
internal sealed record WorkerProgram(string File, IReadOnlyList<string> Arguments)
{
    private const string Command = "actorserver";

    private static string DotnetHost
    {
        get
        {
            var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            return Environment.ProcessPath is { } self && Path.GetFileName(self) == name
                ? self
                : Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name)); // dotnet/shared/NAME/VERSION/
        }
    }

    /// <summary>The program that is configured, or this one if it is the command itself, or the command beside this one.</summary>
    /// <param name="configured">A program or a .dll; empty when none is configured.</param>
    /// <exception cref="InvalidConfigurationException">There is none.</exception>
    public static WorkerProgram Find(string configured)
    {
        var entry = Assembly.GetEntryAssembly();
        if (configured.Length == 0 && entry?.GetName().Name == Command && Environment.ProcessPath is { } self && self != DotnetHost) return Of(self);
        var file = configured.Length > 0 ? Path.GetFullPath(configured) : Path.Combine(AppContext.BaseDirectory, $"{Command}.dll");
        if (System.IO.File.Exists(file)) return Of(file);
        throw new InvalidConfigurationException([new ConfigurationFault("", $"actor-server.processes.executable: there is no {file}; expected a program that is a worker "
            + $"when its first argument is {WorkerProcess.Verb}, such as the command {Command}")]);
    }

    private static WorkerProgram Of(string file) => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        ? new WorkerProgram(DotnetHost, [file, WorkerProcess.Verb])
        : new WorkerProgram(file, [WorkerProcess.Verb]);
}
