using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Operations;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Operations;

/// <summary>The real services over a migrated database and a store of their own; nothing listens and no job runs.</summary>
internal sealed class OperationsBench : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<IAsyncDisposable> _owned = [];

    private OperationsBench()
    {
    }

    public string DataPath => _folder.File("data");

    public ServiceProvider Services { get; private set; } = null!;

    public IDbContextFactory<HubDbContext> Contexts => Get<IDbContextFactory<HubDbContext>>();

    public IBlobStore Blobs => Get<IBlobStore>();

    public TestWorkspace Lab { get; private set; } = null!;

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A path beside the data, gone afterwards.</summary>
    public string Beside(string name) => _folder.File(name);

    /// <summary>A server in use: a workspace with members and one dataset of two blobs.</summary>
    public static async Task<OperationsBench> CreateAsync(HubBackend backend = HubBackend.SqliteAndDisk)
    {
        var bench = await CreateEmptyAsync(backend);
        await bench.Get<HubMigrator>().MigrateAsync(default);
        bench.Lab = await TestWorkspace.CreateAsync(bench.Contexts);
        await bench.AddDatasetAsync("air", [1, 2, 3, 4], [5, 6, 7]);
        return bench;
    }

    /// <summary>Nothing was ever started here.</summary>
    public static async Task<OperationsBench> CreateEmptyAsync(HubBackend backend = HubBackend.SqliteAndDisk)
    {
        var bench = new OperationsBench();
        var settings = new Dictionary<string, string?> { ["MLHub:DataPath"] = bench.DataPath };
        if (backend == HubBackend.PostgresAndS3)
        {
            var database = await PostgresDatabase.CreateAsync();
            bench._owned.Add(database);
            var bucket = await S3Bucket.CreateAsync();
            bench._owned.Add(bucket);
            settings["MLHub:Database:Engine"] = "Postgres";
            settings["MLHub:Database:ConnectionString"] = database.ConnectionString;
            settings["MLHub:Storage:Kind"] = "S3";
            settings["MLHub:Storage:S3:ServiceUrl"] = bucket.Endpoint;
            settings["MLHub:Storage:S3:Bucket"] = bucket.Name;
            settings["MLHub:Storage:S3:Region"] = bucket.Region;
            settings["MLHub:Storage:S3:AccessKey"] = bucket.AccessKey;
            settings["MLHub:Storage:S3:SecretKey"] = bucket.SecretKey;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        bench.Services = new ServiceCollection().AddLogging().AddCore(configuration).BuildServiceProvider();
        return bench;
    }

    /// <summary>A dataset with one ready version, whose rows and original are these bytes.</summary>
    public async Task<(Guid Dataset, BlobHash Content, BlobHash Original)> AddDatasetAsync(string name, byte[] content, byte[] original)
    {
        var dataset = await Lab.AddDatasetAsync(Contexts, name);
        var (rows, file) = (await Blobs.PutAsync(new MemoryStream(content), default), await Blobs.PutAsync(new MemoryStream(original), default));
        await using var db = await Contexts.CreateDbContextAsync();
        await db.Set<DatasetVersion>().Where(v => v.DatasetId == dataset.Id).ExecuteUpdateAsync(set => set
            .SetProperty(v => v.ContentHash, rows.Hash).SetProperty(v => v.SizeBytes, rows.Length)
            .SetProperty(v => v.OriginalHash, file.Hash).SetProperty(v => v.OriginalBytes, file.Length));
        return (dataset.Id, rows.Hash, file.Hash);
    }

    public Task<CheckReport> CheckAsync(CheckRequest? request = null) => Get<HubCheck>().RunAsync(request ?? new(), default);

    public Task<BackupResult> BackupAsync(string target, int keep = 0) => Get<HubBackup>().RunAsync(target, keep, default);

    public async Task SqlAsync(string sql)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync() != 0, "The statement changed nothing.");
    }

    /// <summary>How many rows each table has.</summary>
    public async Task<IReadOnlyList<string>> CountsAsync()
    {
        await using var db = await Contexts.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        var counts = new List<string>();
        foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT count(*) FROM \"{table}\"";
            counts.Add($"{table} {await command.ExecuteScalarAsync()}");
        }

        return counts;
    }

    /// <summary>The file of a blob in the local store.</summary>
    public string FileOf(BlobHash hash) => Directory.EnumerateFiles(Path.Combine(DataPath, "blobs"), hash.ToString(), SearchOption.AllDirectories).Single();

    public async Task<byte[]> ReadAsync(BlobHash hash)
    {
        await using var content = await Blobs.OpenAsync(hash, default);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes);
        return bytes;
    }

    public static void Overwrite(string path, byte[] bytes)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        _folder.Dispose();
    }
}
