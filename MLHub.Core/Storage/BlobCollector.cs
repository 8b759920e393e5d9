using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>
/// Garbage collection: removes blobs that no row names and that are older than the grace period. What a row names is asked of the
/// model: every column that holds a <see cref="BlobHash"/> counts, so a new feature is safe without being known here.
/// </summary>
/// <remarks>
/// Stopping it at any moment is harmless: it only ever removes what nothing names, one blob at a time. Blobs are listed before the rows
/// are read, so a row that was written meanwhile is seen; bytes on their way to their row are young; bytes that are stored again just now
/// are dated anew and spared by <see cref="IBlobStore.DeleteAsync"/>.
/// </remarks>
public sealed class BlobCollector(IDbContextFactory<HubDbContext> contexts, IBlobStore blobs, CollectionGate gate, IOptions<StorageOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What the last collection found; <c>null</c> before the first one since the server started.</summary>
    public BlobCensus? Last { get; private set; }

    public async Task<BlobCensus> CollectAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // A backup or a check that runs now goes by a list of blobs: then this one only counts.
            await using var turn = await gate.TryCollectAsync(cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            var old = now - TimeSpan.FromHours(options.Value.GraceHours);
            var all = new Dictionary<BlobHash, StoredBlob>();
            await foreach (var blob in blobs.ListAsync(cancellationToken))
            {
                all[blob.Hash] = blob;
            }

            var (count, bytes) = (all.Count, all.Values.Sum(b => b.Length));
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                await foreach (var named in NamedAsync(db, cancellationToken))
                {
                    all.Remove(named);
                }
            }

            var removed = new List<StoredBlob>();
            foreach (var blob in all.Values.Where(b => turn is not null && b.StoredAt < old))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await blobs.DeleteAsync(blob.Hash, old, cancellationToken))
                {
                    removed.Add(blob);
                }
            }

            var removedBytes = removed.Sum(b => b.Length);
            return Last = new(now, count - removed.Count, bytes - removedBytes, removed.Count, removedBytes, all.Values.Sum(b => b.Length) - removedBytes);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>All hashes in all rows, those in the trash too.</summary>
    internal static async IAsyncEnumerable<BlobHash> NamedAsync(HubDbContext db, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (entity, property) in Columns(db.Model))
        {
            await foreach (var hash in NamedByAsync(db, entity, property, cancellationToken))
            {
                yield return hash;
            }
        }
    }

    /// <summary>All hashes in one column.</summary>
    internal static async IAsyncEnumerable<BlobHash> NamedByAsync(
        HubDbContext db, IEntityType entity, IProperty property, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hashes = (IQueryable<BlobHash?>)typeof(BlobCollector).GetMethod(nameof(Hashes), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(entity.ClrType).Invoke(null, [db, property])!;
        await foreach (var hash in hashes.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (hash is { } known)
            {
                yield return known;
            }
        }
    }

    /// <summary>Every column of the model that holds a hash.</summary>
    internal static IEnumerable<(IEntityType Entity, IProperty Property)> Columns(IModel model) =>
        from entity in model.GetEntityTypes()
        from property in entity.GetProperties()
        where property.ClrType == typeof(BlobHash) || property.ClrType == typeof(BlobHash?)
        select (entity, property);

    private static IQueryable<BlobHash?> Hashes<T>(HubDbContext db, IProperty property) where T : class
    {
        var row = Expression.Parameter(typeof(T), "row");
        Expression value = Expression.Call(typeof(EF), nameof(EF.Property), [property.ClrType], row, Expression.Constant(property.Name));
        return db.Set<T>().IgnoreQueryFilters().AsNoTracking().Select(Expression.Lambda<Func<T, BlobHash?>>(Expression.Convert(value, typeof(BlobHash?)), row));
    }
}

/// <summary>What a collection found in the store.</summary>
/// <param name="Blobs">What is there now, with <paramref name="Bytes"/>.</param>
/// <param name="Removed">Blobs that were taken away, with <paramref name="RemovedBytes"/>.</param>
/// <param name="WaitingBytes">Named by nothing, but still within the grace period, or spared because a backup was running.</param>
public sealed record BlobCensus(DateTime At, int Blobs, long Bytes, int Removed, long RemovedBytes, long WaitingBytes);
