using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Storage;

public enum StorageKind
{
    Local,
    S3,
}

/// <summary>Whether the S3 client adds checksums of its own to requests and demands them in answers.</summary>
public enum S3ChecksumMode
{
    /// <summary>Wherever the protocol knows them. Right for Amazon and current servers.</summary>
    WhenSupported,

    /// <summary>Only where it must. Older Ceph gateways refuse the others.</summary>
    WhenRequired,
}

/// <summary>Section <c>MLHub:Storage</c>: where blobs live.</summary>
public sealed class StorageOptions
{
    public const string Section = "MLHub:Storage";

    public StorageKind Kind { get; set; } = StorageKind.Local;

    /// <summary>Uploads are refused while the local disk has less free than this: the database must always be able to write.</summary>
    [Range(0, 1_048_576)]
    public int MinFreeMegabytes { get; set; } = 512;

    /// <summary>How long bytes that nothing names are kept. It has to outlast the longest time between storing bytes and writing the row that names them.</summary>
    [Range(1, 8760)]
    public int GraceHours { get; set; } = 24;

    /// <summary>How often such bytes are looked for; 0 never.</summary>
    [Range(0, 10_080)]
    public int SweepMinutes { get; set; } = 360;

    /// <summary>What one person may store in datasets and models; 0 is no limit.</summary>
    [Range(0, 1_073_741_824)]
    public int UserQuotaMegabytes { get; set; }

    /// <summary>What one workspace may hold; 0 is no limit.</summary>
    [Range(0, 1_073_741_824)]
    public int WorkspaceQuotaMegabytes { get; set; }

    public S3Options S3 { get; set; } = new();
}

public sealed class S3Options
{
    /// <summary>Address of the server; empty means Amazon, in <see cref="Region"/>.</summary>
    public string ServiceUrl { get; set; } = "";

    public string Bucket { get; set; } = "";

    public string Region { get; set; } = "us-east-1";

    /// <summary>Empty takes the credentials of the environment (instance role, profile).</summary>
    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>Bucket in the path instead of the host name; most servers other than Amazon's need it.</summary>
    public bool ForcePathStyle { get; set; } = true;

    public S3ChecksumMode ChecksumMode { get; set; } = S3ChecksumMode.WhenSupported;

    /// <summary>Signed chunks in uploads (<c>aws-chunked</c>). Some older servers do not know them, and one stored their framing as content.</summary>
    public bool ChunkedUploads { get; set; } = true;

    /// <summary>Size of a part; blobs above it are uploaded in parts.</summary>
    [Range(5, 512)]
    public int PartMegabytes { get; set; } = 16;

    /// <summary>Room for local copies of blobs.</summary>
    [Range(64, 10_485_760)]
    public int CacheMegabytes { get; set; } = 10_240;
}
