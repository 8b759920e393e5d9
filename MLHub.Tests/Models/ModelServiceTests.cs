using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;

namespace MLHub.Tests.Models;

public sealed class ModelServiceTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private TestDatabase _database = null!;
    private TestWorkspace _lab = null!;
    private ModelService _models = null!;
    private BlobSeal _seal = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _lab = await TestWorkspace.CreateAsync(_database.Contexts);
        _models = new(_database.Contexts, new WorkspaceAccess(_database.Contexts), TimeProvider.System, new News());
        _seal = new(Options.Create(new HubOptions { DataPath = _folder.Path }));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_first_version_becomes_the_champion_and_later_ones_do_not()
    {
        var model = await CreateAsync();
        await AddVersionAsync(model.Id);
        await AddVersionAsync(model.Id);

        var after = await _models.GetAsync(_lab.Reader, model.Id, CancellationToken.None);

        Assert.Equal(2, after.LatestVersion);
        Assert.Equal(1, after.Aliases[ModelAlias.Champion]);
    }

    [Fact]
    public async Task Moving_the_champion_back_keeps_who_did_it_and_why()
    {
        var model = await CreateAsync();
        await AddVersionAsync(model.Id);
        await AddVersionAsync(model.Id);
        await _models.SetAliasAsync(_lab.Editor, model.Id, "champion", 2, "Better recall", CancellationToken.None);

        await _models.SetAliasAsync(_lab.Editor, model.Id, "champion", 1, "Wrong on new data", CancellationToken.None);

        var history = await _models.HistoryAsync(_lab.Reader, model.Id, new(), CancellationToken.None);
        Assert.Equal([(2, 1, "Wrong on new data"), (1, 2, "Better recall"), (null, (int?)1, "First version")], history.Items.Select(c => (c.FromVersion, c.ToVersion, c.Reason)));
        Assert.Equal("Edda", history.Items[0].ChangedByName);
    }

    [Fact]
    public async Task Of_two_who_move_an_alias_at_once_one_is_told_that_the_other_was_faster()
    {
        var model = await CreateAsync();
        for (var i = 0; i < 3; i++)
        {
            await AddVersionAsync(model.Id);
        }

        await using var slow = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var read = await slow.Set<ModelAlias>().SingleAsync(a => a.ModelId == model.Id, TestContext.Current.CancellationToken);
        await _models.SetAliasAsync(_lab.Editor, model.Id, "champion", 2, null, CancellationToken.None);
        read.MoveTo(3);
        var refused = await Assert.ThrowsAsync<HubException>(() => slow.SaveChangesAsync(TestContext.Current.CancellationToken));

        Assert.Equal("STALE_EDIT", refused.Code);
        Assert.Equal(2, (await _models.GetAsync(_lab.Reader, model.Id, CancellationToken.None)).Aliases[ModelAlias.Champion]);
    }

    [Fact]
    public async Task A_model_whose_champion_was_taken_away_gets_none_by_its_next_version()
    {
        var model = await CreateAsync();
        await AddVersionAsync(model.Id);
        await _models.RemoveAliasAsync(_lab.Editor, model.Id, ModelAlias.Champion, CancellationToken.None);

        await AddVersionAsync(model.Id);

        Assert.Empty((await _models.GetAsync(_lab.Reader, model.Id, CancellationToken.None)).Aliases);
    }

    [Fact]
    public async Task A_run_of_another_task_is_refused()
    {
        var model = await CreateAsync();
        var run = await _lab.AddFinishedRunAsync(_database.Contexts, _seal, TrainingTask.Regression);

        var refused = await Assert.ThrowsAsync<HubException>(() => _models.AddVersionAsync(_lab.Editor, model.Id, run.Id, null, null, CancellationToken.None));

        Assert.Equal("TASK_DIFFERS", refused.Code);
    }

    [Fact]
    public async Task A_run_is_registered_once()
    {
        var model = await CreateAsync();
        var run = await _lab.AddFinishedRunAsync(_database.Contexts, _seal);
        await _models.AddVersionAsync(_lab.Editor, model.Id, run.Id, null, null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HubException>(() => _models.AddVersionAsync(_lab.Editor, model.Id, run.Id, null, null, CancellationToken.None));

        Assert.Equal(Refusal.Conflict, refused.Refusal);
    }

    [Fact]
    public async Task Versions_registered_at_once_get_numbers_of_their_own_or_are_refused()
    {
        var model = await CreateAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return (int?)(await AddVersionAsync(model.Id)).Number;
            }
            catch (HubException conflict) when (conflict.Refusal == Refusal.Conflict)
            {
                return null;
            }
        }));

        var numbers = results.OfType<int>().ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.Equal(numbers.Count, (await _models.GetAsync(_lab.Reader, model.Id, CancellationToken.None)).LatestVersion);
    }

    [Fact]
    public async Task A_taken_name_is_refused_whatever_its_case_and_free_again_after_deletion()
    {
        var model = await CreateAsync("Churn");
        var refused = await Assert.ThrowsAsync<HubException>(() => CreateAsync("CHURN"));

        await _models.DeleteAsync(_lab.Editor, model.Id, CancellationToken.None);
        var again = await CreateAsync("churn");

        Assert.Equal(Refusal.Conflict, refused.Refusal);
        Assert.Equal("churn", again.Name);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("v2")]
    [InlineData("Champion")]
    [InlineData("")]
    [InlineData("a b")]
    public async Task A_misleading_alias_is_refused(string alias)
    {
        var model = await CreateAsync();
        await AddVersionAsync(model.Id);

        var refused = await Assert.ThrowsAsync<HubException>(() => _models.SetAliasAsync(_lab.Editor, model.Id, alias, 1, null, CancellationToken.None));

        Assert.Equal("BAD_ALIAS", refused.Code);
    }

    [Fact]
    public async Task A_stranger_sees_nothing_and_a_reader_changes_nothing()
    {
        var model = await CreateAsync();

        var stranger = await Assert.ThrowsAsync<HubException>(() => _models.GetAsync(_lab.Stranger, model.Id, CancellationToken.None));
        var missing = await Assert.ThrowsAsync<HubException>(() => _models.GetAsync(_lab.Owner, Guid.CreateVersion7(), CancellationToken.None));
        var reader = await Assert.ThrowsAsync<HubException>(() => _models.EditAsync(_lab.Reader, model.Id, "Mine", null, CancellationToken.None));

        Assert.Equal(Refusal.NotFound, stranger.Refusal);
        Assert.Equal(missing.Message, stranger.Message);
        Assert.Equal(Refusal.Forbidden, reader.Refusal);
    }

    [Fact]
    public void A_model_that_this_server_did_not_make_is_not_genuine()
    {
        var seal = _seal.Sign(TestWorkspace.AnyHash);

        Assert.True(_seal.IsGenuine(TestWorkspace.AnyHash, seal));
        Assert.False(_seal.IsGenuine(BlobHash.Parse(new string('b', 64)), seal));
        Assert.False(_seal.IsGenuine(TestWorkspace.AnyHash, null));
        Assert.False(_seal.IsGenuine(TestWorkspace.AnyHash, new string('0', 64)));
    }

    private Task<ModelView> CreateAsync(string name = "Churn") => _models.CreateAsync(_lab.Editor, _lab.Id, name, null, TrainingTask.Binary, CancellationToken.None);

    private async Task<ModelVersionView> AddVersionAsync(Guid modelId)
    {
        var run = await _lab.AddFinishedRunAsync(_database.Contexts, _seal);
        return await _models.AddVersionAsync(_lab.Editor, modelId, run.Id, null, null, CancellationToken.None);
    }
}
