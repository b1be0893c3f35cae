using System.Globalization;
using System.Net;
using System.Text;

namespace ActorServer.Bench.Reports;

/// <summary>
/// Charts as inline SVG. Colours come from the page; every mark tells its figures to a pointer, every chart its content to a screen reader.
/// </summary>
internal sealed class Charts
{
    private const double Width = 620, Labels = 158, Values = 92, RowHeight = 23, Top = 8;

    private int _number; // of the last chart: names of titles must differ within a page

    /// <summary>How a row is drawn.</summary>
    public enum Kind { Own, Choice, Peer }

    /// <summary>A bar from zero, with the range of the rounds over it.</summary>
    public sealed record Bar(string Label, Kind Kind, double Value, double Least, double Most, string Text, string Tip, bool Bad = false);

    /// <summary>Latencies of one server, in nanoseconds.</summary>
    public sealed record Span(string Label, Kind Kind, double P50, double P90, double P99, double P999, string Text, string Tip, bool Bad = false);

    /// <summary>A line of a small multiple: one value for each place on the x axis, or none.</summary>
    public sealed record Line(string Label, Kind Kind, IReadOnlyList<double?> Values, IReadOnlyList<string> Tips);

    /// <summary>Horizontal bars.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What a reader who cannot see it should know.</param>
    /// <param name="bars">From the top.</param>
    public string Bars(string title, string description, IReadOnlyList<Bar> bars)
    {
        var most = Math.Max(bars.Max(bar => Math.Max(bar.Value, bar.Most)), double.Epsilon);
        var height = Top + bars.Count * RowHeight + 4;
        var svg = Open(title, description, height);
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"rule\" d=\"M{Labels} {Top}V{height - 4:0}\"/>");
        foreach (var (index, bar) in bars.Index())
        {
            var (y, length) = (Top + index * RowHeight, X(bar.Value));
            Row(svg, bar.Label, bar.Kind, bar.Tip, y);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{Labels}\" y=\"{y + 4:0.#}\" width=\"{Math.Max(1, length):0.#}\" height=\"{RowHeight - 8}\" rx=\"2\"/>");
            var end = length;
            if (bar.Most > bar.Least)
            {
                var (from, to) = (Labels + X(bar.Least), Labels + X(bar.Most));
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"whisker\" d=\"M{from:0.#} {y + 8:0.#}v7m0 -3.5H{to:0.#}m0 -3.5v7\"/>");
                end = Math.Max(end, to - Labels);
            }

            Value(svg, Labels + end, y, bar.Text, bar.Bad);
        }

        return svg.Append("</svg>").ToString();

        double X(double value) => Math.Clamp(value, 0, most) / most * (Width - Labels - Values);
    }

    /// <summary>Latencies on a logarithmic axis: the median, 90 %, 99 % and 99.9 %.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What a reader who cannot see it should know.</param>
    /// <param name="spans">From the top.</param>
    public string Spans(string title, string description, IReadOnlyList<Span> spans)
    {
        var least = Math.Log10(Math.Max(100, spans.Min(span => span.P50))) - 0.08;
        var most = Math.Max(least + 1, Math.Log10(spans.Max(span => span.P999)) + 0.05);
        var bottom = Top + spans.Count * RowHeight;
        var svg = Open(title, description, bottom + 22);
        for (var power = (int)Math.Ceiling(least); power <= most; power++)
        {
            var x = X(Math.Pow(10, power));
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"rule\" d=\"M{x:0.#} {Top}V{bottom + 4:0}\"/><text class=\"tick\" x=\"{x:0.#}\" y=\"{bottom + 17:0}\" text-anchor=\"middle\">{Figures.Decade(power)}</text>");
        }

        foreach (var (index, span) in spans.Index())
        {
            var y = Top + index * RowHeight;
            var middle = y + RowHeight / 2;
            Row(svg, span.Label, span.Kind, span.Tip, y);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"span\" d=\"M{X(span.P50):0.#} {middle:0.#}H{X(span.P99):0.#}\"/><path class=\"rule\" d=\"M{X(span.P99):0.#} {middle:0.#}H{X(span.P999):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{X(span.P50):0.#}\" cy=\"{middle:0.#}\" r=\"4.5\"/><circle class=\"dot\" cx=\"{X(span.P90):0.#}\" cy=\"{middle:0.#}\" r=\"2.5\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"dot\" x=\"{X(span.P99) - 2:0.#}\" y=\"{middle - 7:0.#}\" width=\"4\" height=\"14\" rx=\"1\"/><circle class=\"faint\" cx=\"{X(span.P999):0.#}\" cy=\"{middle:0.#}\" r=\"3\"/>");
            Value(svg, Width - Values + 4, y, span.Text, span.Bad);
        }

        return svg.Append("</svg>").ToString();

        double X(double value) => Labels + 8 + (Math.Clamp(Math.Log10(Math.Max(1, value)), least, most) - least) / (most - least) * (Width - Labels - Values - 16);
    }

    /// <summary>A small chart for each line, all on the same axes, with the others faintly behind it.</summary>
    /// <param name="title">What they show.</param>
    /// <param name="places">The places on the x axis, at equal distances.</param>
    /// <param name="lines">One for each chart.</param>
    /// <param name="top">How to write the highest value.</param>
    public string Multiples(string title, IReadOnlyList<string> places, IReadOnlyList<Line> lines, Func<double, string> top)
    {
        const double width = 190, height = 104, left = 6, right = 184, above = 26, below = 84;
        var most = Math.Max(lines.Max(line => line.Values.Max() ?? 0), double.Epsilon);
        var paths = lines.Select(line => Path(line.Values)).ToArray();
        var html = new StringBuilder("<div class=\"small\">");
        foreach (var (index, line) in lines.Index())
        {
            var tip = string.Join("; ", line.Tips);
            html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"c{++_number}\" class=\"{Class(line.Kind)}\"><title id=\"c{_number}\">{Text(title)}, {Text(line.Label)}: {Text(tip)}</title>");
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{left}\" y=\"14\">{Text(line.Label)}</text>");
            html.Append(CultureInfo.InvariantCulture, $"<path class=\"rule\" d=\"M{left} {below}H{right}\"/><path class=\"others\" d=\"{string.Concat(paths)}\"/><path class=\"line\" d=\"{paths[index]}\"/>");
            foreach (var (place, value) in line.Values.Index())
            {
                if (value is { } known) html.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{X(place):0.#}\" cy=\"{Y(known):0.#}\" r=\"3\"/>");
            }

            if (line.Values.Max() is { } peak) html.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{right}\" y=\"14\" text-anchor=\"end\">{Text(top(peak))}</text>");
            foreach (var (place, name) in places.Index())
            {
                var anchor = place == 0 ? "start" : place == places.Count - 1 ? "end" : "middle";
                html.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{(place == 0 ? left : place == places.Count - 1 ? right : X(place)):0.#}\" y=\"{below + 15:0}\" text-anchor=\"{anchor}\">{Text(name)}</text>");
            }

            html.Append("</svg>");
        }

        return html.Append("</div>").ToString();

        double X(int place) => left + 4 + (places.Count < 2 ? 0 : place / (places.Count - 1.0)) * (right - left - 8);

        double Y(double value) => below - Math.Clamp(value / most, 0, 1) * (below - above);

        string Path(IReadOnlyList<double?> values)
        {
            var path = new StringBuilder();
            foreach (var (place, value) in values.Index())
            {
                if (value is { } known) path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{X(place):0.#} {Y(known):0.#}");
            }

            return path.ToString();
        }
    }

    private static string Class(Kind kind) => kind switch { Kind.Choice => "choice", Kind.Peer => "peer", _ => "own" };

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private StringBuilder Open(string title, string description, double height) => new StringBuilder().Append(CultureInfo.InvariantCulture,
        $"<svg class=\"chart\" viewBox=\"0 0 {Width} {height:0}\" role=\"img\" aria-labelledby=\"c{++_number} d{_number}\"><title id=\"c{_number}\">{Text(title)}</title><desc id=\"d{_number}\">{Text(description)}</desc>");

    /// <summary>Begins a row: its group, which <see cref="Value"/> ends, its name, and a place to point at.</summary>
    private static void Row(StringBuilder svg, string label, Kind kind, string tip, double y) => svg.Append(CultureInfo.InvariantCulture,
        $"<g class=\"{Class(kind)}\"><title>{Text(tip)}</title><rect x=\"0\" y=\"{y:0.#}\" width=\"{Width}\" height=\"{RowHeight}\" fill=\"transparent\"/><text class=\"label\" x=\"{Labels - 8}\" y=\"{y + 15.5:0.#}\" text-anchor=\"end\">{Text(label)}</text>");

    private static void Value(StringBuilder svg, double x, double y, string text, bool bad) => svg.Append(CultureInfo.InvariantCulture,
        $"<text class=\"value{(bad ? " bad" : "")}\" x=\"{x + 6:0.#}\" y=\"{y + 15.5:0.#}\">{Text(text)}</text></g>");
}
