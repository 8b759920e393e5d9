using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>Giving an account up: what goes, what stays, and what has to be handed over first.</summary>
public sealed class AccountDeletionTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _root = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _root = await _host.JoinAsync("Root");
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Nobody_signs_in_with_it_any_more_and_its_name_is_gone()
    {
        var token = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read" }, expiresInDays = 1 });
        await _ada.Http.ChangeAsync("users/me", new { bio = "Numbers and engines." });

        var wrong = await _ada.Http.SendAsync("users/me/delete", new { password = "not the password" });
        var deleted = await _ada.Http.SendAsync("users/me/delete", new { password = ApiHost.Password });

        Assert.Equal("WRONG_PASSWORD", wrong.Code);
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _ada.Http.ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(token.Body.Text("token")).ReadAsync("users/me")).Status);
        Assert.Equal("INVALID_CREDENTIALS", (await _host.Client().SendAsync("auth/login", new { email = _ada.Email, password = ApiHost.Password })).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await _root.Http.ReadAsync($"users/{_ada.Id:N}")).Status);
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var row = await db.Set<HubUser>().SingleAsync(u => u.Id == _ada.Id);
        Assert.DoesNotContain("ada", $"{row.Email} {row.UserName} {row.DisplayName} {row.Bio}", StringComparison.OrdinalIgnoreCase);
        Assert.False(await db.Set<Workspace>().AnyAsync(w => w.PersonalOf == _ada.Id));
    }

    [Fact]
    public async Task The_address_is_free_for_a_new_account()
    {
        await _ada.Http.SendAsync("users/me/delete", new { password = ApiHost.Password });

        var again = await _host.Client().SendAsync("auth/register", new { email = _ada.Email, password = ApiHost.Password, displayName = "Ada" });

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.NotEqual(_ada.Id.ToString("N"), again.Body.Text("user", "id"));
    }

    [Fact]
    public async Task A_workspace_that_others_work_in_is_handed_over_first()
    {
        var bob = await _host.JoinAsync("Bob");
        var team = (await _ada.Http.SendAsync("workspaces", new { name = "Team" })).Body.Text("id");
        await _ada.Http.ReplaceAsync($"workspaces/{team}/members", new { email = bob.Email, role = "editor" });

        var stranded = await _ada.Http.SendAsync("users/me/delete", new { password = ApiHost.Password });
        var still = await _ada.Http.ReadAsync("users/me");
        await _ada.Http.ReplaceAsync($"workspaces/{team}/members", new { email = bob.Email, role = "owner" });
        var handed = await _ada.Http.SendAsync("users/me/delete", new { password = ApiHost.Password });
        var members = await bob.Http.ReadAsync($"workspaces/{team}/members");

        Assert.Equal((HttpStatusCode.Conflict, "LAST_OWNER"), (stranded.Status, stranded.Code));
        Assert.Contains("Team", stranded.Body.Text("detail"));
        Assert.Equal(HttpStatusCode.OK, still.Status);
        Assert.Equal(HttpStatusCode.NoContent, handed.Status);
        Assert.Equal("Bob", members.Body.At("items").EnumerateArray().Single().Text("displayName"));
    }

    [Fact]
    public async Task The_only_administrator_stays()
    {
        var answer = await _root.Http.SendAsync("users/me/delete", new { password = ApiHost.Password });

        Assert.Equal((HttpStatusCode.Conflict, "LAST_ADMINISTRATOR"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_access_token_deletes_nothing()
    {
        var token = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read", "write" }, expiresInDays = 1 });

        var answer = await _host.Client(token.Body.Text("token")).SendAsync("users/me/delete", new { password = ApiHost.Password });

        Assert.Equal("SIGN_IN_NEEDED", answer.Code);
    }

    [Fact]
    public async Task Others_see_the_name_and_the_words_but_not_the_address()
    {
        await _ada.Http.ChangeAsync("users/me", new { bio = "Numbers and engines." });

        var seen = await _root.Http.ReadAsync($"users/{_ada.Id:N}");

        Assert.Equal("Numbers and engines.", seen.Body.Text("bio"));
        Assert.DoesNotContain("example.org", seen.Text);
    }
}
