namespace ActorServer.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Origin">Where it stands (<c>server.conf:12</c>), or empty when that is not known.</param>
/// <param name="Problem">What is wrong and what would be right.</param>
public readonly record struct ConfigurationFault(string Origin, string Problem)
{
    /// <summary>The fault as one line.</summary>
    public override string ToString() => Origin.Length == 0 ? Problem : $"{Origin}: {Problem}";
}

/// <summary>A configuration that cannot be used; one line per fault.</summary>
public sealed class InvalidConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="faults">At least one.</param>
    public InvalidConfigurationException(IReadOnlyList<ConfigurationFault> faults) : base(string.Join(Environment.NewLine, faults)) =>
        Faults = faults;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }
}
