using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>A blob that rows name, and what they say about it.</summary>
/// <param name="By">One of the places that name it, e.g. <c>DatasetVersion.ContentHash</c>.</param>
/// <param name="Length"><c>null</c>: no row says it.</param>
internal sealed record BlobNaming(BlobHash Hash, string By, long? Length)
{
    /// <summary>Which column says how long the blob of another column is.</summary>
    internal static readonly Dictionary<string, string> Lengths = new(StringComparer.Ordinal)
    {
        ["DatasetVersion.ContentHash"] = "SizeBytes",
        ["DatasetVersion.OriginalHash"] = "OriginalBytes",
        ["Run.ModelHash"] = "ModelBytes",
        ["ModelVersion.ArtefactHash"] = "SizeBytes",
        ["RunArtifact.Hash"] = "Length",
        ["Upload.ContentHash"] = "Length",
    };

    /// <summary>Every blob that a row names, whatever feature the row belongs to. Uploads count when their bytes are stored.</summary>
    public static async Task<Dictionary<BlobHash, BlobNaming>> ReadAsync(HubDbContext db, CancellationToken cancellationToken)
    {
        var named = new Dictionary<BlobHash, BlobNaming>();
        foreach (var (entity, property) in BlobCollector.Columns(db.Model))
        {
            var by = $"{entity.ClrType.Name}.{property.Name}";
            var rows = (IQueryable<Named>)typeof(BlobNaming).GetMethod(nameof(Rows), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(entity.ClrType).Invoke(null, [db, property, Lengths.TryGetValue(by, out var column) ? entity.FindProperty(column) : null])!;
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (row.Hash is { } hash && (!named.TryGetValue(hash, out var known) || known.Length is null))
                {
                    named[hash] = new(hash, by, row.Length);
                }
            }
        }

        return named;
    }

    private static IQueryable<Named> Rows<T>(HubDbContext db, IProperty hash, IProperty? length) where T : class
    {
        var row = Expression.Parameter(typeof(T), "row");
        var made = Expression.MemberInit(
            Expression.New(typeof(Named)),
            Expression.Bind(typeof(Named).GetProperty(nameof(Named.Hash))!, Expression.Convert(ValueOf(hash), typeof(BlobHash?))),
            Expression.Bind(typeof(Named).GetProperty(nameof(Named.Length))!, length is null ? Expression.Constant(null, typeof(long?)) : Expression.Convert(ValueOf(length), typeof(long?))));
        IQueryable rows = db.Set<T>().IgnoreQueryFilters().AsNoTracking();
        if (rows is IQueryable<Upload> uploads)
        {
            rows = uploads.Where(u => u.VersionId != null || u.StoredAt != null);
        }

        return ((IQueryable<T>)rows).Select(Expression.Lambda<Func<T, Named>>(made, row));

        MethodCallExpression ValueOf(IProperty property) => Expression.Call(typeof(EF), nameof(EF.Property), [property.ClrType], row, Expression.Constant(property.Name));
    }

    private sealed class Named
    {
        public BlobHash? Hash { get; init; }

        public long? Length { get; init; }
    }
}
