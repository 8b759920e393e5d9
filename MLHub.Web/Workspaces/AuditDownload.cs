using System.Globalization;
using System.Text;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Workspaces;

/// <summary>The audit log of a workspace as a file for whoever manages it; the API takes no cookies.</summary>
internal static class AuditDownload
{
    public static IEndpointRouteBuilder MapAuditDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/w/{slug}/audit.csv", GetAsync).Needs(WorkspaceRole.Manager).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    private static async Task<IResult> GetAsync(string slug, string? q, Caller caller, WorkspaceService workspaces, WorkspaceAuditService audit, CancellationToken cancellationToken)
    {
        try
        {
            var workspace = await workspaces.GetBySlugAsync(caller.Actor, slug, cancellationToken);
            var first = await audit.ListAsync(caller.Actor, workspace.Id, q, new(PageRequest.MaxSize), cancellationToken);
            return Results.Stream(
                target => WriteAsync(target, first, token => audit.ListAsync(caller.Actor, workspace.Id, q, new(PageRequest.MaxSize, token), cancellationToken), cancellationToken),
                "text/csv; charset=utf-8",
                $"audit-{slug}.csv");
        }
        catch (HubException refused)
        {
            return refused.Refusal == Refusal.NotFound ? Results.NotFound() : Results.Text(refused.Message, statusCode: StatusCodes.Status403Forbidden);
        }
    }

    private static async Task WriteAsync(Stream target, Page<AuditView> page, Func<string, Task<Page<AuditView>>> next, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false));
        await writer.WriteLineAsync("at,actor,actorId,by,credentialId,action,subjectId,detail".AsMemory(), cancellationToken);
        while (true)
        {
            foreach (var e in page.Items)
            {
                var cells = new[] { e.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), e.ActorName, e.ActorId.ToString("N"), e.ActorKind.ToString().ToLowerInvariant(), e.CredentialId?.ToString("N"), e.Action, e.SubjectId?.ToString("N"), e.Detail };
                await writer.WriteLineAsync(string.Join(',', cells.Select(Cell)).AsMemory(), cancellationToken);
            }

            if (page.NextPageToken is not { } token)
            {
                return;
            }

            page = await next(token);
        }
    }

    /// <summary>Names are typed by people: what a spreadsheet would run as a formula is made harmless.</summary>
    private static string Cell(string? text)
    {
        var safe = FormulaGuard.Protect(text ?? "");
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
