using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.DatabaseSchema;

/// <summary>One engine stores the NUL character and the other does not; MLHub says the same on both.</summary>
public abstract class NulCharacterTests(DatabaseEngine engine) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestWorkspace _lab = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(engine);
        _lab = await TestWorkspace.CreateAsync(_database.Contexts);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_text_that_holds_one_is_refused_by_its_field()
    {
        await using var db = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var user = await db.Users.FirstAsync(TestContext.Current.CancellationToken);
        user.Bio = "a\0b";

        var refused = await Assert.ThrowsAsync<HubException>(() => db.SaveChangesAsync(TestContext.Current.CancellationToken));

        Assert.Equal("NUL_CHARACTER", refused.Code);
        Assert.Equal(["bio"], refused.Errors!.Keys);
    }

    [Fact]
    public async Task A_document_that_holds_one_is_kept_with_another_character()
    {
        var dataset = await _lab.AddDatasetAsync(_database.Contexts, "names", Column("a\0b\0"), Column(@"a\u0000b"), Column("a\\\0"));

        await using var db = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var version = await db.Set<DatasetVersion>().SingleAsync(v => v.DatasetId == dataset.Id, TestContext.Current.CancellationToken);

        Assert.Equal(["a\uFFFDb\uFFFD", @"a\u0000b", "a\\\uFFFD"], version.Columns.Select(c => c.Name));
    }

    private static DatasetColumn Column(string name) => new(name, ColumnType.Text, default, false);
}

public sealed class SqliteNulCharacterTests() : NulCharacterTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class PostgresNulCharacterTests() : NulCharacterTests(DatabaseEngine.Postgres);
