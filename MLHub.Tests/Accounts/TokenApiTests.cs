using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

public sealed class TokenApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_token_is_shown_once_and_only_its_hash_is_kept()
    {
        var made = await MakeAsync("read", "write");
        var token = made.Body.Text("token");
        var list = await _ada.Http.ReadAsync("users/me/tokens");

        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var row = await db.Set<PersonalAccessToken>().SingleAsync();

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Matches("^mlh_pat_[0-9A-Za-z]{10}_[0-9A-Za-z]{32}_[0-9a-f]{8}$", token);
        Assert.DoesNotContain(token, list.Text);
        Assert.Equal(32, row.Hash.Length);
        Assert.Equal(made.Body.Text("id"), list.Body.At("items", 0).Text("id"));
    }

    [Fact]
    public async Task A_reading_token_reads_and_does_not_write()
    {
        var client = _host.Client((await MakeAsync("read")).Body.Text("token"));

        var read = await client.ReadAsync("workspaces");
        var create = await client.SendAsync("workspaces", new { name = "X" });
        var rename = await client.ChangeAsync($"workspaces/{read.Body.At("items", 0).Text("id")}", new { name = "X" });

        Assert.Equal("reader", read.Body.At("items", 0).Text("myRole"));
        Assert.Equal(HttpStatusCode.Forbidden, create.Status);
        Assert.Equal(HttpStatusCode.Forbidden, rename.Status);
    }

    [Fact]
    public async Task A_token_of_one_workspace_sees_no_other()
    {
        var other = (await _ada.Http.SendAsync("workspaces", new { name = "Other" })).Body.Text("id");
        var only = (await _ada.Http.SendAsync("workspaces", new { name = "Only" })).Body.Text("id");
        var made = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read", "write" }, expiresInDays = 1, workspaceId = only });
        var client = _host.Client(made.Body.Text("token"));

        var list = await client.ReadAsync("workspaces");

        Assert.Equal(1, list.Body.At("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync($"workspaces/{only}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.ReadAsync($"workspaces/{other}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync("workspaces", new { name = "X" })).Status);
    }

    [Fact]
    public async Task A_token_cannot_be_limited_to_a_strangers_workspace()
    {
        var bob = await _host.JoinAsync("Bob");
        var foreign = (await bob.Http.ReadAsync("workspaces")).Body.At("items", 0).Text("id");

        var made = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read" }, expiresInDays = 1, workspaceId = foreign });

        Assert.Equal(HttpStatusCode.NotFound, made.Status);
    }

    [Fact]
    public async Task A_token_makes_no_tokens()
    {
        var client = _host.Client((await MakeAsync("read", "write")).Body.Text("token"));

        var answer = await client.SendAsync("users/me/tokens", new { name = "longer life", scopes = new[] { "read" }, expiresInDays = 365 });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("SIGN_IN_NEEDED", answer.Code);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        var made = await MakeAsync("read");
        var client = _host.Client(made.Body.Text("token"));
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("users/me")).Status);

        var revoked = await _ada.Http.RemoveAsync($"users/me/tokens/{made.Body.Text("id")}");

        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _ada.Http.RemoveAsync($"users/me/tokens/{made.Body.Text("id")}")).Status);
    }

    [Fact]
    public async Task A_strangers_token_cannot_be_revoked()
    {
        var made = await MakeAsync("read");
        var bob = await _host.JoinAsync("Bob");

        var answer = await bob.Http.RemoveAsync($"users/me/tokens/{made.Body.Text("id")}");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var client = _host.Client((await MakeAsync("read")).Body.Text("token"));

        _host.Time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task A_changed_or_mistyped_token_is_refused()
    {
        var token = (await MakeAsync("read")).Body.Text("token");
        var swapped = token[..20] + (token[20] == 'a' ? 'b' : 'a') + token[21..];

        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(swapped).ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(token[..^1]).ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client("mlh_pat_").ReadAsync("users/me")).Status);
    }

    [Theory]
    [InlineData("""{"name":"t","scopes":[],"expiresInDays":1}""", "scopes")]
    [InlineData("""{"name":"t","scopes":["admin"],"expiresInDays":1}""", "scopes")]
    [InlineData("""{"name":"t","scopes":["read"],"expiresInDays":366}""", "expiresInDays")]
    [InlineData("""{"name":"t","scopes":["read"],"expiresInDays":0}""", "expiresInDays")]
    [InlineData("""{"name":" ","scopes":["read"],"expiresInDays":1}""", "name")]
    public async Task An_impossible_token_names_the_field(string body, string field)
    {
        var answer = await _ada.Http.SendAsync("users/me/tokens", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.True(answer.Body.At("errors").Has(field), answer.Text);
    }

    private Task<HubAnswer> MakeAsync(params string[] scopes) => _ada.Http.SendAsync("users/me/tokens", new { name = "nightly job", scopes, expiresInDays = 30 });
}
