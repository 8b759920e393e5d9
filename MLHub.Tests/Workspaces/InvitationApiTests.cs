using System.Net;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workspaces;

public sealed class InvitationApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;
    private Member _bob = null!;
    private string _workspace = "";

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync("Ada");
        _bob = await _host.JoinAsync("Bob");
        _workspace = (await _ada.Http.SendAsync("workspaces", new { name = "Team" })).Body.Text("id");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_link_lets_somebody_in_with_its_role_and_then_is_used_up()
    {
        var token = await LinkAsync(new { role = "editor" });
        var carla = await _host.JoinAsync("Carla");

        var offer = await _bob.Http.ReadAsync($"invitations/{token}");
        var accepted = await _bob.Http.SendAsync($"invitations/{token}/accept", null);
        var second = await carla.Http.SendAsync($"invitations/{token}/accept", null);

        Assert.Equal("Team", offer.Body.Text("workspaceName"));
        Assert.Equal("Ada", offer.Body.Text("invitedBy"));
        Assert.Equal(HttpStatusCode.OK, accepted.Status);
        Assert.Equal("editor", (await _bob.Http.ReadAsync($"workspaces/{_workspace}")).Body.Text("myRole"));
        Assert.Equal(HttpStatusCode.NotFound, second.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await carla.Http.ReadAsync($"workspaces/{_workspace}")).Status);
    }

    [Fact]
    public async Task Of_ten_people_at_once_a_link_for_three_lets_in_three()
    {
        var token = await LinkAsync(new { role = "reader", maxUses = 3 });
        var people = new List<Member>();
        for (var i = 0; i < 10; i++)
        {
            people.Add(await _host.JoinAsync($"P{i}"));
        }

        var answers = await Task.WhenAll(people.Select(p => p.Http.SendAsync($"invitations/{token}/accept", null)));

        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.NotFound));
        Assert.Equal(4, (await _ada.Http.ReadAsync($"workspaces/{_workspace}/members")).Body.At("items").GetArrayLength());
    }

    [Fact]
    public async Task Expired_revoked_renewed_and_invented_links_open_nothing_and_look_alike()
    {
        var expired = await LinkAsync(new { role = "reader", expiresInDays = 1 });
        _host.Time.Advance(TimeSpan.FromDays(2));
        _ada = await SignInAgainAsync(_ada);
        _bob = await SignInAgainAsync(_bob);
        var revoked = await LinkAsync(new { role = "reader" });
        var pending = await _ada.Http.ReadAsync($"workspaces/{_workspace}/invitations");
        await _ada.Http.RemoveAsync($"workspaces/{_workspace}/invitations/{pending.Body.At("items", 0).Text("id")}");
        var old = await LinkAsync(new { role = "reader" });
        var renewed = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations/{old[..32]}/renew", null);

        var answers = new[] { expired, revoked, old, new string('0', 64), old[..63] + (old[63] == 'x' ? 'y' : 'x') };
        foreach (var token in answers)
        {
            var answer = await _bob.Http.SendAsync($"invitations/{token}/accept", null);

            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal("NO_SUCH_INVITATION", answer.Code);
        }

        Assert.Equal(HttpStatusCode.OK, (await _bob.Http.SendAsync($"invitations/{TokenOf(renewed)}/accept", null)).Status);
    }

    [Fact]
    public async Task An_invitation_by_mail_is_for_that_address_alone()
    {
        var invited = await _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", new { email = "Dora@Example.org", role = "manager" });
        var dora = await JoinAsAsync("dora@example.org");

        var forwarded = await _bob.Http.SendAsync($"invitations/{TokenOf(invited)}/accept", null);
        var own = await dora.SendAsync($"invitations/{TokenOf(invited)}/accept", null);

        Assert.Equal("OTHER_EMAIL", forwarded.Code);
        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.Equal("manager", (await dora.ReadAsync($"workspaces/{_workspace}")).Body.Text("myRole"));
    }

    [Fact]
    public async Task Somebody_who_is_in_already_keeps_the_greater_role_and_uses_nothing_up()
    {
        await _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", new { email = _bob.Email, role = "manager" });
        var token = await LinkAsync(new { role = "reader" });

        var answer = await _bob.Http.SendAsync($"invitations/{token}/accept", null);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("manager", (await _bob.Http.ReadAsync($"workspaces/{_workspace}")).Body.Text("myRole"));
        Assert.Equal(0, (await _ada.Http.ReadAsync($"workspaces/{_workspace}/invitations")).Body.At("items", 0).At("uses").GetInt32());
    }

    [Fact]
    public async Task Only_managers_invite_and_nobody_invites_owners_or_above_themselves()
    {
        await _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", new { email = _bob.Email, role = "editor" });

        var byEditor = await _bob.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "reader" });
        var owner = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "owner" });
        var none = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { });
        var forever = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "reader", expiresInDays = 4000 });
        var nonsense = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "reader", email = "no address" });

        Assert.Equal(HttpStatusCode.Forbidden, byEditor.Status);
        Assert.Equal(["BAD_ROLE", "BAD_ROLE", "BAD_EXPIRY", "BAD_EMAIL"], [owner.Code, none.Code, forever.Code, nonsense.Code]);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("left")]
    [InlineData("demoted")]
    [InlineData("deleted")]
    public async Task A_manager_who_is_none_any_more_lets_nobody_in_by_links_made_before(string how)
    {
        var member = new { email = _bob.Email, role = "manager" };
        await _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", member);
        var token = TokenOf(await _bob.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "manager", maxUses = 5 }));
        var others = await LinkAsync(new { role = "reader", maxUses = 5 });
        var carla = await _host.JoinAsync("Carla");

        var done = how switch
        {
            "removed" => await _ada.Http.RemoveAsync($"workspaces/{_workspace}/members/{_bob.Id}"),
            "left" => await _bob.Http.RemoveAsync($"workspaces/{_workspace}/members/{_bob.Id}"),
            "demoted" => await _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", member with { role = "editor" }),
            _ => await _bob.Http.SendAsync("users/me/delete", new { password = ApiHost.Password }),
        };
        var answer = await carla.Http.SendAsync($"invitations/{token}/accept", null);

        Assert.True((int)done.Status is 200 or 204, done.Text);
        Assert.Equal("NO_SUCH_INVITATION", answer.Code);
        Assert.Equal(HttpStatusCode.OK, (await carla.Http.SendAsync($"invitations/{others}/accept", null)).Status);
    }

    [Fact]
    public async Task Secrets_of_links_are_not_kept()
    {
        var token = await LinkAsync(new { role = "reader" });

        var list = await _ada.Http.ReadAsync($"workspaces/{_workspace}/invitations");
        var log = await _ada.Http.ReadAsync($"workspaces/{_workspace}/audit");

        Assert.DoesNotContain(token[32..], list.Text + log.Text, StringComparison.Ordinal);
        Assert.Contains("invitation.create", log.Text, StringComparison.Ordinal);
    }

    private async Task<string> LinkAsync(object body)
    {
        var made = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", body);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        return TokenOf(made);
    }

    private static string TokenOf(HubAnswer made) => made.Body.Text("link").Split('/')[^1];

    private async Task<HttpClient> JoinAsAsync(string email)
    {
        var client = _host.Client();
        var answer = await client.SendAsync("auth/register", new { email, password = ApiHost.Password, displayName = "Dora" });
        return _host.Client(answer.Body.Text("accessToken"));
    }

    private async Task<Member> SignInAgainAsync(Member member)
    {
        var answer = await _host.Client().SendAsync("auth/login", new { email = member.Email, password = ApiHost.Password });
        return member with { Http = _host.Client(answer.Body.Text("accessToken")) };
    }
}
