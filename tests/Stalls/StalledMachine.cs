using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace StalledMachines;

/// <summary>
/// The test framework of all test projects: xunit's own, but a test that fails while the machine stood still is judged again, at most twice. Real sockets and
/// real processes have real deadlines, and a machine that gives us no processor for a second makes a client idle that never was: such a failure says nothing
/// of the server. A failure on a machine that ran is final.
/// </summary>
public sealed class StalledMachine(IMessageSink sink) : XunitTestFramework(sink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName name, ISourceInformationProvider source, IMessageSink sink) : XunitTestFrameworkExecutor(name, source, sink)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            ThreadPool.SetMinThreads(64, 64); // tests block threads of the pool, which would get others only one by one
            var clock = new Stalls();
            base.RunTestCases(testCases.Select(testCase => new JudgedAgain(testCase, clock)).ToList(), executionMessageSink, executionOptions);
        }
    }
}

/// <summary>How long the process was kept from running: a thread that means to sleep 20 ms sees what the sleep took, and how late the thread pool is.</summary>
internal sealed class Stalls
{
    /// <summary>Shorter ones are a busy machine's daily life, and no deadline of a test is that short.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<(long At, TimeSpan Lasted)> _seen = [];

    public Stalls() => new Thread(Watch) { IsBackground = true, Name = "stalls", Priority = ThreadPriority.Highest }.Start();

    /// <summary>The longest stall since a <see cref="Stopwatch"/> time stamp; zero when there was none.</summary>
    public TimeSpan LongestSince(long stamp)
    {
        lock (_gate) return _seen.Where(stall => stall.At >= stamp).Select(stall => stall.Lasted).DefaultIfEmpty().Max();
    }

    private void Watch()
    {
        while (true)
        {
            var slept = Stopwatch.GetTimestamp();
            Thread.Sleep(20);
            Note(slept);
            var queued = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(_ => Note(queued), null);
        }
    }

    private void Note(long since)
    {
        var lasted = Stopwatch.GetElapsedTime(since);
        if (lasted < Noticed) return;
        lock (_gate) _seen.Add((Stopwatch.GetTimestamp(), lasted));
    }
}

/// <summary>A test case as it is, but for <see cref="RunAsync"/>: it holds the messages of a run back until it is known to count.</summary>
#pragma warning disable xUnit3001 // made when the tests run, so never read from a serialized form
internal sealed class JudgedAgain(IXunitTestCase inner, Stalls stalls) : LongLivedMarshalByRefObject, IXunitTestCase
#pragma warning restore xUnit3001
{
    private const int Runs = 3;

    /// <summary>Many times what the longest test takes on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string DisplayName => inner.DisplayName;

    public string SkipReason => inner.SkipReason;

    public ISourceInformation SourceInformation
    {
        get => inner.SourceInformation;
        set => inner.SourceInformation = value;
    }

    public ITestMethod TestMethod => inner.TestMethod;

    public object[] TestMethodArguments => inner.TestMethodArguments;

    public Dictionary<string, List<string>> Traits => inner.Traits;

    public string UniqueID => inner.UniqueID;

    public Exception InitializationException => inner.InitializationException;

    public IMethodInfo Method => inner.Method;

    public int Timeout => inner.Timeout;

    public void Serialize(IXunitSerializationInfo info) => inner.Serialize(info);

    public void Deserialize(IXunitSerializationInfo info) => inner.Deserialize(info);

    public async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        for (var run = 1; ; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var patience = new Timer(static test => Hang((string)test!), DisplayName, Patience, System.Threading.Timeout.InfiniteTimeSpan);
            using var held = new HeldMessages();
            var summary = await inner.RunAsync(diagnosticMessageSink, held, constructorArguments, new ExceptionAggregator(aggregator), cancellationTokenSource);
            if (summary.Failed > 0) await Task.Delay(200); // what stood still may come back in another order: the watcher after the test
            var stall = stalls.LongestSince(begun);
            if (summary.Failed == 0 || stall == TimeSpan.Zero || run == Runs || cancellationTokenSource.IsCancellationRequested)
            {
                held.PassOn(messageBus, cancellationTokenSource);
                return summary;
            }

            diagnosticMessageSink.OnMessage(new DiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
                $"judged again: the machine stood still for {stall.TotalMilliseconds:0} ms while {DisplayName} failed with: {held.Failure}")));
        }
    }

    /// <summary>A test that waits for ever would hold the whole run for as long. No thread can be made to give up, so the process goes, with the test's name.</summary>
    private static void Hang(string test) => Environment.FailFast($"{test} did not end within {Patience.TotalMinutes:0} minutes");

    private sealed class HeldMessages : IMessageBus
    {
        private readonly Lock _gate = new();
        private readonly List<IMessageSinkMessage> _messages = [];

        public string? Failure
        {
            get
            {
                lock (_gate) return _messages.OfType<IFailureInformation>().FirstOrDefault()?.Messages.FirstOrDefault()?.ReplaceLineEndings(" ");
            }
        }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            lock (_gate) _messages.Add(message);
            return true;
        }

        public void PassOn(IMessageBus bus, CancellationTokenSource cancellation)
        {
            lock (_gate)
            {
                foreach (var message in _messages)
                {
                    if (!bus.QueueMessage(message)) cancellation.Cancel();
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
