namespace Akka;

/// <summary>The result of work that has none but its end.</summary>
public sealed class Done
{
    private Done()
    {
    }

    /// <summary>The only instance.</summary>
    public static Done Instance { get; } = new();
}
