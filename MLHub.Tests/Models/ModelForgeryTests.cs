using Microsoft.EntityFrameworkCore;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Tests.Support;
using MLHub.Tests.Workspaces;

namespace MLHub.Tests.Models;

/// <summary>Whoever can write into the database still cannot make the server load a model of their own.</summary>
public sealed class ModelForgeryTests : IAsyncLifetime
{
    private const string Refused = "MODEL_SIGNATURE_INVALID";

    private SceneHub _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await SceneHub.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_model_whose_seal_was_written_by_somebody_else_is_not_loaded()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        await ForgeAsync(things.ModelId, seal: new string('0', 64));

        await AssertRefusedAsync(things);
    }

    [Fact]
    public async Task The_seal_of_another_model_does_not_fit()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        using var other = new MemoryStream([1, 2, 3]);
        var foreign = await _stage.Hub.Get<IBlobStore>().PutAsync(other, CancellationToken.None);
        await using (var db = await _stage.Hub.Contexts.CreateDbContextAsync())
        {
            await db.Set<ModelVersion>().Where(v => v.ModelId == things.ModelId).ExecuteUpdateAsync(set => set.SetProperty(v => v.ArtefactHash, foreign.Hash));
        }

        await AssertRefusedAsync(things);
    }

    [Fact]
    public async Task What_the_server_sealed_itself_gets_as_far_as_being_read()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);

        var answer = await PredictAsync(things);

        Assert.NotEqual(Refused, answer.Body.Text("code"));
    }

    private async Task AssertRefusedAsync(MatrixThings things)
    {
        var row = await PredictAsync(things);
        var table = await _stage.Http.CallAsAsync(_stage.TokenOf("owner"), HttpMethod.Post, $"models/{things.ModelId:N}/batch-predict", new { datasetId = things.DatasetId });

        Assert.Equal(Refused, row.Code);
        Assert.Equal(Refused, table.Code);
    }

    private Task<HubAnswer> PredictAsync(MatrixThings things) =>
        _stage.Http.CallAsAsync(_stage.TokenOf("owner"), HttpMethod.Post, $"models/{things.ModelId:N}/predict", new { rows = new[] { new { a = 1 } } });

    private async Task ForgeAsync(Guid modelId, string seal)
    {
        await using var db = await _stage.Hub.Contexts.CreateDbContextAsync();
        await db.Set<ModelVersion>().Where(v => v.ModelId == modelId).ExecuteUpdateAsync(set => set.SetProperty(v => v.ArtefactSeal, seal));
    }
}
