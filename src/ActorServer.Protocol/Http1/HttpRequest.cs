using System.Buffers;
using System.Text;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>The methods of RFC 9110 §9 and RFC 5789.</summary>
public enum RequestMethod
{
    /// <summary>Any other: see <see cref="HttpRequest.MethodToken"/>.</summary>
    Other,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD: the reply carries no body.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>CONNECT: refused before it reaches a handler.</summary>
    Connect,

    /// <summary>OPTIONS; <c>OPTIONS *</c> is answered before it reaches a handler.</summary>
    Options,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>PATCH.</summary>
    Patch,
}

/// <summary>The versions of HTTP that are spoken. A request of a later HTTP/1.x counts as HTTP/1.1 (RFC 9110 §6.2).</summary>
public enum HttpVersion
{
    /// <summary>HTTP/1.0.</summary>
    Http10,

    /// <summary>HTTP/1.1.</summary>
    Http11,
}

/// <summary>
/// A request whose head is valid and whose body has arrived. Spans are views of the bytes received; texts are made when asked for.
/// The object is reused: everything is valid until the reply is encoded.
/// </summary>
public sealed class HttpRequest
{
    private readonly InputBuffer _input;
    private readonly Blocks _body;

    private int _methodLength;
    private Range _target;
    private Range _path;
    private Range _query;
    private Range _authority;
    private bool _pathIsEscaped;
    private bool _pathTextIsCurrent;
    private string _methodText = "";
    private string _targetText = "";
    private string _pathText = "";
    private string _queryText = "";

    internal HttpRequest(InputBuffer input, Blocks body)
    {
        _input = input;
        _body = body;
        Headers = new HttpHeaders(input);
        Trailers = new HttpHeaders(input);
    }

    /// <summary>The method.</summary>
    public RequestMethod Method { get; private set; }

    /// <summary>The method as it came: a token, case-sensitive.</summary>
    public ReadOnlySpan<byte> MethodToken => _input.Bytes[.._methodLength];

    /// <summary><see cref="MethodToken"/> as text.</summary>
    public string MethodText => Text(ref _methodText, MethodToken);

    /// <summary>Whether the method is HEAD: the reply's body is measured, not sent.</summary>
    public bool IsHead => Method == RequestMethod.Head;

    /// <summary>The version.</summary>
    public HttpVersion Version { get; private set; }

    /// <summary>The request target as it came (RFC 9112 §3.2).</summary>
    public ReadOnlySpan<byte> Target => _input.Bytes[_target];

    /// <summary><see cref="Target"/> as text.</summary>
    public string TargetText => Text(ref _targetText, Target);

    /// <summary>The target's path as it came, escapes included; <c>/</c> if an absolute target has none, <c>*</c> for <c>OPTIONS *</c>.</summary>
    public ReadOnlySpan<byte> Path => _path.Equals(default) ? "/"u8 : _input.Bytes[_path];

    /// <summary>
    /// <see cref="Path"/> as text: escapes decoded once as UTF-8, but for <c>%2F</c>, which is no separator, and <c>%00</c>.
    /// Dot segments are left as they are.
    /// </summary>
    public string PathText
    {
        get
        {
            if (!_pathIsEscaped) return Text(ref _pathText, Path);
            if (!_pathTextIsCurrent) _pathText = Unescaped(Path);
            _pathTextIsCurrent = true;
            return _pathText;
        }
    }

    /// <summary>The target's query without the question mark, as it came; empty if there is none.</summary>
    public ReadOnlySpan<byte> Query => _input.Bytes[_query];

    /// <summary><see cref="Query"/> as text, still escaped.</summary>
    public string QueryText => Text(ref _queryText, Query);

    /// <summary>
    /// Whom the request is for: the authority of an absolute target, which overrides the field (RFC 9112 §3.2.2), else the
    /// <c>Host</c> field; empty if the client named none.
    /// </summary>
    public ReadOnlySpan<byte> Host
    {
        get
        {
            if (!_authority.Equals(default)) return _input.Bytes[_authority];
            return Headers.TryGet("host"u8, out var host) ? host : default;
        }
    }

    /// <summary>The header fields.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The <c>Content-Length</c>, or null if the request has none (no body, or a chunked one).</summary>
    public long? ContentLength { get; internal set; }

    /// <summary>The body, chunk framing removed; empty if there is none.</summary>
    public ReadOnlySequence<byte> Body => _body.Sequence;

    /// <summary>The trailer fields of a chunked body (RFC 9112 §7.1.2). They are never merged into <see cref="Headers"/>.</summary>
    public HttpHeaders Trailers { get; }

    /// <summary>Whether the client lets the connection be used again (RFC 9112 §9.3).</summary>
    public bool KeepsAlive { get; internal set; }

    internal bool IsAsterisk { get; private set; }

    internal void Clear()
    {
        Headers.Clear();
        Trailers.Clear();
        ContentLength = null;
        _body.Clear();
        _pathTextIsCurrent = false;
        _authority = _path = _query = default;
    }

    /// <summary>Takes in the parsed request line. Positions count from the start of the request.</summary>
    /// <returns>Whether the target has a form that the method may have (RFC 9112 §3.2).</returns>
    internal bool SetLine(RequestMethod method, int methodLength, HttpVersion version, Range target, bool pathIsEscaped)
    {
        Method = method;
        _methodLength = methodLength;
        Version = version;
        _target = target;
        _pathIsEscaped = pathIsEscaped;

        var start = target.Start.Value;
        var end = target.End.Value;
        ReadOnlySpan<byte> text = Target;
        IsAsterisk = text is [(byte)'*'];
        if (IsAsterisk)
        {
            _path = target;
            return method == RequestMethod.Options;
        }

        if (text[0] != (byte)'/')
        {
            // The absolute form: "http://authority/path?query".
            var scheme = text.IndexOf("://"u8);
            if (scheme < 0 || !(Ascii.EqualsIgnoreCase(text[..scheme], "http"u8) || Ascii.EqualsIgnoreCase(text[..scheme], "https"u8))) return false;
            var authority = text[(scheme + 3)..];
            var length = authority.IndexOfAny("/?"u8);
            if (length >= 0) authority = authority[..length];
            if (authority.IsEmpty || !Grammar.IsAuthority(authority)) return false;
            _authority = (start + scheme + 3)..(start + scheme + 3 + authority.Length);
            start = _authority.End.Value;
            text = _input.Bytes[start..end];
        }

        var mark = text.IndexOf((byte)'?');
        if (mark >= 0) _query = (start + mark + 1)..end;
        if (mark != 0 && start != end) _path = start..(mark < 0 ? end : start + mark);
        return true;
    }

    // The text of the previous request is kept when it is the same: a client that repeats itself costs no allocation.
    private static string Text(ref string text, ReadOnlySpan<byte> bytes)
    {
        if (!Ascii.Equals(bytes, text)) text = Encoding.Latin1.GetString(bytes);
        return text;
    }

    private static string Unescaped(ReadOnlySpan<byte> path)
    {
        var bytes = new byte[path.Length];
        var length = 0;
        while (!path.IsEmpty)
        {
            var taken = 1;
            bytes[length] = path[0];
            if (path[0] == '%' && path.Length > 2 && Grammar.HexValue(path[1]) >= 0 && Grammar.HexValue(path[2]) >= 0)
            {
                var value = (byte)(Grammar.HexValue(path[1]) * 16 + Grammar.HexValue(path[2]));
                if (value is not (0 or (byte)'/'))
                {
                    bytes[length] = value;
                    taken = 3;
                }
            }
            length++;
            path = path[taken..];
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
