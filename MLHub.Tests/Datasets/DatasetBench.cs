using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>The real services over a database and a blob store in a temporary folder, with two users who share nothing. Jobs run when told.</summary>
internal sealed class DatasetBench : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    public ServiceProvider Services { get; private set; } = null!;

    public Guid WorkspaceId { get; private set; }

    public Actor Ada { get; private set; } = null!;

    /// <summary>Has a workspace of her own and no part in Ada's.</summary>
    public Actor Eve { get; private set; } = null!;

    public Guid EveWorkspaceId { get; private set; }

    public string DataPath => _folder.Path;

    public DatasetService Datasets => Services.GetRequiredService<DatasetService>();

    public DatasetUploadService Uploads => Services.GetRequiredService<DatasetUploadService>();

    public DatasetReader Reader => Services.GetRequiredService<DatasetReader>();

    public ImportPreviewService Previews => Services.GetRequiredService<ImportPreviewService>();

    public DatasetExport Export => Services.GetRequiredService<DatasetExport>();

    public static async Task<DatasetBench> CreateAsync(params (string Key, string Value)[] settings)
    {
        var bench = new DatasetBench();
        await bench.StartAsync(settings);
        await using var db = await bench.Contexts.CreateDbContextAsync();
        await db.Database.EnsureCreatedAsync();
        (bench.Ada, bench.WorkspaceId) = AddPerson(db, "Ada");
        (bench.Eve, bench.EveWorkspaceId) = AddPerson(db, "Eve");
        await db.SaveChangesAsync();
        return bench;
    }

    public IDbContextFactory<HubDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<HubDbContext>>();

    /// <summary>A new process over the same files.</summary>
    public async Task RestartAsync(params (string Key, string Value)[] settings)
    {
        await Services.DisposeAsync();
        await StartAsync(settings);
    }

    public async Task<UploadAccepted> UploadAsync(string text, UploadRequest? request = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await Uploads.ReceiveAsync(Ada, request ?? new(WorkspaceId, "people.csv"), content, CancellationToken.None);
    }

    /// <summary>Uploads and imports.</summary>
    public async Task<UploadAccepted> ImportAsync(string text, UploadRequest? request = null)
    {
        var accepted = await UploadAsync(text, request);
        await RunJobAsync(accepted.JobId);
        return accepted;
    }

    /// <summary>Does what worker and child process do, in this process.</summary>
    public async Task RunJobAsync(Guid jobId)
    {
        var blobs = Services.GetRequiredService<IBlobStore>();
        await using var db = await Contexts.CreateDbContextAsync();
        var job = await db.Set<Job>().SingleAsync(j => j.Id == jobId);
        var owner = Services.GetServices<IJobOwner>().Single(o => o.Kind == job.Kind);
        IJobHandler[] handlers = [DatasetsSetup.CreateImportHandler(), RecipesSetup.CreatePrepareHandler(null)];
        using var folder = new TestFolder();
        var files = new Dictionary<string, BlobFile>();
        try
        {
            var plan = await owner.PlanAsync(db, job, CancellationToken.None);
            foreach (var (name, hash) in plan.Inputs)
            {
                files[name] = await blobs.FetchAsync(hash, CancellationToken.None);
            }

            var task = new JobTask(
                job.Kind, plan.Spec, files.ToDictionary(f => f.Key, f => f.Value.Path), Directory.CreateDirectory(folder.File("out")).FullName,
                Directory.CreateDirectory(folder.File("scratch")).FullName, 2, 2L << 30);
            var result = await handlers.Single(h => h.Kind == job.Kind).RunAsync(task, new SilentReporter(), CancellationToken.None);
            var outputs = new Dictionary<string, BlobRef>();
            foreach (var name in plan.Outputs.Where(n => File.Exists(task.OutputPath(n))))
            {
                outputs[name] = await blobs.PutFileAsync(task.OutputPath(name), CancellationToken.None);
            }

            await owner.CompleteAsync(db, job, new(result, outputs), CancellationToken.None);
        }
        catch (HubException refused)
        {
            await owner.AbandonAsync(db, job, new(JobState.Failed, refused.Code, refused.Message), CancellationToken.None);
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }

        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private Task StartAsync((string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["MLHub:DataPath"] = _folder.Path };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        Services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddCore(configuration).AddSingleton<IImportPreviewer, InProcessPreviewer>().BuildServiceProvider();
        return Task.CompletedTask;
    }

    private static (Actor Actor, Guid WorkspaceId) AddPerson(HubDbContext db, string name)
    {
        var email = $"{name}@example.org";
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = name, Email = email, NormalizedEmail = email.ToUpperInvariant(), DisplayName = name };
        var workspace = Workspace.Create(name, Slug.From(name), null, Visibility.Private, user.Id, DateTime.UnixEpoch);
        db.Add(user);
        db.Add(workspace);
        db.Add(WorkspaceMember.Create(workspace.Id, user.Id, WorkspaceRole.Owner, DateTime.UnixEpoch));
        return (new Actor(user.Id, name, ActorKind.Browser), workspace.Id);
    }

    private sealed class SilentReporter : IJobReporter
    {
        public CancellationToken FinishRequested => CancellationToken.None;

        public void Progress(double progress, string stage, string? message = null)
        {
        }

        public void Log(JobLogLevel level, string text)
        {
        }

        public void Metric(string key, long step, double value)
        {
        }
    }
}
