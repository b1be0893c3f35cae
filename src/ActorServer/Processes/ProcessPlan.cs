using System.Globalization;
using System.Text;
using ActorServer.Configuration;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;

namespace ActorServer.Processes;

/// <summary>What all processes of a pool are started with.</summary>
internal sealed record ProcessPlan
{
    /// <summary>What is started.</summary>
    public required WorkerProgram Program { get; init; }

    /// <summary>The name of the topology that they make up.</summary>
    public required string Topology { get; init; }

    /// <summary>The settings that each gets, as HOCON.</summary>
    public required byte[] Settings { get; init; }

    /// <summary>What they count in.</summary>
    public required SharedBlocks Blocks { get; init; }

    /// <summary>The same, to be read.</summary>
    public required CounterBoard Board { get; init; }

    /// <summary>How many blocks of them each process has.</summary>
    public required int BlocksEach { get; init; }

    /// <summary>How a process comes by its connections.</summary>
    public required WorkerMode Mode { get; init; }

    /// <summary>Variables that it gets beside this process's own.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The listening socket that all of them accept from; null when each binds its own.</summary>
    public ListenSocket? Listener { get; init; }

    /// <summary>After so many requests a process is replaced; 0 is never.</summary>
    public int MaxRequests { get; init; }

    /// <summary>Beyond so many bytes of resident memory a process is replaced; 0 is never.</summary>
    public long MaxMemory { get; init; }

    /// <summary>A process's first block of counters.</summary>
    /// <param name="slot">Its place among those that run at a time, from 0.</param>
    public int FirstBlock(int slot) => CounterBoard.ParentBlocks + slot * BlocksEach;

    /// <summary>The settings of a process: those of the server, with another topology and the port that is bound already.</summary>
    /// <exception cref="InvalidConfigurationException">They are too long for the channel.</exception>
    public static byte[] Render(ServerSettings settings, string topology, int port)
    {
        var text = settings.Configured.ToString(includeFallback: true)
            + string.Create(CultureInfo.InvariantCulture, $"\n{ServerSettings.Root} {{ topology = {topology}, endpoint.port = {port}, drain.pre-unbind-delay = 0s }}\n");
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < ControlChannel.LongestSettings) return bytes;
        throw new InvalidConfigurationException([new ConfigurationFault("", $"the configuration has {bytes.Length} bytes; worker processes can be given {ControlChannel.LongestSettings}")]);
    }

    /// <summary>Starts a process.</summary>
    /// <param name="slot">Its place among those that run at a time, from 0.</param>
    /// <param name="listener">The socket it accepts from; null lets it bind one.</param>
    /// <returns>The process, and our end of its channel.</returns>
    /// <exception cref="IO.Native.SystemCallException">It cannot be started.</exception>
    public (ChildProcess Process, ControlChannel Channel) Start(int slot, ListenSocket? listener)
    {
        var (ours, its) = DescriptorChannel.Pair();
        try
        {
            var mode = listener is null ? Mode : WorkerMode.Inherit; // a successor takes its predecessor's socket over
            var arguments = (string[])[.. Program.Arguments, Topology, FirstBlock(slot).ToString(CultureInfo.InvariantCulture), BlocksEach.ToString(CultureInfo.InvariantCulture),
                ((int)mode).ToString(CultureInfo.InvariantCulture)];
            var process = listener is null
                ? ChildProcess.Start(Program.File, arguments, Variables, its.Descriptor, Blocks.Descriptor)
                : ChildProcess.Start(Program.File, arguments, Variables, its.Descriptor, Blocks.Descriptor, listener.Descriptor);
            var channel = new ControlChannel(ours);
            channel.TrySend(Control.Settings, Settings);
            return (process, channel);
        }
        catch
        {
            ours.Dispose();
            throw;
        }
        finally
        {
            its.Dispose();
        }
    }
}
