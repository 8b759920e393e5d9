namespace MLHub.Core.Workspaces;

/// <summary>Something in a workspace that can also be shown to people outside of it: by making it public, or to single collaborators.</summary>
/// <param name="Word">What it is called in messages: <c>dataset</c>, <c>model</c>.</param>
/// <param name="WorkspaceId">Whose members have their role on it.</param>
public readonly record struct Thing(string Word, Guid Id, Guid WorkspaceId, Visibility Visibility);

/// <summary>An entity that can be shared on its own.</summary>
public interface IShareable
{
    string Name { get; }

    Guid CreatedBy { get; }

    Thing AsThing();

    /// <summary>Makes it public, or private again. What that means is decided by <see cref="WorkspaceAccess"/>.</summary>
    void Show(Visibility visibility, DateTime now);
}
