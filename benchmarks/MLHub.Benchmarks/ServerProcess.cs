using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MLHub.Benchmarks;

/// <summary>A server started from outside, measured from outside.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly Process _process;

    private ServerProcess(Process process, TimeSpan timeToFirstPage)
    {
        _process = process;
        TimeToFirstPage = timeToFirstPage;
    }

    /// <summary>From the start of the process to the end of the first successful answer to <c>/</c>.</summary>
    public TimeSpan TimeToFirstPage { get; }

    /// <summary>Memory that the process occupies now.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <param name="program">An executable file.</param>
    public static async Task<ServerProcess> StartAsync(string program, string url, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) { Console.Error.WriteLine(line.Data); } };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (watch.Elapsed < TimeSpan.FromSeconds(120))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{program} ended with code {process.ExitCode}.");
            }

            try
            {
                using var answer = await Http.GetAsync(new Uri(url));
                if (answer.IsSuccessStatusCode)
                {
                    await answer.Content.ReadAsByteArrayAsync();
                    return new(process, watch.Elapsed);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        process.Kill();
        throw new TimeoutException($"{program} answered nothing for two minutes.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
