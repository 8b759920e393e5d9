using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>Ways back and proofs of addresses, through a real mail server and the pages that its mails lead to.</summary>
[Trait(Category.Trait, Category.Mail)]
public abstract partial class RecoveryTests(DatabaseEngine engine) : IAsyncLifetime
{
    private const string Another = "quite another four words";
    private const string ResetMail = "Choose a new password";

    private PostgresDatabase? _postgres;
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = MailCatcher.Settings();
        _postgres = engine == DatabaseEngine.Postgres ? await PostgresDatabase.CreateAsync() : null;
        settings["MLHub:Database:Engine"] = engine.ToString();
        settings["MLHub:Database:ConnectionString"] = _postgres?.ConnectionString;
        settings["MLHub:RateLimits:SignInBurst"] = "15";
        settings["MLHub:RateLimits:SignInPerSecond"] = "1";
        _host = await ApiHost.StartAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_with_a_link_that_works_once_and_ends_every_sign_in()
    {
        var ada = await _host.JoinAsync();
        var link = await AskAsync(ada.Email);
        var browser = _host.Browser();

        await browser.GetAsync(link);
        var weak = await browser.SubmitAsync(link, "reset", ("Input.Link", TokenOf(link)), ("Input.Password", "password123"));
        var done = await browser.SubmitAsync(link, "reset", ("Input.Link", TokenOf(link)), ("Input.Password", Another));
        var again = await browser.GetStringAsync(link);

        Assert.Contains("others would try", await weak.Content.ReadAsStringAsync());
        Assert.Equal("/account/login?done=reset", done.Headers.Location!.ToString().Replace(_host.Address.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        Assert.Contains("was used, has expired", again);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(ada.Email, Another)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(ada.Email, ApiHost.Password)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.Http.ReadAsync("users/me")).Status);
        Assert.Contains("A new password was chosen", (await MailCatcher.ReceiveAsync(ada.Email, "Your MLHub account was changed")).TextBody);
        Assert.DoesNotContain(Another, await weak.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_link_expires_after_an_hour_and_with_a_changed_password_and_an_invented_one_looks_the_same()
    {
        var ada = await _host.JoinAsync();
        var bob = await _host.JoinAsync("Bob");
        var recovery = _host.Get<RecoveryService>();
        var late = TokenOf(await AskAsync(ada.Email));
        var stale = TokenOf(await AskAsync(bob.Email));
        await _host.Get<AccountService>().ChangePasswordAsync(bob.Actor, ApiHost.Password, Another, CancellationToken.None);

        var changed = await Assert.ThrowsAsync<HubException>(() => recovery.ResetAsync(stale, "yet another four words", CancellationToken.None));
        _host.Time.Advance(TimeSpan.FromMinutes(61));
        var expired = await Assert.ThrowsAsync<HubException>(() => recovery.ResetAsync(late, Another, CancellationToken.None));
        var invented = await Assert.ThrowsAsync<HubException>(() => recovery.ResetAsync(late[..32] + new string('x', 32), Another, CancellationToken.None));
        var nonsense = await Assert.ThrowsAsync<HubException>(() => recovery.ResetAsync("'; drop table", Another, CancellationToken.None));

        Assert.Single(new[] { changed, expired, invented, nonsense }.Select(r => (r.Refusal, r.Code, r.Message)).Distinct());
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(ada.Email, ApiHost.Password)).Status);
    }

    [Fact]
    public async Task Of_ten_who_use_one_link_at_once_one_succeeds()
    {
        var ada = await _host.JoinAsync();
        var token = TokenOf(await AskAsync(ada.Email));

        var tries = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Record.ExceptionAsync(() => _host.Get<RecoveryService>().ResetAsync(token, $"{Another} number {i}", CancellationToken.None)).AsTask()));

        Assert.Equal(1, tries.Count(t => t is null));
    }

    [Fact]
    public async Task Asking_for_an_address_that_nobody_has_looks_and_costs_the_same_and_sends_nothing()
    {
        var ada = await _host.JoinAsync();
        var nobody = $"nobody-{Guid.NewGuid():N}@example.org";
        var browser = _host.Browser();

        var known = await (await browser.SubmitAsync("/account/forgot", "forgot", ("Input.Email", ada.Email))).Content.ReadAsStringAsync();
        var unknown = await (await browser.SubmitAsync("/account/forgot", "forgot", ("Input.Email", nobody))).Content.ReadAsStringAsync();
        await MailCatcher.ReceiveAsync(ada.Email, ResetMail);
        await EmptyAsync();

        Assert.Contains("a mail with a link is on its way", known);
        Assert.Equal(known.Replace(ada.Email, "x", StringComparison.Ordinal), unknown.Replace(nobody, "x", StringComparison.Ordinal));
        Assert.Empty(MailCatcher.Mailbox(nobody));
    }

    [Fact]
    public async Task A_mailbox_gets_three_links_an_hour_and_a_visitor_who_asks_on_and_on_is_told_to_wait()
    {
        var ada = await _host.JoinAsync();
        for (var i = 0; i < 6; i++)
        {
            await _host.Get<RecoveryService>().RequestAsync(ada.Email, CancellationToken.None);
        }

        await EmptyAsync();
        var browser = _host.Browser();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 60 && !answers.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            answers.Add((await browser.PostAsync("/account/forgot", null)).StatusCode);
        }

        Assert.Equal(3, MailCatcher.Mailbox(ada.Email).Count(m => m.Subject == ResetMail));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task A_link_goes_to_the_address_of_the_account_and_never_to_one_that_looks_alike()
    {
        var name = $"boss-{Guid.NewGuid():N}";
        await _host.Get<AccountService>().RegisterAsync(new($"{name}@example.org", ApiHost.Password, "Boss"), true, null, CancellationToken.None);

        await _host.Get<RecoveryService>().RequestAsync($"bo\u017Fs{name[4..]}@example.org", CancellationToken.None);
        await EmptyAsync();

        Assert.Empty(MailCatcher.Mailbox($"bo\u017Fs{name[4..]}@example.org"));
    }

    [Fact]
    public async Task An_address_is_confirmed_by_a_click_and_not_by_opening_the_link()
    {
        var ada = await _host.JoinAsync();
        var link = MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(ada.Email, "Confirm your e-mail address"));
        var browser = _host.Browser();

        await browser.GetAsync(link);
        var opened = await _host.Get<EmailService>().GetAsync(ada.Actor, CancellationToken.None);
        await browser.SubmitAsync(link, "confirm", ("Input.Link", TokenOf(link)));
        var clicked = await _host.Get<EmailService>().GetAsync(ada.Actor, CancellationToken.None);

        Assert.False(opened.IsConfirmed);
        Assert.True(clicked.IsConfirmed);
        Assert.Contains("was used, has expired", await browser.GetStringAsync(link));
    }

    [Fact]
    public async Task A_new_address_takes_the_password_a_click_in_the_new_mailbox_and_tells_the_old_one()
    {
        var ada = await _host.JoinAsync();
        var emails = _host.Get<EmailService>();
        var wanted = $"ada-new-{Guid.NewGuid():N}@example.org";

        var wrong = await Assert.ThrowsAsync<HubException>(() => emails.RequestChangeAsync(ada.Actor, wanted, "not the password", CancellationToken.None));
        await emails.RequestChangeAsync(ada.Actor, wanted, ApiHost.Password, CancellationToken.None);
        var link = MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(wanted, "Confirm your new e-mail address"));
        var before = (await emails.GetAsync(ada.Actor, CancellationToken.None)).Email;
        await emails.ConfirmAsync(TokenOf(link), CancellationToken.None);

        Assert.Equal("WRONG_PASSWORD", wrong.Code);
        Assert.Equal(ada.Email, before);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(wanted, ApiHost.Password)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(ada.Email, ApiHost.Password)).Status);
        Assert.Contains(wanted, (await MailCatcher.ReceiveAsync(ada.Email, "Your MLHub account was changed", 2)).TextBody);
    }

    [Fact]
    public async Task A_new_address_that_somebody_else_has_by_then_is_refused_and_nothing_changes()
    {
        var ada = await _host.JoinAsync();
        var bob = await _host.JoinAsync("Bob");
        var emails = _host.Get<EmailService>();
        await emails.RequestChangeAsync(ada.Actor, bob.Email, ApiHost.Password, CancellationToken.None);
        var link = MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(bob.Email, "Confirm your new e-mail address"));

        var refused = await Assert.ThrowsAsync<HubException>(() => emails.ConfirmAsync(TokenOf(link), CancellationToken.None));

        Assert.Equal("EMAIL_TAKEN", refused.Code);
        Assert.Equal(ada.Email, (await emails.GetAsync(ada.Actor, CancellationToken.None)).Email);
    }

    [Fact]
    public async Task A_reset_by_mail_of_an_unconfirmed_account_drops_what_somebody_else_put_there()
    {
        // The first account is the administrator's.
        await _host.JoinAsync();
        var squatter = await _host.JoinAsync("Mallory");
        var token = (await squatter.Http.SendAsync("users/me/tokens", new { name = "kept", scopes = new[] { "read" } })).Body.Text("token");
        await _host.Get<ExternalSignInService>().LinkAsync(squatter.Actor, new("Google", squatter.Email, "m@evil.example", true, "M"), CancellationToken.None);

        await _host.Get<RecoveryService>().ResetAsync(TokenOf(await AskAsync(squatter.Email)), Another, CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(token).ReadAsync("users/me")).Status);
        Assert.Empty((await _host.Get<ExternalSignInService>().ListAsync(squatter.Actor, CancellationToken.None)).Linked);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(squatter.Email, Another)).Status);
    }

    [Fact]
    public async Task A_mailbox_alone_does_not_take_the_second_factor_of_an_administrator_away()
    {
        var ada = await _host.JoinAsync();
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        await db.Users.Where(u => u.Id == ada.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsAdministrator, true).SetProperty(u => u.TwoFactorEnabled, true));

        await _host.Get<RecoveryService>().ResetAsync(TokenOf(await AskAsync(ada.Email)), Another, CancellationToken.None);

        Assert.True(await db.Users.AnyAsync(u => u.Id == ada.Id && u.TwoFactorEnabled && u.EmailConfirmed));
        Assert.NotEqual(HttpStatusCode.OK, (await LoginAsync(ada.Email, Another)).Status);
    }

    [Fact]
    public async Task An_invitation_for_an_address_is_mailed_with_a_link_that_lets_in()
    {
        var ada = await _host.JoinAsync();
        var workspace = (await ada.Http.SendAsync("workspaces", new { name = "Team <b>" })).Body.Text("id");
        var email = $"grace-{Guid.NewGuid():N}@example.org";

        await ada.Http.SendAsync($"workspaces/{workspace}/invitations", new { role = "editor", email, message = "Welcome & hello" });
        var mail = await MailCatcher.ReceiveAsync(email, "Ada invites you to Team <b> on MLHub");
        var grace = await _host.Client().SendAsync("auth/register", new { email, password = ApiHost.Password, displayName = "Grace" });
        var accepted = await _host.Client(grace.Body.Text("accessToken")).SendAsync($"{MailCatcher.LinkIn(mail).TrimStart('/')}/accept", null);

        Assert.Equal(HttpStatusCode.OK, accepted.Status);
        Assert.Contains("Welcome &amp; hello", mail.HtmlBody);
        Assert.DoesNotContain("<b>", mail.HtmlBody);
    }

    [Fact]
    public async Task Mail_waits_while_the_server_says_later_and_is_given_up_after_a_day_or_when_refused_for_good()
    {
        await PutAsync("later@example.org");
        await PutAsync("reject@example.org");
        await UntilAsync(async () => await WaitingAsync() is [{ To: "later@example.org", Attempts: 1 } mail] && mail.DueAt > _host.Time.GetUtcNow().UtcDateTime);

        _host.Time.Advance(TimeSpan.FromMinutes(10));
        _host.Get<Outbox>().Wake();
        await UntilAsync(async () => await WaitingAsync() is [{ Attempts: 2 }]);
        _host.Time.Advance(TimeSpan.FromHours(25));
        _host.Get<Outbox>().Wake();
        await EmptyAsync();

        Assert.Empty(MailCatcher.Mailbox("later@example.org"));
    }

    [Fact]
    public async Task Waiting_mail_cannot_be_read_in_the_database()
    {
        await PutAsync("later-secret@example.org");

        var mail = (await WaitingAsync()).Single(m => m.To == "later-secret@example.org");

        Assert.DoesNotContain("https", mail.Content);
        Assert.DoesNotContain("Subject", mail.Content);
    }

    private async Task PutAsync(string to)
    {
        await using (var db = await ContextAsync())
        {
            _host.Get<Outbox>().Add(db, to, new("Subject", ["Line"], "Open", "https://hub.example.org/x"));
            await db.SaveChangesAsync();
        }

        _host.Get<Outbox>().Wake();
    }

    private async Task<List<OutgoingMail>> WaitingAsync()
    {
        await using var db = await ContextAsync();
        return await db.Set<OutgoingMail>().AsNoTracking().ToListAsync();
    }

    private Task EmptyAsync() => UntilAsync(async () => (await WaitingAsync()).Count == 0);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var until = Environment.TickCount64 + (long)(20_000 * Patience.Factor);
        while (!await holds())
        {
            Assert.True(Environment.TickCount64 < until, "The outbox did not become as it should.");
            await Task.Delay(50);
        }
    }

    private Task<HubDbContext> ContextAsync() => _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();

    private async Task<string> AskAsync(string email)
    {
        await _host.Browser().SubmitAsync("/account/forgot", "forgot", ("Input.Email", email));
        return MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(email, ResetMail));
    }

    private static string TokenOf(string link) => link.Split("link=")[1];

    private Task<HubAnswer> LoginAsync(string email, string password) => _host.Client().SendAsync("auth/login", new { email, password });
}

public sealed class RecoveryOnSqliteTests() : RecoveryTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class RecoveryOnPostgresTests() : RecoveryTests(DatabaseEngine.Postgres);
