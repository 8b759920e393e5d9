using System.Net;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workspaces;

public sealed class WorkspaceApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;
    private Member _bob = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync("Ada");
        _bob = await _host.JoinAsync("Bob");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_workspace_is_made_read_changed_and_deleted()
    {
        var made = await _ada.Http.SendAsync("workspaces", new { name = "Churn team", description = "Who leaves?", visibility = "private" });
        var id = made.Body.Text("id");
        var changed = await _ada.Http.ChangeAsync($"workspaces/{id}", new { name = "Growth", description = "", visibility = "public" });
        var read = await _ada.Http.ReadAsync($"workspaces/{id}");
        var deleted = await _ada.Http.RemoveAsync($"workspaces/{id}");

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.EndsWith($"/api/v1/workspaces/{id}", made.Headers["Location"]);
        Assert.Equal("churn-team", made.Body.Text("slug"));
        Assert.Equal("owner", made.Body.Text("myRole"));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal("Growth", read.Body.Text("name"));
        Assert.Equal("public", read.Body.Text("visibility"));
        Assert.False(read.Body.Has("description"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _ada.Http.ReadAsync($"workspaces/{id}")).Status);
    }

    [Fact]
    public async Task Nobody_leaves_their_personal_workspace_even_when_somebody_else_owns_it_too()
    {
        var own = (await _ada.Http.ReadAsync("workspaces")).Body.At("items", 0).Text("id");
        await _ada.Http.ReplaceAsync($"workspaces/{own}/members", new { email = _bob.Email, role = "owner" });

        var left = await _ada.Http.RemoveAsync($"workspaces/{own}/members/{_ada.Id}");
        var removed = await _bob.Http.RemoveAsync($"workspaces/{own}/members/{_ada.Id}");
        var demoted = await _bob.Http.ReplaceAsync($"workspaces/{own}/members", new { email = _ada.Email, role = "reader" });
        var guest = await _bob.Http.RemoveAsync($"workspaces/{own}/members/{_bob.Id}");

        Assert.Equal(["PERSONAL_WORKSPACE", "PERSONAL_WORKSPACE", "PERSONAL_WORKSPACE"], [left.Code, removed.Code, demoted.Code]);
        Assert.Equal(HttpStatusCode.NoContent, guest.Status);
        Assert.Equal(own, (await _ada.Http.ReadAsync("workspaces")).Body.At("items", 0).Text("id"));
    }

    [Fact]
    public async Task Two_workspaces_of_one_name_get_two_addresses()
    {
        var first = await _ada.Http.SendAsync("workspaces", new { name = "Lab" });
        var second = await _bob.Http.SendAsync("workspaces", new { name = "Lab" });

        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.NotEqual(first.Body.Text("slug"), second.Body.Text("slug"));
    }

    [Fact]
    public async Task A_foreign_workspace_and_a_missing_one_answer_the_same_to_everything()
    {
        var foreign = await NewAsync();
        var missing = Guid.CreateVersion7().ToString("N");

        foreach (var (method, path, body) in Calls())
        {
            var first = await _bob.Http.CallAsync(method, path.Replace("ID", foreign), body);
            var second = await _bob.Http.CallAsync(method, path.Replace("ID", missing), body);

            Assert.Equal(HttpStatusCode.NotFound, first.Status);
            Assert.Equal(Problems.WithoutTrace(first), Problems.WithoutTrace(second));
        }
    }

    [Fact]
    public async Task What_each_role_may_is_as_documented()
    {
        var id = await NewAsync();

        foreach (var (role, mayEdit, maySeeAudit) in new[] { ("reader", false, false), ("editor", false, false), ("manager", true, true) })
        {
            var put = await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role });

            Assert.Equal(role, put.Body.Text("role"));
            Assert.Equal(HttpStatusCode.OK, (await _bob.Http.ReadAsync($"workspaces/{id}/members")).Status);
            Assert.Equal(mayEdit ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await _bob.Http.ChangeAsync($"workspaces/{id}", new { name = $"By {role}" })).Status);
            Assert.Equal(maySeeAudit ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await _bob.Http.ReadAsync($"workspaces/{id}/audit")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await _bob.Http.RemoveAsync($"workspaces/{id}")).Status);
        }
    }

    [Fact]
    public async Task A_manager_makes_no_owner_and_removes_none()
    {
        var id = await NewAsync();
        await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role = "manager" });

        var promote = await _bob.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role = "owner" });
        var demote = await _bob.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _ada.Email, role = "reader" });
        var remove = await _bob.Http.RemoveAsync($"workspaces/{id}/members/{_ada.Id:N}");

        Assert.All([promote, demote, remove], a => Assert.Equal("OWNER_NEEDED", a.Code));
    }

    [Fact]
    public async Task The_last_owner_can_neither_leave_nor_step_down()
    {
        var id = await NewAsync();

        var leave = await _ada.Http.RemoveAsync($"workspaces/{id}/members/{_ada.Id:N}");
        var stepDown = await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _ada.Email, role = "reader" });

        Assert.Equal(HttpStatusCode.Conflict, leave.Status);
        Assert.Equal("LAST_OWNER", leave.Code);
        Assert.Equal("LAST_OWNER", stepDown.Code);
    }

    [Fact]
    public async Task When_both_owners_leave_at_once_one_stays()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await NewAsync();
            await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role = "owner" });

            var left = await Task.WhenAll(
                _ada.Http.RemoveAsync($"workspaces/{id}/members/{_ada.Id:N}"),
                _bob.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role = "reader" }));

            Assert.Equal(1, left.Count(a => a.Status is HttpStatusCode.NoContent or HttpStatusCode.OK));
            Assert.Equal(1, left.Count(a => a.Status == HttpStatusCode.Conflict && a.Code == "LAST_OWNER"));
        }
    }

    [Fact]
    public async Task A_member_can_leave_and_then_sees_nothing()
    {
        var id = await NewAsync();
        await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = _bob.Email, role = "reader" });

        var left = await _bob.Http.RemoveAsync($"workspaces/{id}/members/{_bob.Id:N}");

        Assert.Equal(HttpStatusCode.NoContent, left.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bob.Http.ReadAsync($"workspaces/{id}")).Status);
    }

    [Fact]
    public async Task An_unknown_email_is_invited()
    {
        var id = await NewAsync();

        var answer = await _ada.Http.ReplaceAsync($"workspaces/{id}/members", new { email = "nobody@example.org", role = "reader" });

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("nobody@example.org", answer.Body.Text("email"));
        Assert.Equal("reader", answer.Body.Text("role"));
        Assert.Contains("/invitations/", answer.Body.Text("link"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_personal_workspace_stays()
    {
        var personal = (await _ada.Http.ReadAsync("workspaces")).Body.At("items", 0).Text("id");

        var answer = await _ada.Http.RemoveAsync($"workspaces/{personal}");

        Assert.Equal("PERSONAL_WORKSPACE", answer.Code);
    }

    [Fact]
    public async Task The_audit_log_says_who_did_what_with_which_credential()
    {
        var id = await NewAsync();
        var pat = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read", "write" }, expiresInDays = 1 });
        await _host.Client(pat.Body.Text("token")).ChangeAsync($"workspaces/{id}", new { name = "Renamed" });

        var log = await _ada.Http.ReadAsync($"workspaces/{id}/audit?pageSize=1");
        var rest = await _ada.Http.ReadAsync($"workspaces/{id}/audit?pageSize=1&pageToken={log.Body.Text("nextPageToken")}");

        var newest = log.Body.At("items", 0);
        Assert.Equal("workspace.update", newest.Text("action"));
        Assert.Equal("token", newest.Text("actor", "kind"));
        Assert.Equal(pat.Body.Text("id"), newest.Text("actor", "credentialId"));
        Assert.Equal("Ada", newest.Text("actor", "name"));
        Assert.Equal("workspace.create", rest.Body.At("items", 0).Text("action"));
    }

    private async Task<string> NewAsync() => (await _ada.Http.SendAsync("workspaces", new { name = "Team" })).Body.Text("id");

    private (HttpMethod, string, object?)[] Calls() =>
    [
        (HttpMethod.Get, "workspaces/ID", null),
        (HttpMethod.Patch, "workspaces/ID", new { name = "Mine" }),
        (HttpMethod.Delete, "workspaces/ID", null),
        (HttpMethod.Get, "workspaces/ID/members", null),
        (HttpMethod.Put, "workspaces/ID/members", new { email = _bob.Email, role = "owner" }),
        (HttpMethod.Delete, $"workspaces/ID/members/{_bob.Id:N}", null),
        (HttpMethod.Get, "workspaces/ID/audit", null),
    ];
}
