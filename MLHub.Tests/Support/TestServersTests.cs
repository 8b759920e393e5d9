using Amazon.S3.Model;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;

namespace MLHub.Tests.Support;

/// <summary>What other tests stand on: when these fail, look here first.</summary>
public sealed class TestServersTests
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.Postgres)]
    public async Task A_test_database_has_the_tables_of_the_application(DatabaseEngine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);

        await using var db = await database.Contexts.CreateDbContextAsync();

        Assert.Equal(0, await db.Set<HubUser>().CountAsync());
    }

    [Fact]
    [Trait(Category.Trait, Category.S3)]
    public async Task A_bucket_gives_back_what_was_put()
    {
        await using var bucket = await S3Bucket.CreateAsync();

        await bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = bucket.Name, Key = "a/b", ContentBody = "bytes" });
        using var found = await bucket.Client.GetObjectAsync(bucket.Name, "a/b");

        Assert.Equal("bytes", await new StreamReader(found.ResponseStream).ReadToEndAsync());
    }

    [Fact]
    public void The_datasets_are_beside_the_tests() => Assert.StartsWith("\"pregnant\"", File.ReadAllText(TestData.Path("PimaIndiansDiabetes2.csv")), StringComparison.Ordinal);
}
