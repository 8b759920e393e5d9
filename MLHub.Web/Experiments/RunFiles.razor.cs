using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;

namespace MLHub.Web.Experiments;

public sealed partial class RunFiles : ComponentBase
{
    private const long MaxPreviewBytes = 5_000_000;

    [Parameter, EditorRequired]
    public Guid RunId { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<ArtifactEntry> Entries { get; set; } = [];

    [Parameter]
    public string? Folder { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public EventCallback<string> OnRemove { get; set; }

    private IEnumerable<(string Name, string Path)> Crumbs
    {
        get
        {
            var parts = Folder!.Split('/');
            return parts.Select((p, i) => (p, string.Join('/', parts.Take(i + 1))));
        }
    }

    private string Address(string folder) => $"/runs/{RunId:N}?tab=files&folder={Uri.EscapeDataString(folder)}";

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
