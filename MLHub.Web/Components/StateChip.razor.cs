using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>A state in the same colour, icon and word everywhere; never by colour alone.</summary>
public sealed partial class StateChip
{
    /// <summary>The state's name as over REST: <c>queued</c>, <c>running</c>, <c>finished</c> …</summary>
    [Parameter, EditorRequired]
    public string State { get; set; } = "";

    private (string Colour, string? Icon, string Word) Look => State switch
    {
        "queued" => ("amber", HubIcons.Clock, "Queued"),
        "running" => ("blue", null, "Running"),
        "stopping" => ("blue", null, "Stopping"),
        "importing" => ("blue", null, "Importing"),
        "finished" => ("green", HubIcons.Done, "Finished"),
        "succeeded" => ("green", HubIcons.Done, "Succeeded"),
        "ready" => ("green", HubIcons.Done, "Ready"),
        "failed" => ("red", HubIcons.Failed, "Failed"),
        "cancelled" => ("stripe", HubIcons.Ban, "Cancelled"),
        "lost" => ("purple", HubIcons.Alert, "Lost"),
        _ => ("", HubIcons.Info, State),
    };
}
