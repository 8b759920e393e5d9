using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using MLHub.Tests.Support;
using MLHub.Web.Api;

namespace MLHub.Tests.Architecture;

/// <summary>No door is open by forgetting: the whole server is asked for all its endpoints.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    private InProcessHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await InProcessHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public void Every_api_endpoint_says_what_it_needs()
    {
        var api = Endpoints().Where(e => PathOf(e).StartsWith("/api/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(api);
        Assert.Empty(api.Where(e => e.Metadata.GetMetadata<EndpointPermission>() is null).Select(e => e.DisplayName));
    }

    [Fact]
    public void What_says_nothing_needs_a_signed_in_user_or_is_a_part_of_the_framework()
    {
        var open = Endpoints()
            .Where(e => e.Metadata.GetMetadata<EndpointPermission>() is null && e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Where(e => !IsAccountPage(e) && !IsFramework(e));

        Assert.Empty(open.Select(e => $"{e.DisplayName} {PathOf(e)}"));
    }

    [Fact]
    public void What_needs_somebody_is_not_open_to_anybody() =>
        Assert.Empty(Endpoints()
            .Where(e => e.Metadata.GetMetadata<EndpointPermission>() is { PublicReason: null } && e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => e.DisplayName));

    [Fact]
    public async Task Whoever_is_not_signed_in_is_turned_away_from_everything_that_is_not_public()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _hub.Address };
        var guarded = Endpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null).ToList();

        Assert.NotEmpty(guarded);
        foreach (var endpoint in guarded)
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "GET";
            using var request = new HttpRequestMessage(new HttpMethod(method), Filled(endpoint));
            using var answer = await http.SendAsync(request);
            var isTurnedAway = answer.StatusCode is HttpStatusCode.Unauthorized
                || (answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.ToString().Contains("/account/login", StringComparison.Ordinal));

            Assert.True(isTurnedAway, $"{method} {PathOf(endpoint)} answered {(int)answer.StatusCode} to nobody");
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints() => _hub.Get<EndpointDataSource>().Endpoints
        .Concat(((IEndpointRouteBuilder)_hub.App).DataSources.SelectMany(s => s.Endpoints)).OfType<RouteEndpoint>().Distinct();

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');

    private static string Filled(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: var policies } when policies.Any(p => p.Content == "int") => "1",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: var policies } when policies.Any(p => p.Content == "guid") => "01998e2f4c3b7d21a5f08c9be0d41772",
        _ => "x",
    }))));

    private static bool IsAccountPage(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type.Name is "LoginPage" or "TwoFactorPage" or "RegisterPage" or "ForgotPasswordPage" or "ResetPasswordPage" or "ConfirmEmailPage" or "ErrorPage" or "NotFoundPage";

    /// <summary>Scripts, styles and the framework's own files: the same for everybody.</summary>
    private static bool IsFramework(RouteEndpoint endpoint) =>
        endpoint.Metadata.Any(m => m.GetType().Name is "StaticAssetDescriptor" or "StaticAssetsEndpointDescriptor")
        || PathOf(endpoint).StartsWith("/_framework/", StringComparison.Ordinal)
        || PathOf(endpoint).StartsWith("/_content/", StringComparison.Ordinal);
}
