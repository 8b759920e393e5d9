using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Data;

public enum DatabaseEngine
{
    Sqlite,
    Postgres,
}

/// <summary>Section <c>MLHub</c>: where state lives.</summary>
public sealed class HubOptions
{
    public const string Section = "MLHub";

    /// <summary>Folder of all local state: database, blobs, keys, uploads in progress, caches. Empty takes the user's data folder.</summary>
    public string DataPath { get; set; } = "";

    /// <summary>The address under which people reach this server, for links in mails; empty uses the address of the request.</summary>
    public string PublicBaseUrl { get; set; } = "";

    public DatabaseOptions Database { get; set; } = new();

    public string ResolvedDataPath => Path.GetFullPath(
        DataPath.Length > 0
            ? DataPath
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mlhub"));

    public string PathOf(string name) => Path.Combine(ResolvedDataPath, name);
}

public sealed class DatabaseOptions
{
    public DatabaseEngine Engine { get; set; } = DatabaseEngine.Sqlite;

    /// <summary>Npgsql connection string; only for PostgreSQL.</summary>
    public string ConnectionString { get; set; } = "";

    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 30;
}
