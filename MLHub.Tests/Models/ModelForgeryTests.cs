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

    private InProcessHub _hub = null!;
    private HttpClient _http = null!;
    private AuthorisationScene _scene = null!;
    private string _owner = "";

    public async ValueTask InitializeAsync()
    {
        _hub = await InProcessHub.StartAsync();
        _http = new HttpClient { BaseAddress = _hub.Address };
        _scene = await AuthorisationScene.SetAsync(_http, _hub.Contexts, _hub.Get<IBlobStore>(), _hub.Get<BlobSeal>());
        _owner = _scene.Callers.Single(c => c.Name == "owner").Token!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_model_whose_seal_was_written_by_somebody_else_is_not_loaded()
    {
        var things = await _scene.FreshAsync(ThingState.Private);
        await ForgeAsync(things.ModelId, seal: new string('0', 64));

        await AssertRefusedAsync(things);
    }

    [Fact]
    public async Task The_seal_of_another_model_does_not_fit()
    {
        var things = await _scene.FreshAsync(ThingState.Private);
        using var other = new MemoryStream([1, 2, 3]);
        var foreign = await _hub.Get<IBlobStore>().PutAsync(other, CancellationToken.None);
        await using (var db = await _hub.Contexts.CreateDbContextAsync())
        {
            await db.Set<ModelVersion>().Where(v => v.ModelId == things.ModelId).ExecuteUpdateAsync(set => set.SetProperty(v => v.ArtefactHash, foreign.Hash));
        }

        await AssertRefusedAsync(things);
    }

    [Fact]
    public async Task What_the_server_sealed_itself_gets_as_far_as_being_read()
    {
        var things = await _scene.FreshAsync(ThingState.Private);

        var answer = await PredictAsync(things);

        Assert.NotEqual(Refused, answer.Body.Text("code"));
    }

    private async Task AssertRefusedAsync(MatrixThings things)
    {
        var row = await PredictAsync(things);
        var table = await _http.CallAsAsync(_owner, HttpMethod.Post, $"models/{things.ModelId:N}/batch-predict", new { datasetId = things.DatasetId });

        Assert.Equal(Refused, row.Code);
        Assert.Equal(Refused, table.Code);
    }

    private Task<HubAnswer> PredictAsync(MatrixThings things) =>
        _http.CallAsAsync(_owner, HttpMethod.Post, $"models/{things.ModelId:N}/predict", new { rows = new[] { new { a = 1 } } });

    private async Task ForgeAsync(Guid modelId, string seal)
    {
        await using var db = await _hub.Contexts.CreateDbContextAsync();
        await db.Set<ModelVersion>().Where(v => v.ModelId == modelId).ExecuteUpdateAsync(set => set.SetProperty(v => v.ArtefactSeal, seal));
    }
}
