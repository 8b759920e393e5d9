using System.Net;
using DuckDB.NET.Data;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workspaces;

/// <summary>A workspace with a caller of every kind around it, and things in it of every state.</summary>
internal sealed class AuthorisationScene(IDbContextFactory<HubDbContext> contexts, BlobSeal seal, BlobRef content, Guid workspaceId)
{
    public const string Creator = "editor";

    private static readonly DateTime Now = FakeTime.Start.UtcDateTime;

    private readonly Dictionary<ThingState, MatrixThings> _shared = [];
    private readonly List<(Guid UserId, WorkspaceRole Role)> _grants = [];
    private Guid _creator;

    public List<MatrixCaller> Callers { get; } = [];

    public static async Task<AuthorisationScene> SetAsync(HttpClient http, IDbContextFactory<HubDbContext> contexts, IBlobStore blobs, BlobSeal seal)
    {
        var content = await StoreRowAsync(blobs);
        await using var db = await contexts.CreateDbContextAsync();
        var workspace = Workspace.Create("Lab", "lab", null, Visibility.Private, null, Now);
        db.Add(workspace);
        await db.SaveChangesAsync();
        var scene = new AuthorisationScene(contexts, seal, content, workspace.Id);

        // The first account is the server's administrator, who has no silent access to anything.
        await JoinAsync("administrator", null);
        await JoinAsync("stranger", null);
        await JoinAsync("reader", WorkspaceRole.Reader);
        scene._creator = (await JoinAsync(Creator, WorkspaceRole.Editor)).Id;
        var manager = await JoinAsync("manager", WorkspaceRole.Manager);
        await JoinAsync("owner", WorkspaceRole.Owner);
        var readers = await JoinAsync("collaborator who reads", null, WorkspaceRole.Reader);
        var editors = await JoinAsync("collaborator who edits", null, WorkspaceRole.Editor);
        scene._grants.AddRange([(readers.Id, WorkspaceRole.Reader), (editors.Id, WorkspaceRole.Editor)]);
        var own = (await http.CallAsAsync(manager.Token, HttpMethod.Get, "workspaces", null)).Body.At("items", 0).Text("id");
        scene.Callers.Add(new("manager's reading token", await TokenAsync(manager.Token, ["read"], null), WorkspaceRole.Manager) { IsReadOnly = true });
        scene.Callers.Add(new("manager's token elsewhere", await TokenAsync(manager.Token, ["read", "write"], own), null) { IsElsewhere = true });
        scene.Callers.Add(new("nobody", null, null));
        return scene;

        async Task<(Guid Id, string Token)> JoinAsync(string name, WorkspaceRole? role, WorkspaceRole? grant = null)
        {
            var answer = await http.CallAsAsync(null, HttpMethod.Post, "auth/register", new { email = $"{name.Replace(' ', '.')}@example.org", password = ApiHost.Password, displayName = name });
            Assert.Equal(HttpStatusCode.Created, answer.Status);
            var id = Guid.Parse(answer.Body.Text("user", "id"));
            if (role is { } known)
            {
                db.Add(WorkspaceMember.Create(workspace.Id, id, known, Now));
                await db.SaveChangesAsync();
            }

            var token = answer.Body.Text("accessToken");
            scene.Callers.Add(new(name, token, role, grant));
            return (id, token);
        }

        async Task<string> TokenAsync(string session, string[] scopes, string? only)
        {
            var answer = await http.CallAsAsync(session, HttpMethod.Post, "users/me/tokens", new { name = "t", scopes, expiresInDays = 1, workspaceId = only });
            Assert.Equal(HttpStatusCode.Created, answer.Status);
            return answer.Body.Text("token");
        }
    }

    private static async Task<BlobRef> StoreRowAsync(IBlobStore blobs)
    {
        using var folder = new TestFolder();
        await using var engine = new DuckDBConnection("DataSource=:memory:");
        await engine.OpenAsync();
        await using var command = engine.CreateCommand();
        command.CommandText = $"COPY (SELECT 0::BIGINT AS \"{ColumnSchema.RowId}\", 1::BIGINT AS a, 2::BIGINT AS b) TO '{folder.File("row.parquet")}' (FORMAT parquet)";
        await command.ExecuteNonQueryAsync();
        return await blobs.PutFileAsync(folder.File("row.parquet"), CancellationToken.None);
    }

    /// <summary>Things that nobody changes.</summary>
    public async Task<MatrixThings> SharedAsync(ThingState state) =>
        _shared.TryGetValue(state, out var things) ? things : _shared[state] = await FreshAsync(state);

    public async Task<MatrixThings> FreshAsync(ThingState state)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var tag = Guid.NewGuid().ToString("N");
        DatasetColumn[] columns = [new("a", ColumnType.Integer, default, false), new("b", ColumnType.Integer, default, false)];
        var dataset = Dataset.Create(workspaceId, _creator, $"data {tag}", null, Now);
        var version = DatasetVersion.Create(dataset.Id, 1, DatasetVersionCause.Upload, null, null, _creator, Now);
        version.Complete(content, columns, 1, null, null);
        var experiment = Experiment.Create(workspaceId, $"question {tag}", null, _creator, Now);
        var run = Run.Create(experiment, null, new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = "lightgbm" }, new(dataset.Id, version.Id, 1, content.Hash), null, _creator, Now);
        var job = Job.Create(ImportResult.JobKind, workspaceId, _creator, dataset.Id, Now);
        run.AssignJob(job.Id);
        run.Start(Now);
        run.Finish(
            new()
            {
                Metrics = new Dictionary<string, double> { ["auc"] = 0.8 },
                Signature = new([new("a", ColumnType.Integer, false)], new("y", ColumnType.Text, TrainingTask.Binary, ["no", "yes"])),
                Warnings = [],
                Rows = new Dictionary<string, long>(),
                Seconds = new Dictionary<string, double>(),
                Parameters = new Dictionary<string, System.Text.Json.JsonElement>(),
            },
            content, seal.Sign(content.Hash), null, Now);
        var model = RegisteredModel.Create(workspaceId, $"model {tag}", null, TrainingTask.Binary, _creator, Now);
        var number = model.NextVersion(Now);
        db.AddRange(dataset, version, experiment, job, run, model, ModelVersion.Create(model.Id, number, run, null, null, _creator, Now), ModelAlias.Create(model.Id, ModelAlias.Champion, number));
        foreach (var (userId, role) in _grants)
        {
            db.AddRange(ThingGrant.Create(dataset.AsThing(), userId, role, _creator, Now), ThingGrant.Create(model.AsThing(), userId, role, _creator, Now));
        }

        if (state == ThingState.Public)
        {
            dataset.Show(Visibility.Public, Now);
            model.Show(Visibility.Public, Now);
        }

        if (state == ThingState.Deleted)
        {
            dataset.Delete(_creator, Now);
            model.Delete(Now);
            run.Delete(Now);
            experiment.Delete(Now);
        }

        await db.SaveChangesAsync();
        await db.Set<Dataset>().Where(d => d.Id == dataset.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, 1));
        return new(workspaceId, dataset.Id, model.Id, experiment.Id, run.Id, job.Id);
    }
}

internal static class CallsAs
{
    public static async Task<HubAnswer> CallAsAsync(this HttpClient http, string? token, HttpMethod method, string path, object? body)
    {
        http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        try
        {
            return await http.CallAsync(method, $"/api/v1/{path}", body);
        }
        finally
        {
            http.DefaultRequestHeaders.Authorization = null;
        }
    }
}
