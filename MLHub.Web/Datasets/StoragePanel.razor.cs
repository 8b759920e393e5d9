using Microsoft.AspNetCore.Components;
using MLHub.Core.Usage;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>Storage of a workspace by what it is used for.</summary>
public sealed partial class StoragePanel : ComponentBase
{
    [Parameter, EditorRequired]
    public required StorageReport Report { get; set; }

    private IReadOnlyList<(string Word, long Bytes, string Tone)> Parts =>
    [
        ("Tables", Report.RowBytes, "tables"),
        ("Uploaded files", Report.OriginalBytes, "files"),
        ("Models", Report.ModelBytes, "models"),
        ("Trash", Report.TrashBytes, "trash"),
    ];

    private long All => Parts.Sum(p => p.Bytes);

    private string Words => string.Join(", ", Parts.Select(p => $"{p.Word} {Format.Bytes(p.Bytes)}"));
}
