namespace ActorServer.Server;

/// <summary>Which of several workers gets a new connection. Each acceptor has its own.</summary>
public abstract class Placement
{
    private Placement() { }

    /// <summary>The worker for the next connection.</summary>
    public abstract Worker Next();

    /// <summary>The worker with the fewest connections; equals take turns.</summary>
    /// <param name="workers">At least one.</param>
    public static Placement LeastLoaded(IReadOnlyList<Worker> workers) => new ByLoad([.. workers]);

    /// <summary>One worker after the other.</summary>
    /// <param name="workers">At least one.</param>
    public static Placement RoundRobin(IReadOnlyList<Worker> workers) => new InTurn([.. workers]);

    /// <summary>Always the same worker.</summary>
    /// <param name="worker">The worker.</param>
    public static Placement Only(Worker worker) => new InTurn([worker]);

    /// <summary>A worker for as long as it has room, and another one beyond.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="most">How many connections it has room for.</param>
    /// <param name="beyond">Who gets those that it has no room for.</param>
    public static Placement UpTo(Worker worker, int most, Worker beyond) => new Bounded(worker, most, beyond);

    private sealed class Bounded(Worker worker, int most, Worker beyond) : Placement
    {
        public override Worker Next() => worker.Load < most ? worker : beyond;
    }

    private sealed class InTurn(Worker[] workers) : Placement
    {
        private int _last = -1;

        public override Worker Next() => workers[_last = (_last + 1) % workers.Length];
    }

    private sealed class ByLoad(Worker[] workers) : Placement
    {
        private int _first;

        public override Worker Next()
        {
            // Another starting point each time: with short connections all loads are 0, and one worker would get everything.
            _first = (_first + 1) % workers.Length;
            var least = workers[_first];
            for (var i = 1; i < workers.Length; i++)
            {
                var worker = workers[(_first + i) % workers.Length];
                if (worker.Load < least.Load) least = worker;
            }

            return least;
        }
    }
}
