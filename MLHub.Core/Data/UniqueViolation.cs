using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace MLHub.Core.Data;

/// <summary>Uniqueness is an index; this turns its violation into words for the user.</summary>
public static class UniqueViolation
{
    private const string Annotation = "MLHub:Conflict";

    /// <summary>A unique index whose violation is answered with this sentence.</summary>
    public static IndexBuilder<T> IsUniqueOr<T>(this IndexBuilder<T> index, string message)
    {
        index.IsUnique();
        index.HasAnnotation(Annotation, message);
        return index;
    }

    internal static string? Find(DbContext db, DbUpdateException failed)
    {
        const string fallback = "This exists already.";
        return failed.InnerException switch
        {
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } postgres =>
                Message(db, i => i.GetDatabaseName() == postgres.ConstraintName) ?? fallback,
            // 2067 and 1555: SQLITE_CONSTRAINT_UNIQUE and _PRIMARYKEY; the text names the columns.
            SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } sqlite =>
                Message(db, i => sqlite.Message.Contains(Columns(i), StringComparison.Ordinal)) ?? fallback,
            _ => null,
        };
    }

    private static string? Message(DbContext db, Func<IIndex, bool> isIt) =>
        db.Model.GetEntityTypes().SelectMany(e => e.GetIndexes()).Where(isIt).Select(i => (string?)i.FindAnnotation(Annotation)?.Value).FirstOrDefault(m => m is not null);

    private static string Columns(IIndex index)
    {
        var table = index.DeclaringEntityType.GetTableName();
        return string.Join(", ", index.Properties.Select(p => $"{table}.{p.GetColumnName()}")) + "'";
    }
}
