using System.Collections;

namespace Akka.Configuration.Hocon;

/// <summary>An array: its elements in order. Immutable.</summary>
public sealed class HoconArray : IHoconElement, IReadOnlyList<HoconValue>
{
    private readonly HoconValue[] _elements;

    internal HoconArray(HoconValue[] elements)
    {
        _elements = elements;
        Extent = Extent.Around(elements);
    }

    /// <inheritdoc/>
    public int Count => _elements.Length;

    internal Extent Extent { get; }

    /// <inheritdoc/>
    public HoconValue this[int index] => _elements[index];

    /// <inheritdoc/>
    public bool IsString() => false;

    /// <inheritdoc/>
    public string? GetString() => null;

    /// <inheritdoc/>
    public bool IsArray() => true;

    /// <inheritdoc/>
    public IList<HoconValue> GetArray() => Array.AsReadOnly(_elements);

    /// <inheritdoc/>
    public IEnumerator<HoconValue> GetEnumerator() => ((IEnumerable<HoconValue>)_elements).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Renders the array as HOCON.</summary>
    /// <returns>HOCON text.</returns>
    public override string ToString() => HoconRenderer.Render(this);
}
