using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Datasets;

/// <summary>Section <c>MLHub:Datasets</c>: limits of uploads and of looking at rows.</summary>
public sealed class DatasetOptions
{
    public const string Section = "MLHub:Datasets";

    /// <summary>The longest file that is taken.</summary>
    [Range(1, 10_485_760)]
    public int MaxUploadMegabytes { get; set; } = 20_480;

    /// <summary>How long an unfinished upload is kept after its last bytes.</summary>
    [Range(1, 720)]
    public int UploadLifetimeHours { get; set; } = 24;

    /// <summary>Unfinished uploads of one person.</summary>
    [Range(1, 1000)]
    public int MaxOpenUploads { get; set; } = 10;

    /// <summary>Memory of the engine that reads rows for pages; it spills beyond.</summary>
    [Range(64, 65_536)]
    public int ReaderMemoryMegabytes { get; set; } = 256;

    /// <summary>Disk for lists of row ids of sorted and filtered views, and for rows of large ones.</summary>
    [Range(16, 1_048_576)]
    public int ViewCacheMegabytes { get; set; } = 1024;

    /// <summary>How long things stay in the trash.</summary>
    [Range(1, 3650)]
    public int TrashDays { get; set; } = 30;

    /// <summary>Memory of one comparison of two versions; it spills beyond.</summary>
    [Range(64, 65_536)]
    public int CompareMemoryMegabytes { get; set; } = 512;
}
