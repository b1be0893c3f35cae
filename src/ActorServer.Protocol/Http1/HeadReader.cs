using System.Buffers;
using ActorServer.Protocol.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using KestrelMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;
using KestrelVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// Reads a request's line and header fields (RFC 9112 §2 to §5). ASP.NET Core's <see cref="HttpParser{T}"/> takes them apart; it is
/// lenient in places and throws in others, so that it gets to see only what has been found well-formed here.
/// </summary>
internal sealed class HeadReader(HttpLimits limits)
{
    // It has no state but a setting.
    private static readonly HttpParser<Parsed> Parser = new(showErrorDetails: false);

    private readonly FieldReader _fields = new(limits);
    private int _emptyLines;
    private int _searched;
    private int _lineLength;   // of the request line with its line end; 0 until it is there

    public Framing Framing { get; } = new();

    /// <summary>Bytes of the head, once it is done.</summary>
    public int Length => _lineLength + _fields.Length;

    public Refusal Refusal { get; private set; }

    /// <summary>Whether something of a head was read, were it only an empty line before it.</summary>
    public bool HasBegun => _emptyLines != 0 || _lineLength != 0;

    public void Clear()
    {
        _emptyLines = _searched = _lineLength = 0;
        _fields.Clear();
        Framing.Clear();
    }

    /// <summary>Reads on. At the end the request knows its line and fields, and <see cref="Framing"/> where its body ends.</summary>
    public Progress Read(InputBuffer input, HttpRequest request)
    {
        if (_lineLength == 0)
        {
            var line = ReadLine(input, request);
            if (line != Progress.Done) return line;
        }

        var fields = _fields.Read(input.Bytes[_lineLength..]);
        if (fields == Progress.More) return Progress.More;
        if (fields == Progress.Refused) return Refuse(_fields.Refusal);
        if (!Parse(input, _lineLength, _fields.Length, new Parsed(request, request.Headers, Framing))) return Refuse(Refusal.Field);

        var refusal = Framing.Conclude(request, limits);
        return refusal.IsNone ? Progress.Done : Refuse(refusal);
    }

    /// <summary>Hands a complete field section to the parser.</summary>
    /// <returns>Whether it agreed that the section is well-formed.</returns>
    public static bool Parse(InputBuffer input, int start, int length, Parsed handler)
    {
        try
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(input.Memory.Slice(start, length)));
            return Parser.ParseHeaders(handler, ref reader);
        }
        catch (BadHttpRequestException)
        {
            return false;
        }
    }

    private Progress ReadLine(InputBuffer input, HttpRequest request)
    {
        while (input.Bytes is [(byte)'\r', (byte)'\n', ..])
        {
            // Empty lines ahead of a request line are read over (RFC 9112 §2.2), but not for ever.
            if (++_emptyLines > limits.EmptyLines) return Refuse(Refusal.RequestLine);
            input.Consume(2);
            _searched = 0;
        }

        // What cannot be a request (a TLS handshake, a stray LF) is told by its first byte, without waiting for a line end.
        if (!MayBegin(input.Bytes)) return Refuse(Refusal.RequestLine);

        var found = input.Bytes[_searched..].IndexOf((byte)'\n');
        if (found < 0)
        {
            _searched = input.Length;
            var content = input.Bytes is [.. var start, (byte)'\r'] ? start : input.Bytes;
            return content.Length > limits.RequestLineBytes ? Refuse(Refusal.RequestLineSize) : Progress.More;
        }

        var length = _searched + found + 1;
        if (input.Bytes[..length] is not [.. var line, (byte)'\r', (byte)'\n'])
            return Refuse(length - 1 > limits.RequestLineBytes ? Refusal.RequestLineSize : Refusal.RequestLine);
        if (line.Length > limits.RequestLineBytes) return Refuse(Refusal.RequestLineSize);

        var refusal = CheckLine(line);
        if (!refusal.IsNone) return Refuse(refusal);
        var parsed = new Parsed(request, request.Headers, Framing);
        try
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(input.Memory[..length]));
            if (!Parser.ParseRequestLine(parsed, ref reader) || !Framing.HasValidTarget) return Refuse(Refusal.RequestLine);
        }
        catch (BadHttpRequestException)
        {
            return Refuse(Refusal.RequestLine);
        }
        _lineLength = length;
        return Progress.Done;
    }

    private static bool MayBegin(ReadOnlySpan<byte> bytes) => bytes is [] or [(byte)'\r'] || Grammar.IsToken(bytes[..1]);

    /// <summary>Whether a line is <c>method SP request-target SP HTTP-version</c>, strictly (RFC 9112 §3).</summary>
    private static Refusal CheckLine(Span<byte> line)
    {
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first == last || !Grammar.IsToken(line[..first])) return Refusal.RequestLine;

        var version = line[(last + 1)..];
        if (version is not [(byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', >= (byte)'0' and <= (byte)'9' and var major, (byte)'.', >= (byte)'0' and <= (byte)'9'])
            return Refusal.RequestLine;
        if (major != '1') return Refusal.Version;
        // A later minor version is answered as the highest that we speak (RFC 9110 §2.5); the parser knows only these two.
        if (version[^1] > '1') version[^1] = (byte)'1';

        if (line[..first].SequenceEqual("CONNECT"u8)) return Refusal.Method;
        var target = line[(first + 1)..last];
        // The parser throws at these; no form of a target begins with them.
        if (target is [(byte)'?' or (byte)'%', ..]) return Refusal.RequestLine;
        return Grammar.IsTarget(target) ? Refusal.None : Refusal.RequestLine;
    }

    private Progress Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return Progress.Refused;
    }

    /// <summary>Receives what the parser finds.</summary>
    internal readonly struct Parsed(HttpRequest request, HttpHeaders fields, Framing? framing) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            // The parser's line ends where the target does.
            framing!.HasValidTarget = request.SetLine(
                Known(versionAndMethod.Method),
                versionAndMethod.MethodEnd,
                versionAndMethod.Version == KestrelVersion.Http10 ? HttpVersion.Http10 : HttpVersion.Http11,
                targetPath.Offset..startLine.Length,
                targetPath.IsEncoded);
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            fields.Add(name, value);
            framing?.OnField(name, value);
        }

        public void OnHeadersComplete(bool endStream)
        {
        }

        // HPACK's static table is HTTP/2's.
        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();

        private static RequestMethod Known(KestrelMethod method) => method switch
        {
            KestrelMethod.Get => RequestMethod.Get,
            KestrelMethod.Head => RequestMethod.Head,
            KestrelMethod.Post => RequestMethod.Post,
            KestrelMethod.Put => RequestMethod.Put,
            KestrelMethod.Delete => RequestMethod.Delete,
            KestrelMethod.Options => RequestMethod.Options,
            KestrelMethod.Trace => RequestMethod.Trace,
            KestrelMethod.Patch => RequestMethod.Patch,
            _ => RequestMethod.Other,
        };
    }
}
