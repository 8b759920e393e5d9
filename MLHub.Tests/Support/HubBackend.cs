namespace MLHub.Tests.Support;

/// <summary>The two ways in which MLHub keeps its state; what holds for one must hold for the other.</summary>
public enum HubBackend
{
    SqliteAndDisk,
    PostgresAndS3,
}
