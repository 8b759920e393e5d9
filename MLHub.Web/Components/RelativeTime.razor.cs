using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>How long ago something was; the exact time on hover.</summary>
public sealed partial class RelativeTime(TimeProvider time)
{
    /// <summary>UTC.</summary>
    [Parameter, EditorRequired]
    public DateTime? At { get; set; }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
