using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.IO.Native;
using Akka.Dispatch;

namespace ActorServer.Dispatch.Stealing;

/// <content>The threads.</content>
public sealed partial class WorkStealing
{
    /// <summary>A thread of the set, and what it counts.</summary>
    public sealed class Thief
    {
        private readonly Parker _parker = new();
        private readonly IRunnable[] _share = new IRunnable[LargestShare];
        private readonly Random _random = new();
        private int _turn;
        private long _done;
        private long _steals;
        private long _idle;
        private long _since; // when it fell asleep; 0 while awake
        private long _began; // when it last found something
        private long _before; // and what it had done by then

        internal Thief(WorkStealing set, string name) => (Set, Name) = (set, name);

        /// <summary>The thread's name.</summary>
        public string Name { get; }

        /// <summary>What is in its deque.</summary>
        public int Depth => Deque.Count;

        /// <summary>What it has run.</summary>
        public long Done => Volatile.Read(ref _done);

        /// <summary>What of that it took from others' deques.</summary>
        public long Steals => Volatile.Read(ref _steals);

        /// <summary>How long it has slept.</summary>
        public TimeSpan Idle
        {
            get
            {
                var (idle, since) = (Volatile.Read(ref _idle), Volatile.Read(ref _since));
                return Stopwatch.GetElapsedTime(0, idle + (since == 0 ? 0 : Stopwatch.GetTimestamp() - since));
            }
        }

        internal WorkStealing Set { get; }

        /// <summary>
        /// What one of its last runs took, in ticks of the stopwatch, at least 1; a thread that has not run anything yet takes its time.
        /// </summary>
        internal long Pace { get; private set; } = Stopwatch.Frequency;

        internal StealingDeque<IRunnable, Cell> Deque { get; } = new();

        internal int Draw(int count) => _random.Next(count);

        /// <summary>It has found something.</summary>
        internal void Begin() => (_began, _before) = (Stopwatch.GetTimestamp(), _done);

        /// <summary>It has run out of work.</summary>
        internal void Rest()
        {
            if (_done > _before) Pace = Math.Max(1, (Stopwatch.GetTimestamp() - _began) / (_done - _before));
        }

        internal void Did() => Volatile.Write(ref _done, _done + 1);

        internal void Stole() => Volatile.Write(ref _steals, _steals + 1);

        /// <summary>Its own next; now and then the oldest from outside, or of its own, so that nothing waits for ever.</summary>
        internal IRunnable? Next()
        {
            if (++_turn % Turns != 0) return Deque.Pop();
            return (Set._global.TryDequeue(out var run) ? run : Deque.Steal()) ?? Deque.Pop();
        }

        internal void Keep(ConcurrentQueue<IRunnable> queue, int most)
        {
            var count = 0;
            while (count < most && queue.TryDequeue(out var run)) _share[count++] = run;
            for (var n = count - 1; n >= 0; n--) Deque.Push(_share[n]); // last in, first out: the oldest comes first
            Array.Clear(_share, 0, count);
        }

        internal void Wake() => _parker.Wake();

        internal void Sleep()
        {
            var since = Stopwatch.GetTimestamp();
            Volatile.Write(ref _since, since);
            _parker.Park(Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _idle, _idle + Stopwatch.GetTimestamp() - since);
            Volatile.Write(ref _since, 0);
        }
    }
}
