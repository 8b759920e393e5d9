using Microsoft.AspNetCore.Components;
using MLHub.Core.Jobs;

namespace MLHub.Web.Experiments;

public sealed partial class RunLog : ComponentBase
{
    /// <summary>Older lines are in the file that the API gives; the page stays light.</summary>
    private const int MaxLines = 1000;

    private JobLogLevel _least = JobLogLevel.Information;
    private bool _isFollowing = true;

    [Parameter, EditorRequired]
    public IReadOnlyList<JobLogLine> Lines { get; set; } = [];

    [Parameter]
    public int Height { get; set; } = 520;

    private List<JobLogLine> Shown => [.. Lines.Where(l => l.Level >= _least).TakeLast(MaxLines)];
}
