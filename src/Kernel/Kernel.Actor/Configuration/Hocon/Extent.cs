namespace Akka.Configuration.Hocon;

/// <summary>
/// How large a value is as a tree. Substitutions share values, so a few lines can describe a tree that no program should walk:
/// the resolver refuses those by their extent.
/// </summary>
/// <param name="Depth">Levels of objects and arrays.</param>
/// <param name="Size">Values and characters, the shared ones counted wherever they appear.</param>
internal readonly record struct Extent(int Depth, long Size)
{
    public static Extent Of(IHoconElement? element) => element switch
    {
        HoconObject content => content.Extent,
        HoconArray array => array.Extent,
        HoconLiteral literal => new Extent(0, literal.Value.Length + 1L),
        _ => new Extent(0, 1),
    };

    /// <summary>The extent of a container of these values.</summary>
    public static Extent Around(IEnumerable<HoconValue> values)
    {
        var (depth, size) = (0, 1L);
        foreach (var value in values)
        {
            var inner = Of(value.Element);
            depth = Math.Max(depth, inner.Depth);
            size = Math.Min(size + inner.Size, int.MaxValue);
        }

        return new Extent(depth + 1, size);
    }
}
