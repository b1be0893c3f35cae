using Akka.Streams.Dsl;

namespace Akka.Streams.Implementation;

/// <summary>A source as an asynchronous enumeration; each enumeration runs the source, and ends it.</summary>
internal sealed class StreamEnumerable<T, TMat>(Source<T, TMat> source, IMaterializer materializer) : IAsyncEnumerable<T>
{
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var (kill, reader) = source.ViaMaterialized(KillSwitches.Single<T>(), Keep.Right)
            .ToMaterialized(Sink.ChannelReader<T>(16, singleReader: true), Keep.Both)
            .Run(materializer);
        try
        {
            while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (reader.TryRead(out var element))
                    yield return element;
            }
        }
        finally
        {
            kill.Shutdown();
        }
    }
}
