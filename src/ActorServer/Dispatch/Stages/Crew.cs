using System.Collections.Concurrent;
using Akka.Dispatch;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorServer.Dispatch.Stages;

/// <summary>
/// A stage of a stream that several threads work for. Elements wait in its buffer, as many threads of a dispatcher as its parallelism says
/// take them from there, and what they let pass goes on in the order in which it is done. The parallelism follows the queue: it doubles
/// when working off what waits would take longer than <see cref="Interval"/> at the pace of the last one, and goes back to what was
/// needed when less was for <see cref="Patience"/>.
/// </summary>
/// <remarks>
/// The stage's own thread moves elements in and out; it is sent one message for any number that are done meanwhile. A full buffer is
/// back-pressure: nothing is asked for upstream until there is room.
/// </remarks>
/// <typeparam name="T">The elements.</typeparam>
/// <param name="load">Tells how the stage is doing.</param>
/// <param name="work">Works on an element; whether it goes on to the next stage. Must not throw.</param>
/// <param name="dispatcher">Whose executor has the threads: one for the stage itself and one for each element at a time.</param>
/// <param name="least">The least parallelism.</param>
/// <param name="most">The most.</param>
/// <param name="buffer">Elements that may be in the stage, those that are worked on included.</param>
internal sealed class Crew<T>(StageLoad load, Func<T, bool> work, MessageDispatcher dispatcher, int least, int most, int buffer)
    : GraphStage<FlowShape<T, T>>
{
    /// <summary>How often the parallelism is looked at while anybody waits, or while it is raised.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a raised parallelism must have been more than enough to be lowered.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Inlet<T> _in = new($"{load.Name}.in");
    private readonly Outlet<T> _out = new($"{load.Name}.out");

    /// <inheritdoc/>
    public override FlowShape<T, T> Shape => new(_in, _out);

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, load, work, dispatcher, least, most, buffer);

    private sealed class Logic : TimerGraphStageLogic, IRunnable
    {
        private static readonly object Look = new();

        private readonly Crew<T> _stage;
        private readonly StageLoad _load;
        private readonly Func<T, bool> _work;
        private readonly MessageDispatcher _dispatcher;
        private readonly int _least;
        private readonly int _most;
        private readonly int _buffer;
        private readonly ConcurrentQueue<T> _waiting = new();
        private readonly ConcurrentQueue<T> _results = new();
        private readonly Action _call;
        private int _called;     // the stage was sent a message and has not looked yet
        private int _inside;     // elements in the stage
        private int _hands;      // threads at work
        private int _peak;       // the most of them, in the last while
        private long _doneBefore;
        private int _idleLooks;

        public Logic(Crew<T> stage, StageLoad load, Func<T, bool> work, MessageDispatcher dispatcher, int least, int most, int buffer) : base(stage.Shape)
        {
            (_stage, _load, _work, _dispatcher, _least, _most, _buffer) = (stage, load, work, dispatcher, least, most, buffer);
            _load.Parallelism = least;
            _call = GetAsyncCallback(Move);
            SetHandler(stage._in, onPush: Take, onUpstreamFinish: FinishWhenEmpty);
            SetHandler(stage._out, onPull: Move);
        }

        public override void PreStart() => Pull(_stage._in);

        /// <summary>A thread of the crew: works for as long as there is something, and it is not one too many.</summary>
        public void Run()
        {
            while (Volatile.Read(ref _hands) <= _load.Parallelism && _waiting.TryDequeue(out var element))
            {
                if (_load.Work(_work, element)) _results.Enqueue(element);
                else Interlocked.Decrement(ref _inside);
                if (Interlocked.Exchange(ref _called, 1) == 0) _call();
            }

            Interlocked.Decrement(ref _hands);
            Summon(); // for what came between the last look and this
        }

        public void Execute() => Run();

        protected override void OnTimer(object timerKey)
        {
            var (waiting, done) = (_waiting.Count, _load.Done);
            if (waiting > done - _doneBefore && _load.Parallelism < _most)
            {
                _load.Parallelism = Math.Min(_most, _load.Parallelism * 2);
                for (var n = 0; n < waiting; n++) Summon();
                _idleLooks = 0;
            }
            else if (++_idleLooks >= Patience / Interval)
            {
                _load.Parallelism = Math.Clamp(Volatile.Read(ref _peak), _least, _load.Parallelism);
                _idleLooks = 0;
                Volatile.Write(ref _peak, Volatile.Read(ref _hands));
            }

            _doneBefore = done;
            if (waiting == 0 && _load.Parallelism == _least) CancelTimer(Look);
        }

        private void Take()
        {
            _waiting.Enqueue(Grab(_stage._in));
            var inside = Interlocked.Increment(ref _inside);
            if (!Summon() && _least < _most && !IsTimerActive(Look))
            {
                _doneBefore = _load.Done;
                ScheduleRepeatedly(Look, Interval);
            }

            if (inside < _buffer) Pull(_stage._in);
        }

        /// <summary>Moves on what is done, and asks for more if there is room.</summary>
        private void Move()
        {
            Interlocked.Exchange(ref _called, 0); // before looking: what is done from here on calls again
            if (IsAvailable(_stage._out) && _results.TryDequeue(out var result))
            {
                Interlocked.Decrement(ref _inside);
                Push(_stage._out, result);
            }

            if (IsClosed(_stage._in)) FinishWhenEmpty();
            else if (!HasBeenPulled(_stage._in) && Volatile.Read(ref _inside) < _buffer) Pull(_stage._in);
        }

        private void FinishWhenEmpty()
        {
            if (Volatile.Read(ref _inside) == 0) CompleteStage();
        }

        /// <summary>Has one more thread come, if there is something to do and one is missing; whether that is all that can be done.</summary>
        private bool Summon()
        {
            while (!_waiting.IsEmpty)
            {
                var hands = Volatile.Read(ref _hands);
                if (hands >= _load.Parallelism) return false;
                if (Interlocked.CompareExchange(ref _hands, hands + 1, hands) != hands) continue;
                if (hands + 1 > Volatile.Read(ref _peak)) Volatile.Write(ref _peak, hands + 1); // an estimate: two may race
                _dispatcher.Schedule(this);
                return true;
            }

            return true;
        }
    }
}
