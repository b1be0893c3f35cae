using ActorServer.Dispatch.Stealing;

namespace ActorServer.Tests.Dispatch.Stealing;

/// <summary>
/// Runs a few threads through the orders of their atomic steps, one execution after the other. One thread at a time has the turn; before
/// each step it may pass to another. What a thread writes waits in its store buffer, as on x86 (total store order), and gets to the others
/// at any later point, but not after the thread's next fence.
/// </summary>
/// <param name="switches">How often an execution may leave a thread that could go on, or empty a buffer early: all orders with so many.</param>
internal sealed class Interleavings(int switches)
{
    [ThreadStatic]
    private static Participant? current;

    private readonly List<(int Choice, int Options)> _path = [];
    private readonly SemaphoreSlim _over = new(0);
    private Participant[] _all = [];
    private int _step;
    private int _left;
    private int _running;

    /// <summary>Goes through all orders.</summary>
    /// <param name="scenario">Makes the threads' work from a fresh state, and what must hold afterwards.</param>
    /// <returns>How many there were.</returns>
    public int Explore(Func<(Action[] Threads, Action Check)> scenario)
    {
        for (var executions = 1; ; executions++)
        {
            var (threads, check) = scenario();
            Execute(threads);
            check();
            while (_path.Count > 0 && _path[^1].Choice + 1 == _path[^1].Options) _path.RemoveAt(_path.Count - 1);
            if (_path.Count == 0) return executions;
            _path[^1] = (_path[^1].Choice + 1, _path[^1].Options);
        }
    }

    private void Execute(Action[] threads)
    {
        (_step, _left, _running) = (0, switches, threads.Length);
        _all = [.. threads.Select(body => new Participant(this, body))];
        foreach (var participant in _all) participant.Thread.UnsafeStart();
        Pass(null);
        _over.Wait();
        foreach (var participant in _all)
        {
            participant.Thread.Join();
            participant.ArriveAll();
        }

        if (_all.FirstOrDefault(participant => participant.Failure is not null) is { Failure: var failure }) throw new InvalidOperationException("a thread failed", failure);
    }

    /// <summary>Chooses what is next: the same thread as a rule, another one, or a store that arrives.</summary>
    private void Pass(Participant? from)
    {
        while (true)
        {
            var goesOn = from is { IsDone: false };
            var others = _all.Where(participant => participant != from && !participant.IsDone).ToList();
            var arrivals = _left == 0 ? [] : _all.SelectMany(participant => Enumerable.Range(1, participant.Stores.Count).Select(stores => (participant, stores))).ToList();
            var choice = goesOn && _left == 0 ? 0 : Choose((goesOn ? 1 : 0) + others.Count + arrivals.Count) - (goesOn ? 1 : 0);
            if (goesOn && choice <= 0 && (choice < 0 || _left == 0)) return;
            if (choice >= others.Count)
            {
                _left--;
                arrivals[choice - others.Count].participant.Arrive(arrivals[choice - others.Count].stores);
                continue;
            }

            if (goesOn) _left--;

            others[choice].Turn.Release();
            if (goesOn) from!.Turn.Wait();
            return;
        }
    }

    private int Choose(int options)
    {
        if (_step == _path.Count) _path.Add((0, options));
        Assert.Equal(options, _path[_step].Options); // the same choices lead to the same place
        return _path[_step++].Choice;
    }

    /// <summary>A number shared by the threads of an execution.</summary>
    public struct Shared : ICell
    {
        private Place? _place;

        private Place Here => _place ??= new Place();

        public long Read()
        {
            var place = Here;
            if (current is not { } self) return place.Value;
            self.Step();
            return self.Stores.LastOrDefault(store => store.Place == place, (Place: place, place.Value)).Value;
        }

        public void Write(long value)
        {
            var place = Here;
            if (current is not { } self) throw new InvalidOperationException("outside of an execution");
            self.Step();
            self.Stores.Add((place, value));
        }

        public bool Replace(long value, long expected)
        {
            var place = Here;
            if (current is not { } self) throw new InvalidOperationException("outside of an execution");
            self.Step();
            self.ArriveAll();
            if (place.Value != expected) return false;
            place.Value = value;
            return true;
        }

        public static void Fence()
        {
            if (current is not { } self) throw new InvalidOperationException("outside of an execution");
            self.Step();
            self.ArriveAll();
        }
    }

    /// <summary>The same, of an algorithm whose author forgot the fences.</summary>
    public struct Unfenced : ICell
    {
        private Shared _shared;

        public long Read() => _shared.Read();

        public void Write(long value) => _shared.Write(value);

        public bool Replace(long value, long expected) => _shared.Replace(value, expected);

        public static void Fence() { }
    }

    internal sealed class Place
    {
        public long Value { get; set; }
    }

    internal sealed class Participant
    {
        private readonly Interleavings _set;

        public Participant(Interleavings set, Action body)
        {
            _set = set;
            Thread = new Thread(() => Run(body), 256 << 10) { IsBackground = true };
        }

        public Thread Thread { get; }

        public SemaphoreSlim Turn { get; } = new(0);

        public List<(Place Place, long Value)> Stores { get; } = [];

        public bool IsDone { get; private set; }

        public Exception? Failure { get; private set; }

        public void Step() => _set.Pass(this);

        public void Arrive(int count)
        {
            foreach (var (place, value) in Stores[..count]) place.Value = value;
            Stores.RemoveRange(0, count);
        }

        public void ArriveAll() => Arrive(Stores.Count);

        private void Run(Action body)
        {
            Turn.Wait();
            current = this;
            try
            {
                body();
            }
            catch (Exception exception)
            {
                Failure = exception;
            }

            current = null;
            IsDone = true; // what it wrote last may still be on its way
            if (--_set._running == 0) _set._over.Release();
            else _set.Pass(this);
        }
    }
}
