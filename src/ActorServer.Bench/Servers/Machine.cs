using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorServer.Bench.Servers;

/// <summary>The machine that everything was measured on: without it no figure means anything.</summary>
/// <param name="Processor">The processor's model.</param>
/// <param name="Cores">Logical processors that this process may use.</param>
/// <param name="Memory">Physical memory in bytes.</param>
/// <param name="System">The distribution.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="Virtual">Whether it runs under a hypervisor, whose other guests it may notice.</param>
/// <param name="Load">The load average of the last minute before the experiment began.</param>
public sealed record Machine(string Processor, int Cores, long Memory, string System, string Kernel, string Runtime, bool Virtual, double Load)
{
    /// <summary>Looks at this one.</summary>
    [SupportedOSPlatform("linux")]
    public static Machine Read()
    {
        var cpu = File.ReadAllLines("/proc/cpuinfo");
        var memory = Value(File.ReadAllLines("/proc/meminfo"), "MemTotal")?.Split(' ')[0];
        return new Machine(
            Value(cpu, "model name") ?? Value(cpu, "Model") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            memory is null ? 0 : long.Parse(memory) * 1024,
            RuntimeInformation.OSDescription,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription,
            Value(cpu, "flags")?.Split(' ').Contains("hypervisor", StringComparer.Ordinal) ?? false,
            double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private static string? Value(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : null;
}
