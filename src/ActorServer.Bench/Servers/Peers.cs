using System.Diagnostics;
using System.Net;

namespace ActorServer.Bench.Servers;

/// <summary>The servers of others that are compared with, as far as this machine has them: Kestrel, nginx, a bare loop in C.</summary>
public static class Peers
{
    private static readonly string[] HelloOnly = ["hello", "connect"];

    /// <summary>Those that can be started here.</summary>
    /// <param name="folder">Where their files go.</param>
    /// <param name="tell">Is told of each that is left out, and why.</param>
    public static IReadOnlyList<ServerSpec> Find(string folder, Action<string> tell)
    {
        List<ServerSpec> peers = [];
        var source = Source();
        var kestrel = source is null ? null : Path.Combine(source, "benchmarks/Kestrel/bin/Release/net10.0/Kestrel.dll");
        if (kestrel is not null && File.Exists(kestrel) && Find("dotnet") is { } dotnet)
            peers.Add(new ServerSpec("kestrel", IsPeer: true) { Command = port => [dotnet, kestrel, port.ToString()], Note = "Kestrel with one middleware" });
        else
            tell("kestrel is left out: build it with dotnet build -c Release benchmarks/Kestrel");

        if (Find("nginx") is { } nginx)
            peers.Add(new ServerSpec("nginx", IsPeer: true) { Command = port => [nginx, "-c", NginxConfig(folder, port)], Workloads = HelloOnly, Note = "nginx, return 200" });
        else
            tell("nginx is left out: it is not installed");

        if (source is not null && Find("cc") is { } compiler && Compile(compiler, Path.Combine(source, "benchmarks/Load/peers/epoll.c"), folder) is { } loop)
            peers.Add(new ServerSpec("c-epoll", IsPeer: true) { Command = port => [loop, port.ToString(), "1"], Workloads = HelloOnly, Note = "a bare epoll loop in C, one thread" });
        else
            tell("c-epoll is left out: there is no C compiler, or no source of it");
        return peers;
    }

    /// <summary>A server that runs already, from <c>URL</c> or <c>NAME=URL</c>.</summary>
    /// <param name="text">What was given.</param>
    /// <exception cref="FormatException">It is not an http URL of a host that is known.</exception>
    public static ServerSpec Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (name, address) = equals > 0 && !text[..equals].Contains(':') ? (text[..equals], text[(equals + 1)..]) : ("", text);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
            throw new FormatException($"\"{text}\" is no peer; expected http://HOST:PORT or NAME=http://HOST:PORT");
        if (!IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip))
        {
            try
            {
                ip = Dns.GetHostAddresses(url.Host).OrderBy(candidate => candidate.AddressFamily).First();
            }
            catch (System.Net.Sockets.SocketException unknown)
            {
                throw new FormatException($"the host of \"{text}\" is not known: {unknown.Message}", unknown);
            }
        }

        return new ServerSpec(name.Length > 0 ? name : url.Authority, IsPeer: true) { EndPoint = new IPEndPoint(ip, url.Port), Note = url.ToString() };
    }

    /// <summary>A program on the PATH; null when there is none.</summary>
    /// <param name="program">Its name.</param>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The folder of the sources, when this program was built in it.</summary>
    private static string? Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ActorServer.sln"))) return folder.FullName;
        }

        return null;
    }

    private static string? Compile(string compiler, string file, string folder)
    {
        if (!File.Exists(file)) return null;
        var program = Path.Combine(folder, "c-epoll");
        using var process = Process.Start(compiler, ["-O2", "-pthread", "-o", program, file]);
        process.WaitForExit();
        return process.ExitCode == 0 ? program : null;
    }

    private static string NginxConfig(string folder, int port)
    {
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, $$"""
            worker_processes auto; daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.err; worker_rlimit_nofile 65535;
            events { worker_connections 30000; }
            http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1000s; default_type text/plain;
              server { listen 127.0.0.1:{{port}} backlog=1024; location / { return 200 "Hello, World!"; } } }
            """);
        return file;
    }
}
