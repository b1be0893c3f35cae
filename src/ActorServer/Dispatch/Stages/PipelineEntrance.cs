using System.Threading.Channels;
using ActorServer.Connections;

namespace ActorServer.Dispatch.Stages;

/// <summary>
/// Where connections enter the pipeline. It needs no bound of its own: a connection is in the pipeline once at most, and there are
/// <c>limits.max-connections</c> of them. Those that wait here are not read from.
/// </summary>
/// <param name="first">The load of the first stage.</param>
internal sealed class PipelineEntrance(StageLoad first)
{
    private readonly Channel<PipelineConnection> _queue = Channel.CreateUnbounded<PipelineConnection>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>For the stream.</summary>
    public ChannelReader<PipelineConnection> Reader => _queue.Reader;

    /// <summary>A connection has something to do. Any thread.</summary>
    public void Enter(PipelineConnection connection)
    {
        first.Arrive();
        _queue.Writer.TryWrite(connection); // never false: the channel has no bound and is not completed
    }
}
