using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

/// <summary>An actor system and a materializer for one test.</summary>
public abstract class StreamTest : IAsyncLifetime
{
    /// <summary>Generous: it only passes when something has gone wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected StreamTest(string config = "")
    {
        Sys = ActorSystem.Create("test", Akka.Configuration.ConfigurationFactory.ParseString(config).WithFallback(
            Akka.Configuration.ConfigurationFactory.ParseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off")));
        Mat = Sys.Materializer();
    }

    protected ActorSystem Sys { get; }

    protected ActorMaterializer Mat { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Sys.Terminate().WaitAsync(Patience);

    /// <summary>The numbers from 1 on.</summary>
    protected static Source<int, Akka.NotUsed> Numbers(int count) => Source.From(Enumerable.Range(1, count));

    /// <summary>All elements of a stream.</summary>
    protected async Task<IReadOnlyList<T>> All<T, TMat>(Source<T, TMat> source) => await source.RunWith(Sink.Seq<T>(), Mat).WaitAsync(Patience);

    protected static async Task<TException> FailsWith<TException>(Task task)
        where TException : Exception => await Assert.ThrowsAsync<TException>(() => task.WaitAsync(Patience));
}
