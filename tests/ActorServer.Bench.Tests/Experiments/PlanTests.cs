using ActorServer.Bench.Experiments;

namespace ActorServer.Bench.Tests.Experiments;

/// <summary>Who has a turn when.</summary>
public sealed class PlanTests
{
    private static readonly Plan Example = new(["a", "b", "c"], [new("hello", 1, 0), new("hello", 64, 0), new("cpu", 64, 0)], 4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

    [Fact]
    public void Everybody_has_one_turn_in_each_round_at_each_point()
    {
        var turns = Example.Turns().ToList();
        Assert.Equal(Example.Count, turns.Count);
        Assert.Equal(turns.Count, turns.Distinct().Count());
        Assert.All(turns.GroupBy(turn => (turn.Round, turn.Point)), group => Assert.Equal(["a", "b", "c"], group.Select(turn => turn.Server).Order()));
    }

    [Fact]
    public void Servers_take_turns_before_the_next_point_and_points_before_the_next_round()
    {
        var turns = Example.Turns().ToList();
        Assert.Equal(["a", "b", "c", "a", "b", "c", "a", "b", "c"], turns.Take(9).Select(turn => turn.Server));
        Assert.Equal([1, 1, 1, 64, 64, 64, 64, 64, 64], turns.Take(9).Select(turn => turn.Point.Connections));
        Assert.Equal(turns.Select(turn => turn.Round).Order(), turns.Select(turn => turn.Round));
    }

    [Fact]
    public void Each_round_begins_with_another_server() =>
        Assert.Equal(["a", "b", "c", "a"], Example.Turns().GroupBy(turn => turn.Round).Select(round => round.First().Server));

    [Fact]
    public void However_early_it_ends_everybody_had_about_as_many_turns()
    {
        var turns = Example.Turns().ToList();
        for (var length = 0; length <= turns.Count; length++)
        {
            var counts = Example.Servers.Select(server => turns.Take(length).Count(turn => turn.Server == server)).ToList();
            Assert.True(counts.Max() - counts.Min() <= 1, $"after {length} turns: {string.Join(" ", counts)}");
        }
    }

    [Fact]
    public void It_fits_into_a_time()
    {
        var quick = Example.Within(TimeSpan.FromSeconds(36));
        Assert.InRange(quick.Length, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(36.1));
        Assert.Equal(3, quick.Duration / quick.WarmUp, 6);
        Assert.Equal(TimeSpan.FromSeconds(0.15), Example.Within(TimeSpan.FromSeconds(1)).Duration); // what is shorter tells nothing
        Assert.Equal(TimeSpan.FromSeconds(1.5), Example.Within(TimeSpan.FromHours(1)).Duration);
    }
}
