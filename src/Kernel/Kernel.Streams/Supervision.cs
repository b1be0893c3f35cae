namespace Akka.Streams.Supervision;

/// <summary>What a stage does about an exception of the user's code.</summary>
public enum Directive
{
    /// <summary>The stream fails.</summary>
    Stop,

    /// <summary>The element is dropped and the stream goes on.</summary>
    Resume,

    /// <summary>The element is dropped, what the stage has gathered is forgotten, and the stream goes on.</summary>
    Restart,
}

/// <summary>Decides about an exception.</summary>
/// <param name="cause">The exception.</param>
/// <returns>What to do.</returns>
public delegate Directive Decider(Exception cause);

/// <summary>The deciders that look at nothing.</summary>
public static class Deciders
{
    /// <summary>Gets the decider that always stops: the default.</summary>
    public static Decider StoppingDecider { get; } = static _ => Directive.Stop;

    /// <summary>Gets the decider that always resumes.</summary>
    public static Decider ResumingDecider { get; } = static _ => Directive.Resume;

    /// <summary>Gets the decider that always restarts.</summary>
    public static Decider RestartingDecider { get; } = static _ => Directive.Restart;
}
