using System.Globalization;
using System.Text;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>A reply as a strict client reads it.</summary>
internal sealed record Reply(int Status, Dictionary<string, string> Headers, string Body)
{
    /// <summary>The field that marks replies to HEAD, which no client could tell from others.</summary>
    public const string ToHead = "X-To-Head";

    public bool Closes => Headers.TryGetValue("Connection", out var connection) && connection == "close";

    /// <summary>Reads all replies; whatever is left over or missing is an error of the server.</summary>
    public static List<Reply> ParseAll(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var replies = new List<Reply>();
        while (text.Length > 0)
        {
            var headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Assert.True(headEnd >= 0, "A reply's head has no end.");
            var lines = text[..headEnd].Split("\r\n");
            Assert.Matches("^HTTP/1\\.1 [1-5][0-9][0-9] [ -~]*$", lines[0]);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var line in lines.Skip(1))
            {
                Assert.Matches("^[A-Za-z0-9-]+: [ -~]*$", line);
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                headers.Add(line[..colon], line[(colon + 2)..]);
            }

            text = text[(headEnd + 4)..];
            var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
            var body = "";
            if (status < 200)
            {
            }
            else if (headers.ContainsKey(ToHead) || status is 204 or 304)
            {
            }
            else if (headers.TryGetValue("Content-Length", out var length))
            {
                var count = int.Parse(length, CultureInfo.InvariantCulture);
                Assert.True(count <= text.Length, "A reply's body is short.");
                body = text[..count];
                text = text[count..];
            }
            else if (headers.ContainsKey("Transfer-Encoding"))
            {
                body = Unchunk(ref text);
            }
            else
            {
                body = text;
                text = "";
            }
            replies.Add(new Reply(status, headers, body));
        }
        return replies;
    }

    private static string Unchunk(ref string text)
    {
        var body = new StringBuilder();
        while (true)
        {
            var end = text.IndexOf("\r\n", StringComparison.Ordinal);
            Assert.True(end > 0, "A chunk has no size.");
            var size = int.Parse(text.AsSpan(0, end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            body.Append(text, end + 2, size);
            Assert.Equal("\r\n", text.Substring(end + 2 + size, 2));
            text = text[(end + size + 4)..];
            if (size == 0) return body.ToString();
        }
    }
}
