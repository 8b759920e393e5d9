using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

/// <summary>The services of experiments on a real database, without a server around them.</summary>
internal sealed class ExperimentBench : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private ExperimentBench()
    {
    }

    public FakeTimeProvider Time { get; } = FakeTime.Create();

    public TestDatabase Database { get; private set; } = null!;

    public TestWorkspace Lab { get; private set; } = null!;

    public Experiment Experiment { get; private set; } = null!;

    public ExternalRunService External { get; private set; } = null!;

    public RunSearch Search { get; private set; } = null!;

    public RunResults Results { get; private set; } = null!;

    public RunComparison Comparison { get; private set; } = null!;

    public RunTableService Tables { get; private set; } = null!;

    public BlobSeal Seal { get; private set; } = null!;

    public static async Task<ExperimentBench> CreateAsync(DatabaseEngine engine)
    {
        var bench = new ExperimentBench { Database = await TestDatabase.CreateAsync(engine) };
        var contexts = bench.Database.Contexts;
        bench.Lab = await TestWorkspace.CreateAsync(contexts);
        var access = new WorkspaceAccess(contexts);
        bench.External = new(contexts, access, Options.Create(new ExperimentOptions()), bench.Time, new News());
        bench.Search = new(contexts, access, bench.Time);
        bench.Results = new(contexts, access, null!);
        bench.Comparison = new(contexts, access);
        bench.Tables = new(contexts, access);
        bench.Seal = new(Options.Create(new HubOptions { DataPath = bench._folder.Path }));
        await using var db = await contexts.CreateDbContextAsync();
        bench.Experiment = Experiment.Create(bench.Lab.Id, "Question", null, bench.Lab.Editor.UserId, bench.Time.GetUtcNow().UtcDateTime);
        db.Add(bench.Experiment);
        await db.SaveChangesAsync();
        return bench;
    }

    /// <summary>A run from outside with these parameters, tags and metrics.</summary>
    public async Task<Guid> LogAsync(string name, object? parameters = null, Dictionary<string, string>? tags = null, Actor? by = null, params (string Key, double Value)[] metrics)
    {
        var id = await External.CreateAsync(
            by ?? Lab.Editor, Experiment.Id,
            new()
            {
                Name = name,
                Algorithm = "resnet",
                Parameters = parameters is null ? new Dictionary<string, JsonElement>() : JsonSerializer.SerializeToElement(parameters).EnumerateObject().ToDictionary(p => p.Name, p => p.Value),
                Tags = tags ?? [],
            },
            CancellationToken.None);
        await External.LogMetricsAsync(by ?? Lab.Editor, id, [.. metrics.Select(m => new ExternalPoint(m.Key, m.Value, 0, null))], CancellationToken.None);
        // Runs of one millisecond have ids in any order.
        Time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(2);
        return id;
    }

    public async Task<List<string>> FindAsync(string? filter, string? order = "oldest", Actor? by = null) =>
        [.. (await Search.PageAsync(by ?? Lab.Reader, Experiment.Id, filter, order, new(), CancellationToken.None)).Items.Select(r => r.Name)];

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }
}
