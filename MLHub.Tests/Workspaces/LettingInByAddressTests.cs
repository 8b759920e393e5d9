using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Mail;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workspaces;

/// <summary>Letting people in by address on a server that sends mail: to whoever has the mailbox, and not a flood of it.</summary>
public sealed class LettingInByAddressTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;
    private Member _bob = null!;
    private string _workspace = "";

    public async ValueTask InitializeAsync()
    {
        // Nobody listens there: the mail stays in the outbox, where it is counted.
        _host = await ApiHost.StartAsync(new()
        {
            ["MLHub:PublicBaseUrl"] = "https://hub.example.org",
            ["MLHub:Mail:Host"] = "127.0.0.1",
            ["MLHub:Mail:Port"] = "9",
            ["MLHub:Mail:From"] = "mlhub@example.org",
        });
        _ada = await _host.JoinAsync();
        _bob = await _host.JoinAsync("Bob");
        _workspace = (await _ada.Http.SendAsync("workspaces", new { name = "Team" })).Body.Text("id");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_account_whose_address_was_never_confirmed_is_invited_by_mail_and_not_let_in()
    {
        var answer = await PutBobAsync("editor");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bob.Http.ReadAsync($"workspaces/{_workspace}")).Status);
        Assert.Equal(1, await InvitationsInOutboxAsync(_bob.Email));
    }

    [Fact]
    public async Task A_confirmed_account_is_let_in_at_once_and_a_member_changes_role_however_they_came()
    {
        await ConfirmBobAsync(true);
        var added = await PutBobAsync("editor");
        await ConfirmBobAsync(false);
        var changed = await PutBobAsync("reader");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [added.Status, changed.Status]);
        Assert.Equal("reader", (await _bob.Http.ReadAsync($"workspaces/{_workspace}")).Body.Text("myRole"));
    }

    [Fact]
    public async Task One_mailbox_gets_three_invitations_an_hour_from_one_person_renewed_or_made_anew()
    {
        var made = await InviteAsync("grace@example.org");
        var id = made.Body.Text("id");
        var renewed = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations/{id}/renew", null);
        await _ada.Http.RemoveAsync($"workspaces/{_workspace}/invitations/{id}");
        var third = await InviteAsync("Grace@example.org");

        var fourth = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations/{third.Body.Text("id")}/renew", null);
        var another = await InviteAsync("alan@example.org");
        var link = await _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "reader" });

        Assert.All([made, renewed, third, another, link], a => Assert.True((int)a.Status is 200 or 201, a.Text));
        Assert.Equal((HttpStatusCode.TooManyRequests, "TOO_MANY_MAILS"), (fourth.Status, fourth.Code));
        Assert.Equal(3, await InvitationsInOutboxAsync("grace@example.org"));
    }

    [Fact]
    public async Task One_person_sends_fifty_invitations_an_hour_over_all_their_workspaces()
    {
        var other = (await _ada.Http.SendAsync("workspaces", new { name = "Other" })).Body.Text("id");
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(HttpStatusCode.Created, (await InviteAsync($"p{i}@example.org")).Status);
        }

        var refused = await _ada.Http.SendAsync($"workspaces/{other}/invitations", new { role = "reader", email = "p50@example.org" });

        Assert.Equal("TOO_MANY_MAILS", refused.Code);
        Assert.Equal("3600", refused.Headers["Retry-After"]);
    }

    private Task<HubAnswer> PutBobAsync(string role) => _ada.Http.ReplaceAsync($"workspaces/{_workspace}/members", new { email = _bob.Email, role });

    private Task<HubAnswer> InviteAsync(string email) => _ada.Http.SendAsync($"workspaces/{_workspace}/invitations", new { role = "reader", email });

    private async Task ConfirmBobAsync(bool isConfirmed)
    {
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        await db.Set<HubUser>().Where(u => u.Id == _bob.Id).ExecuteUpdateAsync(s => s.SetProperty(u => u.EmailConfirmed, isConfirmed));
    }

    private async Task<int> InvitationsInOutboxAsync(string to)
    {
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var contents = await db.Set<OutgoingMail>().Where(m => EF.Functions.Like(m.To, to)).Select(m => m.Content!).ToListAsync();
        return contents.Count(c => _host.Get<Outbox>().TextOf(c).Subject.Contains("invites you", StringComparison.Ordinal));
    }
}
