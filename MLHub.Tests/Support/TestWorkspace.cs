using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Tests.Support;

/// <summary>A workspace with one member of each role and a stranger, written straight into the database.</summary>
internal sealed class TestWorkspace
{
    private static readonly DateTime Now = FakeTime.Start.UtcDateTime;

    public required Guid Id { get; init; }

    public required Actor Owner { get; init; }

    public required Actor Manager { get; init; }

    public required Actor Editor { get; init; }

    public required Actor Reader { get; init; }

    public required Actor Stranger { get; init; }

    public static async Task<TestWorkspace> CreateAsync(IDbContextFactory<HubDbContext> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var workspace = Workspace.Create("Lab", $"lab-{Guid.NewGuid():N}", null, Visibility.Private, null, Now);
        db.Add(workspace);
        Actor Person(string name, WorkspaceRole? role)
        {
            var user = new HubUser { Id = Guid.CreateVersion7(), UserName = $"{name}-{Guid.NewGuid():N}@example.org", DisplayName = name, CreatedAt = Now };
            user.Email = user.UserName;
            user.NormalizedUserName = user.UserName.ToUpperInvariant();
            user.NormalizedEmail = user.NormalizedUserName;
            db.Add(user);
            if (role is { } known)
            {
                db.Add(WorkspaceMember.Create(workspace.Id, user.Id, known, Now));
            }

            return new Actor(user.Id, name, ActorKind.Browser);
        }

        var made = new TestWorkspace
        {
            Id = workspace.Id,
            Owner = Person("Olga", WorkspaceRole.Owner),
            Manager = Person("Mara", WorkspaceRole.Manager),
            Editor = Person("Edda", WorkspaceRole.Editor),
            Reader = Person("Rita", WorkspaceRole.Reader),
            Stranger = Person("Stan", null),
        };
        await db.SaveChangesAsync();
        return made;
    }

    /// <summary>A dataset with one ready version of the given columns; its bytes do not exist.</summary>
    public async Task<Dataset> AddDatasetAsync(IDbContextFactory<HubDbContext> contexts, string name, params DatasetColumn[] columns)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var dataset = Dataset.Create(Id, Editor.UserId, name, null, Now);
        var version = DatasetVersion.Create(dataset.Id, 1, DatasetVersionCause.Upload, null, null, Editor.UserId, Now);
        version.Complete(new(AnyHash, 100), columns, 100, null, null);
        db.AddRange(dataset, version);
        await db.SaveChangesAsync();
        await db.Set<Dataset>().Where(d => d.Id == dataset.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, 1));
        return dataset;
    }

    /// <summary>A run that finished with the given metrics, without bytes behind it.</summary>
    public async Task<Run> AddFinishedRunAsync(IDbContextFactory<HubDbContext> contexts, BlobSeal seal, TrainingTask task = TrainingTask.Binary, double auc = 0.8)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var experiment = Experiment.Create(Id, $"Question {Guid.NewGuid():N}", null, Editor.UserId, Now);
        var configuration = new TrainingConfiguration { Task = task, Target = "y", Algorithm = "lightgbm" };
        var run = Run.Create(experiment, null, configuration, new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, AnyHash), null, Editor.UserId, Now);
        run.Start(Now);
        var signature = new ModelSignature([new("x", ColumnType.Number, false)], new("y", ColumnType.Text, task, ["no", "yes"]));
        run.Finish(
            new()
            {
                Metrics = new Dictionary<string, double> { ["auc"] = auc },
                Signature = signature,
                Warnings = [],
                Rows = new Dictionary<string, long> { ["train"] = 70, ["test"] = 30 },
                Seconds = new Dictionary<string, double>(),
                Parameters = new Dictionary<string, System.Text.Json.JsonElement>(),
            },
            new(AnyHash, 10), seal.Sign(AnyHash), null, Now);
        db.AddRange(experiment, run);
        await db.SaveChangesAsync();
        return run;
    }

    public static BlobHash AnyHash { get; } = BlobHash.Parse(new string('a', 64));
}
