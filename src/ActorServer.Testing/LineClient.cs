using System.Text;

namespace ActorServer.Testing;

/// <summary>A client that sends and receives lines of text (UTF-8), such as those of the <c>line</c> protocol.</summary>
/// <param name="stream">The connection, which the client owns.</param>
public sealed class LineClient(Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StreamReader _reader = new(stream, Encoding.UTF8);

    /// <summary>Sends a line.</summary>
    /// <param name="line">The line, without its end.</param>
    public async Task SendAsync(string line) => await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Waits for a line.</summary>
    /// <returns>The line, without its end; null when the server has ended its stream.</returns>
    /// <exception cref="TimeoutException">None came within 30 seconds.</exception>
    public async Task<string?> ReceiveAsync() => await _reader.ReadLineAsync().WaitAsync(Patience);

    /// <summary>Sends a line and waits for the next one.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <returns>The line that came; null when the server has ended its stream.</returns>
    /// <exception cref="TimeoutException">None came within 30 seconds.</exception>
    public async Task<string?> AskAsync(string line)
    {
        await SendAsync(line);
        return await ReceiveAsync();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _reader.Dispose();
}
