using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;
using MLHub.Web.Api;

namespace MLHub.Tests.Workspaces;

/// <summary>
/// Who may do what, over every route of the API, as every kind of caller, on things that are private, public and deleted. The table of
/// actions is the list of endpoints itself, with the role that each one declares: a new route is in it without being named here.
/// </summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class AuthorisationMatrixTests : IAsyncLifetime
{
    private readonly StringBuilder _wrong = new();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private SceneHub _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await SceneHub.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Every_route_answers_every_caller_as_the_policy_says()
    {
        var routes = Routes().ToList();
        Assert.True(routes.Count > 60, "The routes of the API were not found.");

        foreach (var route in routes)
        {
            foreach (var state in route.States)
            {
                foreach (var caller in _stage.Scene.Callers)
                {
                    await TryAsync(route, state, caller);
                }
            }
        }

        var table = string.Join('\n', _counts.Select(c => $"{c.Value,6}  {c.Key}"));
        TestContext.Current.TestOutputHelper?.WriteLine(table);
        Directory.CreateDirectory(Repository.Artifacts);
        await File.WriteAllTextAsync(Path.Combine(Repository.Artifacts, "authorisation-matrix.txt"), $"{routes.Count} routes, {_counts.Values.Sum()} cases\n{table}\n");
        Assert.True(_wrong.Length == 0, _wrong.ToString());
    }

    private async Task TryAsync(MatrixRoute route, ThingState state, MatrixCaller caller)
    {
        // What changes things gets things of its own, so that no case depends on one before it.
        var things = route.Method == "GET" ? await _stage.Scene.SharedAsync(state) : await _stage.Scene.FreshAsync(state);
        var expected = Expected(route, state, caller);
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Fill(things)) { Content = route.Body(things) };
        if (caller.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var answer = await _stage.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = (int)answer.StatusCode;
        var isRight = expected is { } exact ? status == exact : status is not (401 or 403) && status < 500 && (status != 404 || route.MayFindNothing);
        var outcome = expected switch { 401 => "401 not signed in", 403 => "403 role too small", 404 => "404 does not exist for them", _ => "allowed" };
        var key = $"{caller.Name,-26} {state,-8} {outcome}";
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
        if (!isRight)
        {
            _wrong.AppendLine($"{route.Method} {route.Template} as {caller.Name} on {state}: {status} instead of {expected?.ToString() ?? "allowed"}");
        }
    }

    /// <returns>The status of the refusal; <c>null</c> when it is allowed.</returns>
    private static int? Expected(MatrixRoute route, ThingState state, MatrixCaller caller)
    {
        if (caller.Token is null)
        {
            return 401;
        }

        WorkspaceRole? role = caller.Member;
        if (route.Kind is ThingKind.Dataset or ThingKind.Model or ThingKind.DatasetJob)
        {
            role = Greatest(role, caller.Grant);
        }

        if (route.Kind is ThingKind.Dataset or ThingKind.Model && state == ThingState.Public && !caller.IsElsewhere)
        {
            role = Greatest(role, WorkspaceRole.Reader);
        }

        if (state == ThingState.Deleted || role is not { } known)
        {
            return 404;
        }

        if (caller.IsReadOnly)
        {
            known = (WorkspaceRole)Math.Min((int)known, (int)WorkspaceRole.Reader);
        }

        if ((route.IsForMembers && caller.Member is null) || (route.AddsDataset && (caller.IsReadOnly || caller.Member is null or < WorkspaceRole.Editor)))
        {
            return 403;
        }

        var needed = route.NeedsCreator && caller.Name != AuthorisationScene.Creator ? WorkspaceRole.Manager : route.RoleForOthers;
        var isOutsider = caller.Member is null && caller.Grant is null;
        return known < needed || (route.IsForInsiders && isOutsider) ? 403 : null;
    }

    private static WorkspaceRole? Greatest(WorkspaceRole? a, WorkspaceRole? b) => a is null ? b : b is null ? a : a > b ? a : b;

    private IEnumerable<MatrixRoute> Routes() =>
        from endpoint in ((IEndpointRouteBuilder)_stage.Hub.App).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let permission = endpoint.Metadata.GetMetadata<EndpointPermission>()
        let template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where permission?.Role is not null && template.StartsWith("/api/v1/", StringComparison.Ordinal) && !MatrixRoute.IsTestedElsewhere(template)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        orderby template, method
        select new MatrixRoute(method, template, permission.Role ?? WorkspaceRole.Owner, endpoint.RoutePattern);
}
