using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Recipes;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;

namespace MLHub.Tests.Recipes;

public abstract class RecipeDraftTests(DatabaseEngine engine) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestWorkspace _workspace = null!;
    private Guid _dataset;

    private RecipeDraftService Drafts => new(_database.Contexts, new WorkspaceAccess(_database.Contexts), FakeTime.Create());

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(engine);
        _workspace = await TestWorkspace.CreateAsync(_database.Contexts);
        _dataset = (await _workspace.AddDatasetAsync(_database.Contexts, "Cities")).Id;
    }

    [Fact]
    public async Task A_draft_comes_back_as_it_was_written_with_its_pairs_in_order()
    {
        var steps = new[] { Steps.Of("replace", """{"map":{"zebra":"z","b":"1","a":""}}"""), new RecipeStep("drop_missing", null, false) };

        await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, steps, 0, default);

        var draft = await Drafts.GetAsync(_workspace.Editor, _dataset, default);
        Assert.Equal(HubJson.Write(steps), HubJson.Write(draft!.Steps));
        Assert.Equal((1, 1, null), (draft.Version, draft.Revision, draft.SavedAs));
    }

    [Fact]
    public async Task Each_person_has_a_draft_of_their_own()
    {
        await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("drop_missing")], 0, default);

        Assert.Null(await Drafts.GetAsync(_workspace.Manager, _dataset, default));
        await Drafts.ClearAsync(_workspace.Manager, _dataset, 1, default);
        Assert.NotNull(await Drafts.GetAsync(_workspace.Editor, _dataset, default));
    }

    [Fact]
    public async Task A_change_of_an_older_state_is_refused()
    {
        var revision = await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("drop_missing")], 0, default);
        await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [], revision, default);

        var refused = await Assert.ThrowsAsync<HubException>(() => Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("sort")], revision, default));

        Assert.Equal("STALE_EDIT", refused.Code);
    }

    [Fact]
    public async Task It_knows_the_version_that_is_made_of_it_until_it_is_changed()
    {
        var revision = await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("drop_missing")], 0, default);
        revision = await Drafts.MarkSavedAsync(_workspace.Editor, _dataset, 2, revision, default);
        Assert.Equal(2, (await Drafts.GetAsync(_workspace.Editor, _dataset, default))!.SavedAs);

        await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [], revision, default);

        Assert.Null((await Drafts.GetAsync(_workspace.Editor, _dataset, default))!.SavedAs);
    }

    [Fact]
    public async Task What_was_changed_since_is_neither_marked_as_saved_nor_cleared()
    {
        var first = await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("drop_missing")], 0, default);
        var second = await Drafts.SaveAsync(_workspace.Editor, _dataset, 1, [new("sort")], first, default);

        Assert.Equal(first, await Drafts.MarkSavedAsync(_workspace.Editor, _dataset, 2, first, default));
        Assert.False(await Drafts.ClearAsync(_workspace.Editor, _dataset, first, default));

        var draft = (await Drafts.GetAsync(_workspace.Editor, _dataset, default))!;
        Assert.Equal(("sort", null, second), (draft.Steps[0].Step, draft.SavedAs, draft.Revision));
        Assert.True(await Drafts.ClearAsync(_workspace.Editor, _dataset, second, default));
    }

    [Fact]
    public async Task Readers_may_not_and_strangers_find_nothing()
    {
        var reader = await Assert.ThrowsAsync<HubException>(() => Drafts.SaveAsync(_workspace.Reader, _dataset, 1, [], 0, default));
        var stranger = await Assert.ThrowsAsync<HubException>(() => Drafts.GetAsync(_workspace.Stranger, _dataset, default));

        Assert.Equal((Refusal.Forbidden, Refusal.NotFound), (reader.Refusal, stranger.Refusal));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteRecipeDraftTests() : RecipeDraftTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class PostgresRecipeDraftTests() : RecipeDraftTests(DatabaseEngine.Postgres);
