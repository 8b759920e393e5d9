using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using MLHub.Core.Workspaces;

namespace MLHub.Tests.Workspaces;

internal enum ThingKind
{
    Workspace,
    Dataset,
    Model,
    Experiment,
    Run,

    /// <summary>A job about a dataset: whoever was let in to the dataset sees it.</summary>
    DatasetJob,
}

internal enum ThingState
{
    Private,
    Public,
    Deleted,
}

/// <summary>One action of the matrix: a route with the role that it declares.</summary>
internal sealed record MatrixRoute(string Method, string Template, WorkspaceRole Role, RoutePattern Pattern)
{
    /// <summary>Routes about something that belongs to one person, not to a role; they have tests of their own.</summary>
    private static readonly string[] Elsewhere = ["/uploads"];

    /// <summary>Deleting and stopping is for managers, and for whoever made the thing.</summary>
    private static readonly string[] ForCreators =
    [
        "DELETE /api/v1/datasets/{datasetId:guid}", "DELETE /api/v1/datasets/{datasetId:guid}/versions/{number:int}", "DELETE /api/v1/models/{modelId:guid}", "DELETE /api/v1/experiments/{experimentId:guid}", "DELETE /api/v1/runs/{runId:guid}",
        "POST /api/v1/runs/{runId:guid}/cancel", "POST /api/v1/runs/{runId:guid}/finish", "POST /api/v1/jobs/{jobId:guid}/cancel",
    ];

    public static bool IsTestedElsewhere(string template) => Elsewhere.Any(e => template.Contains(e, StringComparison.Ordinal));

    public ThingKind Kind =>
        Template.Contains("/datasets/{", StringComparison.Ordinal) ? ThingKind.Dataset
        : Template.Contains("/models/{", StringComparison.Ordinal) ? ThingKind.Model
        : Template.Contains("/experiments/{", StringComparison.Ordinal) ? ThingKind.Experiment
        : Template.Contains("/runs/", StringComparison.Ordinal) ? ThingKind.Run
        : Template.Contains("/jobs/{", StringComparison.Ordinal) ? ThingKind.DatasetJob
        : ThingKind.Workspace;

    public IEnumerable<ThingState> States => Kind switch
    {
        ThingKind.Dataset or ThingKind.Model => [ThingState.Private, ThingState.Public, ThingState.Deleted],
        // Taking something back from the trash is about what is deleted.
        ThingKind.Run when Template.EndsWith("/restore", StringComparison.Ordinal) => [ThingState.Private],
        ThingKind.Experiment or ThingKind.Run => [ThingState.Private, ThingState.Deleted],
        _ => [ThingState.Private],
    };

    /// <summary>Everybody may leave, but only managers send others away; the one in the address is somebody else.</summary>
    public WorkspaceRole RoleForOthers => Pattern.Parameters.Any(p => p.Name == "userId") ? WorkspaceRole.Manager : Role;

    public bool NeedsCreator => ForCreators.Contains($"{Method} {Template}");

    /// <summary>Who else is there is for members and collaborators.</summary>
    public bool IsForInsiders => Method == "GET" && (Template.EndsWith("/collaborators", StringComparison.Ordinal) || Template.EndsWith("/readers", StringComparison.Ordinal) || Template.EndsWith("/members", StringComparison.Ordinal));

    /// <summary>The file of a model holds rows of its training data: whoever is no member may ask the model, but not carry it away.</summary>
    public bool IsForMembers => Kind == ThingKind.Model && Template.EndsWith("/download", StringComparison.Ordinal);

    /// <summary>Whoever may read it makes a new dataset by this, which takes an editor of the workspace.</summary>
    public bool AddsDataset => Template.EndsWith("/batch-predict", StringComparison.Ordinal);

    /// <summary>Parts of a thing that this one does not have: a metric, an invitation, a collaborator.</summary>
    public bool MayFindNothing => Pattern.Parameters.Count > 1 || Template.EndsWith("/evaluation", StringComparison.Ordinal) || Template.EndsWith("/predictions", StringComparison.Ordinal) || Template.EndsWith("/train", StringComparison.Ordinal) || Template.EndsWith("}/search", StringComparison.Ordinal) || Template.EndsWith("/trials", StringComparison.Ordinal) || Template.EndsWith("/restore", StringComparison.Ordinal)
        || (Kind == ThingKind.Model && Template[(Template.LastIndexOf('/') + 1)..] is "batch-predict" or "compare");

    public string Fill(MatrixThings things) => "/" + string.Join('/', Pattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => Value(parameter, things),
        _ => "x",
    })))) + Query(things);

    /// <summary>An empty object: what is missing in it is found only after the caller was let in.</summary>
    public HttpContent? Body(MatrixThings things)
    {
        if (Method is "GET" or "DELETE")
        {
            return null;
        }

        if (Template.EndsWith("/workspaces/{workspaceId:guid}/datasets", StringComparison.Ordinal) || Template.EndsWith("/datasets/{datasetId:guid}/versions", StringComparison.Ordinal))
        {
            return new MultipartFormDataContent { { new StringContent("a,b\n1,2\n"), "file", "small.csv" } };
        }

        return new StringContent(Json(things), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
    }

    /// <summary>What a body must hold to be understood at all.</summary>
    private string Json(MatrixThings things) => Template[(Template.LastIndexOf('/') + 1)..] switch
    {
        "metrics" when Kind == ThingKind.Run => """{"points":[{"key":"a","value":1,"step":1}]}""",
        "parameters" when Kind == ThingKind.Run => """{"parameters":{"a":1}}""",
        "tags" when Kind == ThingKind.Run => """{"tags":{"a":"b"}}""",
        "batch-predict" => $$"""{"datasetId":"{{things.DatasetId}}"}""",
        _ => "{}",
    };

    private string Query(MatrixThings things) => Template switch
    {
        _ when Template.Contains("/diff", StringComparison.Ordinal) => "?from=1&to=1",
        _ when Template.EndsWith("/pairs", StringComparison.Ordinal) => "?x=a&y=a",
        _ when Template.EndsWith("/models/{modelId:guid}/compare", StringComparison.Ordinal) => "?versions=1",
        _ when Template.EndsWith("/runs/compare", StringComparison.Ordinal) => $"?ids={things.RunId:N}",
        _ => "",
    };

    private string Value(RoutePatternParameterPart parameter, MatrixThings things) => parameter.Name switch
    {
        "workspaceId" => $"{things.WorkspaceId:N}",
        "datasetId" => $"{things.DatasetId:N}",
        "modelId" => $"{things.ModelId:N}",
        "thingId" => $"{(Kind == ThingKind.Model ? things.ModelId : things.DatasetId):N}",
        "experimentId" => $"{things.ExperimentId:N}",
        "runId" => $"{things.RunId:N}",
        "jobId" => $"{things.JobId:N}",
        "alias" => "champion",
        _ when parameter.ParameterPolicies.Any(p => p.Content == "int") => "1",
        _ when parameter.ParameterPolicies.Any(p => p.Content == "guid") => "01998e2f4c3b7d21a5f08c9be0d41772",
        "format" => "svg",
        _ => "x",
    };
}

/// <summary>The things that a route is called about.</summary>
internal sealed record MatrixThings(Guid WorkspaceId, Guid DatasetId, Guid ModelId, Guid ExperimentId, Guid RunId, Guid JobId);

/// <summary>Somebody who calls.</summary>
/// <param name="Token"><c>null</c> for nobody.</param>
/// <param name="Member">Role in the workspace of the things.</param>
/// <param name="Grant">Role on the things themselves.</param>
internal sealed record MatrixCaller(string Name, string? Token, WorkspaceRole? Member, WorkspaceRole? Grant = null)
{
    public bool IsReadOnly { get; init; }

    /// <summary>The credential is limited to another workspace.</summary>
    public bool IsElsewhere { get; init; }
}
