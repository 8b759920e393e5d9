using System.Net;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Tests.Api;

namespace MLHub.Tests.Accounts;

/// <summary>A server that sends no mail says so, and its administrator helps.</summary>
public sealed class RecoveryWithoutMailTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Actor _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _admin = (await _host.JoinAsync("Ada")).Actor with { IsAdministrator = true };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_needs_mail_says_that_there_is_none()
    {
        var bob = await _host.JoinAsync("Bob");

        var page = await _host.Browser().GetStringAsync("/account/forgot");
        var reset = await Assert.ThrowsAsync<HubException>(() => _host.Get<RecoveryService>().RequestAsync(bob.Email, CancellationToken.None));
        var confirm = await Assert.ThrowsAsync<HubException>(() => _host.Get<EmailService>().SendConfirmationAsync(bob.Actor, CancellationToken.None));
        var change = await Assert.ThrowsAsync<HubException>(() => _host.Get<EmailService>().RequestChangeAsync(bob.Actor, "b@example.org", ApiHost.Password, CancellationToken.None));

        Assert.Contains("This server sends no mail", page);
        Assert.All([reset, confirm, change], refused => Assert.Equal("NO_MAIL", refused.Code));
    }

    [Fact]
    public async Task An_administrator_hands_out_a_link_that_sets_a_password_and_proves_no_address()
    {
        var bob = await _host.JoinAsync("Bob");

        var token = await _host.Get<RecoveryService>().HandOutAsync(_admin, bob.Id, CancellationToken.None);
        await _host.Get<RecoveryService>().ResetAsync(token, "quite another four words", CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, (await _host.Client().SendAsync("auth/login", new { email = bob.Email, password = "quite another four words" })).Status);
        Assert.False((await _host.Get<EmailService>().GetAsync(bob.Actor, CancellationToken.None)).IsConfirmed);
    }

    [Fact]
    public async Task A_handed_out_link_ends_after_a_day()
    {
        var bob = await _host.JoinAsync("Bob");
        var token = await _host.Get<RecoveryService>().HandOutAsync(_admin, bob.Id, CancellationToken.None);

        _host.Time.Advance(TimeSpan.FromHours(25));

        await Assert.ThrowsAsync<HubException>(() => _host.Get<RecoveryService>().ResetAsync(token, "quite another four words", CancellationToken.None));
    }

    [Fact]
    public async Task Nobody_but_an_administrator_with_a_sign_in_of_their_own_sees_people_or_hands_out_links()
    {
        var bob = await _host.JoinAsync("Bob");
        var people = _host.Get<ServerPeopleService>();

        Assert.Equal(2, (await people.ListAsync(_admin, null, new(50, null), CancellationToken.None)).Items.Count);
        Assert.Equal(bob.Email, Assert.Single((await people.ListAsync(_admin, "bo", new(50, null), CancellationToken.None)).Items).Email);
        foreach (var actor in new[] { bob.Actor, _admin with { Kind = ActorKind.Token } })
        {
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => people.ListAsync(actor, null, new(50, null), CancellationToken.None))).Refusal);
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => _host.Get<RecoveryService>().HandOutAsync(actor, bob.Id, CancellationToken.None))).Refusal);
        }
    }
}
