using System.Net;
using Microsoft.AspNetCore.Http;
using MLHub.Web.Api;

namespace MLHub.Tests.Api;

/// <summary>Whose pages may open a circuit.</summary>
public sealed class SameOriginCircuitsTests
{
    [Theory]
    [InlineData("hub.example.org", "https://hub.example.org", null, true)]
    [InlineData("hub.example.org:8443", "https://hub.example.org:8443", null, true)]
    [InlineData("hub.example.org:443", "https://hub.example.org", null, true)]
    [InlineData("localhost:5080", "http://localhost:5080", null, true)]
    [InlineData("localhost:5080", null, null, true)]
    [InlineData("hub.example.org", "https://evil.example", null, false)]
    [InlineData("hub.example.org", "https://hub.example.org.evil.example", null, false)]
    [InlineData("hub.example.org", "https://hub.example.org@evil.example", null, false)]
    [InlineData("hub.example.org", "https://hub.example.org:8443", null, false)]
    [InlineData("localhost:5080", "http://localhost:5081", null, false)]
    [InlineData("hub.example.org", "null", null, false)]
    [InlineData("hub.example.org", "file:///etc/passwd", null, false)]
    [InlineData("hub.example.org", "https://hub.example.org, https://evil.example", null, false)]
    // Behind a proxy that keeps the name of the public server to itself.
    [InlineData("10.0.0.7:8080", "https://hub.example.org", "hub.example.org", true)]
    [InlineData("10.0.0.7:8080", "https://evil.example", "hub.example.org", false)]
    public void The_origin_has_to_be_this_server(string host, string? origin, string? publicHost, bool isOurs)
    {
        var http = new DefaultHttpContext();
        http.Request.Host = new(host);
        http.Request.Headers.Origin = origin;

        Assert.Equal(isOurs, SameOriginCircuits.IsOurs(http.Request, publicHost));
    }

    [Theory]
    [InlineData("cross-site", false)]
    [InlineData("same-site", false)]
    [InlineData("same-origin", true)]
    [InlineData("none", true)]
    public void What_the_browser_says_of_the_site_counts_too(string site, bool isOurs)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["Sec-Fetch-Site"] = site;

        Assert.Equal(isOurs, SameOriginCircuits.IsOurs(http.Request, null));
    }

    [Fact]
    public async Task Another_sites_circuit_is_refused_before_anything_is_looked_at()
    {
        await using var host = await ApiHost.StartAsync();
        using var http = new HttpClient { BaseAddress = host.Address };

        async Task<HttpStatusCode> Negotiate(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
            request.Headers.Add("Origin", origin);
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Forbidden, await Negotiate("https://evil.example"));
        Assert.NotEqual(HttpStatusCode.Forbidden, await Negotiate(host.Address.GetLeftPart(UriPartial.Authority)));
    }
}
