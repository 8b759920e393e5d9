using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// Whether anything lives in a workspace. Features stand above workspaces, so this asks the model for tables that point at one:
/// a new feature is counted without being named here. What lies in the trash (<c>DeletedAt</c>) does not count.
/// </summary>
internal static class WorkspaceContent
{
    /// <summary>Who may come in is no content.</summary>
    private static readonly Type[] Doors = [typeof(WorkspaceMember), typeof(ThingGrant), typeof(Invitation)];

    /// <returns>The word for the first kind of thing found, such as <c>datasets</c>; <c>null</c> when the workspace is empty.</returns>
    public static async Task<string?> FindAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken)
    {
        foreach (var (entity, key) in Owned(db.Model))
        {
            var found = (Task<bool>)typeof(WorkspaceContent).GetMethod(nameof(AnyAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(entity.ClrType).Invoke(null, [db, entity, key, workspaceId, cancellationToken])!;
            if (await found)
            {
                return entity.GetTableName()!.ToLowerInvariant();
            }
        }

        return null;
    }

    private static IEnumerable<(IEntityType Entity, string Key)> Owned(IModel model) =>
        from entity in model.GetEntityTypes()
        where !Doors.Contains(entity.ClrType)
        from key in entity.GetForeignKeys()
        where key.PrincipalEntityType.ClrType == typeof(Workspace)
        select (entity, key.Properties[0].Name);

    private static Task<bool> AnyAsync<T>(HubDbContext db, IEntityType entity, string key, Guid workspaceId, CancellationToken cancellationToken) where T : class
    {
        var query = db.Set<T>().Where(r => EF.Property<Guid>(r, key) == workspaceId);
        if (entity.FindProperty("DeletedAt") is not null)
        {
            query = query.Where(r => EF.Property<DateTime?>(r, "DeletedAt") == null);
        }

        return query.AnyAsync(cancellationToken);
    }
}
