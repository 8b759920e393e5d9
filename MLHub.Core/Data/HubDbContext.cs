using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Core.Data;

/// <summary>
/// The database. Two engines derive from it, each with migrations of its own. One context per service method, from
/// <see cref="IDbContextFactory{TContext}"/>; never kept in a component.
/// </summary>
/// <remarks>Mappings stand beside their entities in <c>…Configuration</c> classes and are found by themselves: use <c>db.Set&lt;T&gt;()</c>.</remarks>
public abstract class HubDbContext(DbContextOptions options) : IdentityDbContext<HubUser, IdentityRole<Guid>, Guid>(options)
{
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RefuseNuls();
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw HubException.Conflict("Somebody changed this in the meantime. Load it again and repeat your change.", "STALE_EDIT");
        }
        catch (DbUpdateException failed) when (UniqueViolation.Find(this, failed) is { } message)
        {
            throw HubException.Conflict(message);
        }
    }

    /// <summary>PostgreSQL stores no NUL character; so that both engines say the same, it is refused before either is asked.</summary>
    private void RefuseNuls()
    {
        foreach (var entry in ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified))
        {
            foreach (var property in entry.Properties)
            {
                if (property.CurrentValue is string text && text.Contains('\0', StringComparison.Ordinal))
                {
                    var name = JsonNamingPolicy.CamelCase.ConvertName(property.Metadata.Name);
                    throw HubException.Field(name, $"The text of {name} holds the character NUL, which cannot be stored. Take it out.", "NUL_CHARACTER");
                }
            }
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(HubDbContext).Assembly);
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            // Identity's own tables get plain names like ours: AspNetUsers → Users.
            if (entity.GetTableName() is { } table && table.StartsWith("AspNet", StringComparison.Ordinal))
            {
                entity.SetTableName(table["AspNet".Length..]);
            }

            foreach (var property in entity.GetProperties().Where(p => p.FindAnnotation(JsonColumn.Annotation) is not null))
            {
                property.SetColumnType(JsonColumnType);
            }
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Storage.BlobHash>().HaveConversion<BlobHashConverter>().HaveMaxLength(64);
    }

    /// <summary>The engine's type for JSON documents.</summary>
    protected abstract string JsonColumnType { get; }
}

/// <summary>The embedded engine.</summary>
public sealed class SqliteHubDbContext(DbContextOptions<SqliteHubDbContext> options) : HubDbContext(options)
{
    protected override string JsonColumnType => "TEXT";
}

/// <summary>The engine for teams.</summary>
public sealed class PostgresHubDbContext(DbContextOptions<PostgresHubDbContext> options) : HubDbContext(options)
{
    protected override string JsonColumnType => "jsonb";
}
