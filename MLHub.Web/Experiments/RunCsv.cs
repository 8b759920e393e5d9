using System.Text;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Experiments;

/// <summary>Runs as a file for whoever is signed in to the browser: those that match, or the chosen ones, with all they have.</summary>
internal static class RunCsv
{
    public static string Address(Guid experimentId, string filter, string sort, IEnumerable<Guid> only) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(
            $"/experiments/{experimentId:N}/runs.csv",
            new Dictionary<string, string?> { ["f"] = filter, ["s"] = sort, ["ids"] = RunIds.Write(only) }.Where(q => !string.IsNullOrEmpty(q.Value)));

    public static IEndpointRouteBuilder MapRunCsv(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/experiments/{experimentId:guid}/runs.csv", GetAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    private static async Task<IResult> GetAsync(Guid experimentId, Caller caller, RunSearch search, ExperimentService experiments, CancellationToken cancellationToken, string? f = null, string? s = null, string? ids = null)
    {
        try
        {
            var experiment = await experiments.GetAsync(caller.Actor, experimentId, cancellationToken);
            var fields = await search.FieldsAsync(caller.Actor, experimentId, f, cancellationToken);
            var listed = await search.ListAsync(caller.Actor, experimentId, f, s, [], null, cancellationToken);
            var only = RunIds.Parse(ids).ToHashSet();
            List<Guid> wanted = [.. listed.Runs.Select(r => r.Id).Where(id => only.Count == 0 || only.Contains(id))];
            List<RunColumn> columns =
            [
                .. new[] { "state", "algorithm", "dataset", "duration", "created", "user", "source", "note" }
                    .Concat(fields.Metrics.Select(m => $"metric.{m.Key}")).Concat(fields.Parameters.Select(p => $"param.{p.Key}")).Concat(fields.Tags.Select(t => $"tag.{t.Key}"))
                    .Select(RunColumn.Find).OfType<RunColumn>(),
            ];
            return Results.Stream(
                target => WriteAsync(target, columns, wanted, part => search.ByIdsAsync(caller.Actor, experimentId, part, null, cancellationToken), cancellationToken), "text/csv", $"{Slug.From(experiment.Name)}-runs.csv");
        }
        catch (HubException refused)
        {
            return refused.Refusal == Refusal.NotFound ? Results.NotFound() : Results.Text(refused.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    private static async Task WriteAsync(Stream target, List<RunColumn> columns, List<Guid> ids, Func<IReadOnlyList<Guid>, Task<IReadOnlyList<RunView>>> readAsync, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await writer.WriteLineAsync(string.Join(',', columns.Select(c => Cell(c.Name)).Prepend("name").Prepend("id")));
        foreach (var part in ids.Chunk(200))
        {
            foreach (var run in await readAsync(part))
            {
                await writer.WriteLineAsync(string.Join(',', columns.Select(c => Cell(c.Exact(run))).Prepend(Cell(run.Name)).Prepend(run.Id.ToString("N"))));
            }

            await writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>A text that a spreadsheet would run as a formula gets an apostrophe before it.</summary>
    internal static string Cell(string text)
    {
        var safe = FormulaGuard.Protect(text);
        return safe.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
