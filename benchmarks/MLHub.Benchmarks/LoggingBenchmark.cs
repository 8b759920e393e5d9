using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MLHub.Benchmarks;

/// <summary>Points of curves per second that a program logs over REST.</summary>
internal sealed class LoggingBenchmark : IBenchmark
{
    private const double GoalPerSecond = 5000;

    public string Name => "logging";

    public string Question => "Points per second over REST, against a loop of inserts into SQLite and appending lines to a file";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var data = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
            using var server = await ServerProcess.StartAsync(
                StartBenchmark.BuiltProgram(), url, ["--urls", url],
                new Dictionary<string, string> { ["MLHub__DataPath"] = Path.Combine(data.FullName, "hub"), ["MLHub__RateLimits__UserBurst"] = "1000000" });
            using var http = new HttpClient { BaseAddress = new Uri($"{url}/api/v1/") };
            var experiment = await SignUpAsync(http);
            Console.WriteLine($"{"points per second",-30}{"MLHub",12}{"SQLite loop",14}{"ratio",8}{"file append",14}{"ratio",8}");
            var isFast = true;
            foreach (var batch in size == BenchmarkSize.Full ? new[] { 1, 20, 1000, 10_000 } : [10])
            {
                var batches = size == BenchmarkSize.Full ? Math.Clamp(100_000 / batch, 10, 500) : 2;
                var run = await CreateAsync(http, experiment);
                await SendAsync(http, run, batch, -1);
                var ours = await RateAsync(batch * batches, async () =>
                {
                    for (var i = 0; i < batches; i++)
                    {
                        await SendAsync(http, run, batch, i);
                    }
                });
                var loop = await RateAsync(batch * batches, () => InsertAsync(Path.Combine(data.FullName, $"loop-{batch}.db"), batch, batches));
                var append = await RateAsync(batch * batches, () => AppendAsync(Path.Combine(data.FullName, $"file-{batch}"), batch, batches));
                Console.WriteLine($"{$"{batch} a call, {batches} calls",-30}{ours,12:0}{loop,14:0}{ours / loop,8:0.00}{append,14:0}{ours / append,8:0.00}");
                isFast &= batch < 1000 || ours > GoalPerSecond;
            }

            Console.WriteLine($"goal: more than {GoalPerSecond:0} points a second in batches of 1000 and more: {(isFast ? "met" : "MISSED")}");
            return isFast;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
        }
    }

    private static async Task<string> SignUpAsync(HttpClient http)
    {
        var session = await PostAsync(http, "auth/register", new { email = "ada@example.org", password = "four unrelated words", displayName = "Ada" });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
        var workspaces = await http.GetFromJsonAsync<JsonElement>("workspaces");
        return (await PostAsync(http, $"workspaces/{workspaces.GetProperty("items")[0].GetProperty("id").GetString()}/experiments", new { name = "Logging" })).GetProperty("id").GetString()!;
    }

    private static async Task<string> CreateAsync(HttpClient http, string experiment) =>
        (await PostAsync(http, $"experiments/{experiment}/runs", new { })).GetProperty("id").GetString()!;

    private static Task SendAsync(HttpClient http, string run, int batch, int number) =>
        PostAsync(http, $"runs/{run}/metrics", new { points = Enumerable.Range(0, batch).Select(i => new { key = $"m{i % 20}", value = Math.Sin(i), step = ((number + 1) * batch) + i }) });

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>One transaction per batch that survives a power cut, as MLHub's.</summary>
    private static async Task InsertAsync(string path, int batch, int batches)
    {
        await using var connection = new SqliteConnection($"Data Source={path}");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "PRAGMA journal_mode = WAL");
        await ExecuteAsync(connection, "PRAGMA synchronous = FULL");
        await ExecuteAsync(connection, "CREATE TABLE points (run TEXT, key TEXT, step INTEGER, value REAL, at INTEGER, PRIMARY KEY (run, key, step, at))");
        for (var b = 0; b < batches; b++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO points VALUES ('run', @key, @step, @value, 0)";
            var key = insert.Parameters.Add("@key", SqliteType.Text);
            var step = insert.Parameters.Add("@step", SqliteType.Integer);
            var value = insert.Parameters.Add("@value", SqliteType.Real);
            for (var i = 0; i < batch; i++)
            {
                (key.Value, step.Value, value.Value) = ($"m{i % 20}", (b * batch) + i, Math.Sin(i));
                await insert.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A file per metric, a line per point, opened and closed for each: how file stores of experiment trackers do it. Nothing is forced to disk.</summary>
    private static async Task AppendAsync(string folder, int batch, int batches)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < batch * batches; i++)
        {
            await File.AppendAllTextAsync(Path.Combine(folder, $"m{i % 20}"), string.Create(CultureInfo.InvariantCulture, $"0 {Math.Sin(i)} {i}\n"));
        }
    }

    private static async Task<double> RateAsync(int points, Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return points / watch.Elapsed.TotalSeconds;
    }
}
