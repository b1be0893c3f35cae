using System.Globalization;
using System.Text;
using ActorServer.Processes;
using ActorServer.Protocol;

namespace ActorServer.Observability;

/// <summary>The counters in Prometheus' text exposition format, version 0.0.4.</summary>
public static class PrometheusText
{
    /// <summary>The media type to send it with.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Renders all counters.</summary>
    /// <param name="metrics">The server's.</param>
    public static string Render(ServerMetrics metrics)
    {
        var text = new StringBuilder();
        Head("http_server_request_duration_seconds", "histogram", "Duration of HTTP server requests.");
        foreach (var group in metrics.Series) Histogram(group.Key.Method, group.Key.Status, [.. group]);
        Single("http_server_active_requests", "gauge", "Requests that are being handled.", metrics.ActiveRequests);
        Single("actorserver_connections_open", "gauge", "Connections that are open.", metrics.OpenConnections);
        Single("actorserver_connections_accepted_total", "counter", "Connections accepted.", metrics.AcceptedConnections);
        Head("actorserver_connections_ended_total", "counter", "Connections ended, by reason.");
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            if (reason != EndReason.None) Line("actorserver_connections_ended_total", $"error_type=\"{reason.Name()}\"", metrics.Ended(reason));
        }

        Single("actorserver_accept_pauses_total", "counter", "Times that accepting paused for want of descriptors.", metrics.AcceptPauses);
        Single("actorserver_loop_blocked_total", "counter", "Times that an event loop was stuck in a callback.", metrics.LoopBlocks);
        Single("actorserver_handler_crashes_total", "counter", "Exceptions that handlers threw.", metrics.Crashes);
        Single("actorserver_network_received_bytes_total", "counter", "Bytes received.", metrics.BytesReceived);
        Single("actorserver_network_sent_bytes_total", "counter", "Bytes sent.", metrics.BytesSent);
        if (metrics.ProcessesStarted > 0) Processes();
        foreach (var gauge in metrics.Gauges)
        {
            var name = gauge.Name.Replace('.', '_') + (gauge.Sums ? "_total" : "");
            Head(name, gauge.Sums ? "counter" : "gauge", gauge.Help);
            foreach (var (value, count) in gauge.Read()) Line(name, $"{gauge.Label}=\"{value}\"", count);
        }

        return text.ToString();

        void Processes()
        {
            Single("actorserver_processes", "gauge", "Worker processes that run.", metrics.Processes);
            Single("actorserver_processes_started_total", "counter", "Worker processes that were started.", metrics.ProcessesStarted);
            Head("actorserver_processes_replaced_total", "counter", "Worker processes that another one took the place of, by reason.");
            foreach (var reason in Enum.GetValues<ReplaceReason>()) Line("actorserver_processes_replaced_total", $"reason=\"{reason.ToString().ToLowerInvariant()}\"", metrics.Replacements(reason));
        }

        void Head(string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

        void Line(string name, string labels, double value) =>
            text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(CultureInfo.InvariantCulture, $" {value}\n");

        void Single(string name, string type, string help, double value)
        {
            Head(name, type, help);
            Line(name, "", value);
        }

        void Histogram(string method, int status, IReadOnlyList<RequestSeries> parts)
        {
            const string name = "http_server_request_duration_seconds";
            var labels = $"http_request_method=\"{method}\",http_response_status_code=\"{status}\",url_scheme=\"http\"";
            var total = 0L;
            for (var i = 0; i <= RequestSeries.Bounds.Length; i++)
            {
                var bound = i < RequestSeries.Bounds.Length ? RequestSeries.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                total += parts.Sum(part => part.Bucket(i));
                Line($"{name}_bucket", $"{labels},le=\"{bound}\"", total);
            }

            Line($"{name}_sum", labels, parts.Sum(part => part.Seconds));
            Line($"{name}_count", labels, total);
        }
    }
}
