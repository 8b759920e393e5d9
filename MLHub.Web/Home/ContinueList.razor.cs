using Microsoft.AspNetCore.Components;
using MLHub.Core.Home;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

/// <summary>What somebody opened last, to go on with.</summary>
public sealed partial class ContinueList : ComponentBase
{
    [Parameter, EditorRequired]
    public IReadOnlyList<VisitView> Visits { get; set; } = [];

    private static string Icon(VisitKind kind) => kind switch
    {
        VisitKind.Dataset => HubIcons.Database,
        VisitKind.Experiment => HubIcons.Flask,
        VisitKind.Run => HubIcons.Play,
        _ => HubIcons.Cube,
    };

    private static string Word(VisitKind kind) => kind.ToString().ToLowerInvariant();

    private static string Href(VisitView visit) => visit.Kind switch
    {
        VisitKind.Dataset => HubRoutes.Dataset(visit.Id),
        VisitKind.Experiment => HubRoutes.Experiment(visit.Id),
        VisitKind.Run => HubRoutes.Run(visit.Id),
        _ => HubRoutes.Model(visit.Id),
    };
}
