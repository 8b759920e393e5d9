namespace MLHub.Web.Recipes;

/// <summary>Whether the steps are safe.</summary>
public enum DraftState
{
    /// <summary>There is nothing to keep.</summary>
    None,
    Keeping,
    Kept,
    Failed,
}
