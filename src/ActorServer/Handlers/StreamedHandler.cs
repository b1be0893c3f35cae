using System.Collections.Concurrent;
using System.Threading.Channels;
using ActorServer.Protocol.Http1;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorServer.Handlers;

/// <summary>
/// Answers through a stream that all connections share: requests wait in a bounded queue for the stream to take them, and a
/// <see cref="Response"/> that comes out finds its own request. A full queue is a 503 at once, no answer in time is one then, and when the
/// stream fails, whatever was in it fails with it and the stream is started again.
/// </summary>
internal sealed class StreamedHandler : IAsyncHttpHandler
{
    private readonly ConcurrentDictionary<Request, Waiting> _waiting = new();
    private readonly Channel<Request> _queue;
    private readonly TimeSpan _timeout;

    /// <summary>Starts the stream.</summary>
    /// <param name="system">Where it runs.</param>
    /// <param name="create">Makes it.</param>
    /// <param name="name">The name of the actor that owns it.</param>
    /// <param name="capacity">Requests that may wait for it.</param>
    /// <param name="timeout">How long an answer may take.</param>
    public StreamedHandler(ActorSystem system, Func<Flow<Request, Response, NotUsed>> create, string name, int capacity, TimeSpan timeout)
    {
        _timeout = timeout;
        _queue = Channel.CreateBounded<Request>(capacity);
        system.ActorOf(Props.CreateBy(new Server.Producer<Runner>(() => new Runner(this, create))), name);
    }

    public async ValueTask HandleAsync(HttpExchange exchange)
    {
        var request = new Request(exchange);
        var waiting = new Waiting();
        _waiting.TryAdd(request, waiting);
        try
        {
            if (!_queue.Writer.TryWrite(request))
            {
                Response.Unavailable(exchange.Response, "Too many requests are waiting.\n");
                return;
            }

            var response = await waiting.Answer.Task.WaitAsync(_timeout);
            response.CopyTo(exchange.Response);
        }
        catch (TimeoutException) when (!waiting.Answer.Task.IsCompleted)
        {
            Response.Unavailable(exchange.Response, "The service has not answered in time.\n");
        }
        finally
        {
            _waiting.TryRemove(request, out _);
        }
    }

    /// <summary>The stream takes a request; whether somebody still waits for its answer.</summary>
    private bool Enters(Request request)
    {
        if (!_waiting.TryGetValue(request, out var waiting)) return false;
        waiting.IsInside = true;
        return true;
    }

    private void Answer(Response response)
    {
        if (_waiting.TryGetValue(response.Request, out var waiting)) waiting.Answer.TrySetResult(response);
    }

    private void Fail(Exception cause)
    {
        foreach (var (_, waiting) in _waiting)
        {
            if (waiting.IsInside) waiting.Answer.TrySetException(cause);
        }
    }

    /// <summary>A request whose client waits.</summary>
    private sealed class Waiting
    {
        public TaskCompletionSource<Response> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool IsInside;
    }

    /// <summary>Owns the stream: starts it again when it has ended, and ends it with the actor system.</summary>
    private sealed class Runner : ReceiveActor, IWithTimers
    {
        // A stream that fails at once must not keep a processor busy.
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private readonly ILoggingAdapter _log = Context.GetLogger();
        private readonly IMaterializer _materializer = Context.Materializer();
        private readonly StreamedHandler _requests;
        private readonly Func<Flow<Request, Response, NotUsed>> _create;

        public Runner(StreamedHandler requests, Func<Flow<Request, Response, NotUsed>> create)
        {
            (_requests, _create) = (requests, create);
            Receive<Status.Failure>(failure => OnEnd(failure.Cause));
            Receive<Done>(_ => OnEnd(new InvalidOperationException("the handler's stream completed, which ends no server")));
            Receive<StartAgain>(_ => Start());
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Start();

        private void Start()
        {
            _ = ChannelSource.FromReader(_requests._queue.Reader)
                .Where(_requests.Enters)
                .Via(_create())
                .RunForeach(_requests.Answer, _materializer)
                .PipeTo(Self, success: () => Done.Instance);
        }

        private void OnEnd(Exception cause)
        {
            _log.Error(cause, "the handler's stream ended and is started again: {0}", cause.Message);
            _requests.Fail(cause);
            Timers.StartSingleTimer(StartAgain.Instance, StartAgain.Instance, Pause);
        }

        private sealed class StartAgain
        {
            public static readonly StartAgain Instance = new();
        }
    }
}
