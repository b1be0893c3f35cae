namespace ActorServer.Configuration;

/// <summary>Finds what somebody most likely meant to write.</summary>
internal static class Nearest
{
    /// <summary><c>; did you mean "x"?</c>, or nothing when no candidate comes near.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="candidates">What is known.</param>
    public static string Hint(string written, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (candidate, distance: Distance(written, candidate))).DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return best.Item2 <= Math.Max(2, written.Length / 3) ? $"; did you mean {best.Item1}?" : "";
    }

    /// <summary>How many letters must be added, taken away or replaced (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = diagonal + (char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
