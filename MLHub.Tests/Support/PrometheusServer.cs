using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MLHub.Tests.Support;

/// <summary>A real Prometheus of one test, which asks one server every second.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60) * Patience.Factor;

    private readonly TestFolder _folder;
    private readonly Process _process;
    private readonly HttpClient _http;

    private PrometheusServer(TestFolder folder, Process process, Uri address)
    {
        _folder = folder;
        _process = process;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
    }

    public static async Task<PrometheusServer> StartAsync(string target, string rules)
    {
        var program = Path.Combine(Need.Prometheus, "prometheus");
        var folder = new TestFolder();
        var port = HubServer.FreePort();
        await File.WriteAllTextAsync(folder.File("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{rules}}"]
            scrape_configs: [{ job_name: mlhub, static_configs: [{ targets: ["{{target}}"] }] }]
            """);
        var process = Process.Start(new ProcessStartInfo(
            program, [$"--config.file={folder.File("prometheus.yml")}", $"--storage.tsdb.path={folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            WorkingDirectory = folder.Path,
        })!;
        var server = new PrometheusServer(folder, process, new($"http://127.0.0.1:{port}"));
        try
        {
            await server.UntilAsync(async () => (await server._http.GetAsync("/-/ready")).IsSuccessStatusCode, "Prometheus did not start.");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Of the first series that an expression has.</summary>
    public async Task<double> ValueAsync(string expression) =>
        double.Parse((await QueryAsync(expression)).At(0, "value", 1).GetString()!, CultureInfo.InvariantCulture);

    /// <summary>Waits until an expression has at least one series with a number.</summary>
    public Task WaitForDataAsync(string expression, string what) =>
        UntilAsync(async () => (await QueryAsync(expression)).EnumerateArray().Any(s => s.At("value", 1).GetString() is not null and not "NaN"), $"{what} shows nothing: {expression}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<JsonElement> QueryAsync(string expression) => (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}")).At("data", "result");

    private async Task UntilAsync(Func<Task<bool>> isDone, string problem)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await isDone())
                {
                    return;
                }
            }
            catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !_process.HasExited)
            {
                // Not listening yet.
            }

            Assert.True(waited.Elapsed < Limit && !_process.HasExited, problem);
            await Task.Delay(250);
        }
    }
}
