using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Tests.Support;
using MudBlazor;

namespace MLHub.Tests.DatasetPages;

/// <summary>A page about datasets over the real services and a real database in a temporary folder.</summary>
public abstract class DatasetScene : PageScene, IAsyncLifetime
{
    private static readonly DateTime Now = FakeTime.Start.UtcDateTime;

    private readonly TestFolder _folder = new();

    protected DatasetScene() => Serve(_folder.Path);

    internal TestWorkspace Workspace { get; private set; } = null!;

    protected string Slug { get; private set; } = "";

    protected News News => Services.GetRequiredService<News>();

    private IDbContextFactory<HubDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<HubDbContext>>();

    public async ValueTask InitializeAsync()
    {
        await using (var db = await Contexts.CreateDbContextAsync())
        {
            await db.Database.EnsureCreatedAsync();
        }

        Workspace = await TestWorkspace.CreateAsync(Contexts);
        await using var read = await Contexts.CreateDbContextAsync();
        Slug = await read.Set<Core.Workspaces.Workspace>().Where(w => w.Id == Workspace.Id).Select(w => w.Slug).SingleAsync();
    }

    /// <summary>A dataset whose first version is being imported by a queued job.</summary>
    protected async Task<(Guid DatasetId, Guid JobId)> AddImportingAsync(string name, string? description = null, params string[] tags)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var dataset = Dataset.Create(Workspace.Id, Workspace.Editor.UserId, name, description, Now);
        dataset.Tag(tags, Now);
        var job = Job.Create("dataset.import", Workspace.Id, Workspace.Editor.UserId, dataset.Id, Now);
        var version = DatasetVersion.Create(dataset.Id, 1, DatasetVersionCause.Upload, null, null, Workspace.Editor.UserId, Now);
        version.ImportFrom(new(TestWorkspace.AnyHash, 2048), "cities.csv", new(), job.Id);
        db.AddRange(dataset, job, version);
        await db.SaveChangesAsync();
        return (dataset.Id, job.Id);
    }

    protected async Task FailAsync(Guid datasetId, string code, string message)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var version = await db.Set<DatasetVersion>().SingleAsync(v => v.DatasetId == datasetId);
        version.Fail(code, message);
        await db.SaveChangesAsync();
        await EndJobAsync(version.JobId!.Value, JobState.Failed, message);
        News.Publish(Topic.Dataset(datasetId), Topic.Workspace(Workspace.Id), Topic.Job(version.JobId!.Value));
    }

    protected async Task CompleteAsync(Guid datasetId, DatasetProfileDocument? profile = null, ImportReport? report = null)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var version = await db.Set<DatasetVersion>().SingleAsync(v => v.DatasetId == datasetId);
        version.Complete(
            new(TestWorkspace.AnyHash, 1024),
            [new("city", ColumnType.Text, ColumnMeaning.Category, false), new("people", ColumnType.Integer, ColumnMeaning.Quantity, true)],
            12_480, report ?? Report(), null);
        await db.Set<Dataset>().Where(d => d.Id == datasetId).ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, 1));
        db.Add(DatasetProfile.Create(version.Id, profile ?? Profile()));
        await db.SaveChangesAsync();
        await EndJobAsync(version.JobId!.Value, JobState.Succeeded, null);
        News.Publish(Topic.Dataset(datasetId), Topic.Workspace(Workspace.Id), Topic.Job(version.JobId!.Value));
    }

    protected async Task AddVersionAsync(Guid datasetId, int number)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var job = Job.Create("dataset.import", Workspace.Id, Workspace.Editor.UserId, datasetId, Now);
        var version = DatasetVersion.Create(datasetId, number, DatasetVersionCause.Upload, null, null, Workspace.Editor.UserId, Now);
        version.ImportFrom(new(TestWorkspace.AnyHash, 2048), "cities.csv", new(), job.Id);
        db.AddRange(job, version);
        await db.SaveChangesAsync();
    }

    protected async Task<JobState> StateOfAsync(Guid jobId)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        return await db.Set<Job>().Where(j => j.Id == jobId).Select(j => j.State).SingleAsync();
    }

    protected async Task EndJobAsync(Guid jobId, JobState state, string? error)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        await db.Set<Job>().Where(j => j.Id == jobId).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, state).SetProperty(j => j.Error, error));
    }

    protected async Task SayAsync(Guid jobId, int number, string text)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        db.Add(JobLogLine.Create(jobId, number, Now, JobLogLevel.Information, text));
        await db.SaveChangesAsync();
        News.Publish(Topic.Job(jobId));
    }

    protected static ImportReport Report() => new()
    {
        Format = "csv",
        Encoding = "utf-8",
        Delimiter = ";",
        Header = true,
        RowsRead = 12_480,
        RowsKept = 12_480,
        Columns = [new("city", "City ", ColumnType.Text, 0, 0, new Dictionary<string, long>(), null), new("people", null, ColumnType.Integer, 12, 3, new Dictionary<string, long> { ["NA"] = 9 }, null)],
        Notes = [new("COLUMN_RENAMED", "The name had blanks at its end.", "city")],
    };

    protected static DatasetProfileDocument Profile() => new(
        12_480,
        [
            new("city", ColumnType.Text) { Count = 12_480, Distinct = 2, TopValues = [new(Json("Bonn"), 8000), new(Json("<b>Köln</b>"), 4480)] },
            new("people", ColumnType.Integer) { Count = 12_468, Missing = 12, Distinct = 900, Min = Json(5), Max = Json(99), Mean = 41.5, Median = 40, Histogram = [new(5, 52, 9000), new(52, 99, 3468)] },
        ],
        null,
        [new("MOSTLY_MISSING", "people", "A few cells have no value.")]);

    private static System.Text.Json.JsonElement Json<T>(T value) => System.Text.Json.JsonSerializer.SerializeToElement(value);

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await base.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
