using Akka.Streams.Implementation;

namespace Akka.Streams;

/// <summary>Where elements enter a graph.</summary>
public abstract class Inlet
{
    private protected Inlet(string name) => Name = name;

    /// <summary>Gets the name, for messages about faults.</summary>
    public string Name { get; }

    /// <summary>Gets or sets the place among the inlets of its stage.</summary>
    internal int Id { get; set; } = -1;

    /// <summary>Makes another inlet of the same type and name.</summary>
    /// <returns>The inlet.</returns>
    public abstract Inlet CarbonCopy();

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    internal abstract Connection NewConnection();

    internal abstract (BoundaryWriter Writer, BoundaryReader Reader) NewBoundary(int capacity);
}

/// <summary>Where elements enter a graph.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="name">A name, for messages about faults.</param>
public sealed class Inlet<T>(string name) : Inlet(name)
{
    /// <inheritdoc/>
    public override Inlet CarbonCopy() => new Inlet<T>(Name);

    internal override Connection NewConnection() => new Connection<T>();

    internal override (BoundaryWriter Writer, BoundaryReader Reader) NewBoundary(int capacity)
    {
        var boundary = new Boundary<T>(capacity);
        return (new BoundaryWriter<T>(boundary), new BoundaryReader<T>(boundary));
    }
}

/// <summary>Where elements leave a graph.</summary>
public abstract class Outlet
{
    private protected Outlet(string name) => Name = name;

    /// <summary>Gets the name, for messages about faults.</summary>
    public string Name { get; }

    /// <summary>Gets or sets the place among the outlets of its stage.</summary>
    internal int Id { get; set; } = -1;

    /// <summary>Makes another outlet of the same type and name.</summary>
    /// <returns>The outlet.</returns>
    public abstract Outlet CarbonCopy();

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

/// <summary>Where elements leave a graph.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="name">A name, for messages about faults.</param>
public sealed class Outlet<T>(string name) : Outlet(name)
{
    /// <inheritdoc/>
    public override Outlet CarbonCopy() => new Outlet<T>(Name);
}
