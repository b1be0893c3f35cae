namespace ActorServer.Server;

/// <summary>Which of several workers gets a new connection (POSA2's dispatching policy of an Acceptor).</summary>
public abstract class Placement
{
    private Placement() { }

    /// <summary>The worker for the next connection.</summary>
    public abstract Worker Next();

    /// <summary>The worker with the fewest connections; equals take turns.</summary>
    /// <param name="workers">At least one.</param>
    public static Placement LeastLoaded(IReadOnlyList<Worker> workers) => new ByLoad([.. workers]);

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
