using Akka.Actor;

namespace Akka.Util;

/// <summary>A plain value that stands for an object which only means something inside one actor system.</summary>
public interface ISurrogate
{
    /// <summary>Turns the surrogate back into what it stands for.</summary>
    /// <param name="system">The system to which the result belongs.</param>
    /// <returns>The object.</returns>
    ISurrogated? FromSurrogate(ActorSystem system);
}

/// <summary>An object that a <see cref="ISurrogate"/> can stand for.</summary>
public interface ISurrogated
{
    /// <summary>The surrogate.</summary>
    /// <param name="system">The system to which this object belongs.</param>
    /// <returns>A plain value.</returns>
    ISurrogate ToSurrogate(ActorSystem system);
}
