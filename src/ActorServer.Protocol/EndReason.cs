namespace ActorServer.Protocol;

/// <summary>Why a connection ended: a closed list, counted by name. Every connection has exactly one; the first one wins.</summary>
public enum EndReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The client closed between requests.</summary>
    ClientClosed,

    /// <summary>The last reply is out: the client or the handler asked for the end (<c>Connection: close</c>, HTTP/1.0).</summary>
    ResponseComplete,

    /// <summary>No further request came in time.</summary>
    KeepAliveTimeout,

    /// <summary>A request's head did not arrive in time.</summary>
    RequestHeadersTimeout,

    /// <summary>The request body came too slowly.</summary>
    MinRequestBodyDataRate,

    /// <summary>The client took the response too slowly.</summary>
    MinResponseDataRate,

    /// <summary>The request line was longer than the limit (414).</summary>
    MaxRequestLineSizeExceeded,

    /// <summary>The header fields were longer than the limit (431).</summary>
    MaxRequestHeadersTotalSizeExceeded,

    /// <summary>There were more header fields than the limit (431).</summary>
    MaxRequestHeaderCountExceeded,

    /// <summary>The body was, or was announced to be, longer than the limit (413).</summary>
    MaxRequestBodySizeExceeded,

    /// <summary>The server had as many connections as it may have.</summary>
    MaxConcurrentConnectionsExceeded,

    /// <summary>The request line was malformed.</summary>
    InvalidRequestLine,

    /// <summary>The request's HTTP version is not one the server speaks (505).</summary>
    InvalidHttpVersion,

    /// <summary>The server does not act as the kind of server that the method asks for (CONNECT: 501).</summary>
    UnsupportedMethod,

    /// <summary>A header field was malformed, missing, repeated or not to be fulfilled.</summary>
    InvalidRequestHeaders,

    /// <summary>Where the body ends could not be told for sure (RFC 9112 §6), or its chunks were malformed.</summary>
    InvalidBodyFraming,

    /// <summary>The client closed in the middle of a request.</summary>
    UnexpectedEndOfRequestContent,

    /// <summary>The connection broke.</summary>
    ConnectionReset,

    /// <summary>The server shut down and the connection was idle, or ended with its last reply.</summary>
    ServerShutdown,

    /// <summary>The server shut down and the connection was not done by the deadline.</summary>
    AppShutdownTimeout,

    /// <summary>The handler threw, or its body source ended short.</summary>
    HandlerCrashed,
}

/// <summary>The names of end reasons as metrics and logs carry them.</summary>
public static class EndReasonNames
{
    extension(EndReason reason)
    {
        /// <summary>The reason's name in snake case, as an <c>error.type</c> attribute has it.</summary>
        /// <returns>The name.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The value is none of the list.</exception>
        public string Name() => reason switch
        {
            EndReason.None => "none",
            EndReason.ClientClosed => "client_closed",
            EndReason.ResponseComplete => "response_complete",
            EndReason.KeepAliveTimeout => "keep_alive_timeout",
            EndReason.RequestHeadersTimeout => "request_headers_timeout",
            EndReason.MinRequestBodyDataRate => "min_request_body_data_rate",
            EndReason.MinResponseDataRate => "min_response_data_rate",
            EndReason.MaxRequestLineSizeExceeded => "max_request_line_size_exceeded",
            EndReason.MaxRequestHeadersTotalSizeExceeded => "max_request_headers_total_size_exceeded",
            EndReason.MaxRequestHeaderCountExceeded => "max_request_header_count_exceeded",
            EndReason.MaxRequestBodySizeExceeded => "max_request_body_size_exceeded",
            EndReason.MaxConcurrentConnectionsExceeded => "max_concurrent_connections_exceeded",
            EndReason.InvalidRequestLine => "invalid_request_line",
            EndReason.InvalidHttpVersion => "invalid_http_version",
            EndReason.UnsupportedMethod => "unsupported_method",
            EndReason.InvalidRequestHeaders => "invalid_request_headers",
            EndReason.InvalidBodyFraming => "invalid_body_framing",
            EndReason.UnexpectedEndOfRequestContent => "unexpected_end_of_request_content",
            EndReason.ConnectionReset => "connection_reset",
            EndReason.ServerShutdown => "server_shutdown",
            EndReason.AppShutdownTimeout => "app_shutdown_timeout",
            EndReason.HandlerCrashed => "aborted_by_app",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
        };
    }
}
