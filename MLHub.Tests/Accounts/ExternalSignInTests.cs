using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Tests.Api;
using MLHub.Tests.Support;
using MLHub.Web.Accounts;

namespace MLHub.Tests.Accounts;

/// <summary>Whom a claim of another service lets in: attacks on accounts by way of their address, and ordinary use.</summary>
public abstract class ExternalSignInTests(DatabaseEngine engine) : IAsyncLifetime
{
    private PostgresDatabase? _postgres;
    private ApiHost _host = null!;
    private Member _admin = null!;

    private ExternalSignInService External => _host.Get<ExternalSignInService>();

    public async ValueTask InitializeAsync()
    {
        _postgres = engine == DatabaseEngine.Postgres ? await PostgresDatabase.CreateAsync() : null;
        _host = await ApiHost.StartAsync(new()
        {
            ["MLHub:Database:Engine"] = engine.ToString(),
            ["MLHub:Database:ConnectionString"] = _postgres?.ConnectionString,
        });
        _admin = await _host.JoinAsync("Ada");
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
    public async Task A_newcomer_gets_an_account_with_a_confirmed_address_and_a_workspace_and_comes_back_to_it()
    {
        var first = await SignInAsync(Claim("1", "new@example.org"));
        var again = await SignInAsync(Claim("1", "new@example.org"));

        await using var db = await ContextAsync();
        var user = await db.Set<HubUser>().SingleAsync(u => u.Id == first);
        Assert.Equal(first, again);
        Assert.True(user.EmailConfirmed);
        Assert.Null(user.PasswordHash);
        Assert.False(user.IsAdministrator);
        Assert.Equal(1, await db.Set<Core.Workspaces.WorkspaceMember>().CountAsync(m => m.UserId == first));
        Assert.Contains(await db.Set<AuditEntry>().Where(e => e.SubjectId == first).Select(e => e.Action).ToListAsync(), a => a == "account.create");
    }

    [Fact]
    public async Task An_unverified_address_of_the_administrator_opens_nothing()
    {
        var refused = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("2", _admin.Email, isVerified: false)));

        Assert.Equal("EXTERNAL_UNVERIFIED", refused.Code);
        await AssertNothingLinkedAsync();
    }

    [Fact]
    public async Task A_verified_address_of_the_administrator_opens_nothing_either()
    {
        var refused = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("3", _admin.Email)));

        Assert.Equal("EXTERNAL_LINK_FIRST", refused.Code);
        await AssertNothingLinkedAsync();
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(_admin.Email)).Status);
    }

    [Fact]
    public async Task The_confirmed_address_of_an_account_under_another_subject_or_provider_opens_nothing()
    {
        await SignInAsync(Claim("4", "four@example.org"));

        var otherSubject = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("5", "four@example.org")));
        var otherProvider = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("4", "four@example.org", provider: "GitHub")));
        var otherCase = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("6", "FOUR@Example.ORG")));

        Assert.All([otherSubject, otherProvider, otherCase], refused => Assert.Equal("EXTERNAL_LINK_FIRST", refused.Code));
    }

    [Fact]
    public async Task A_changed_address_under_the_same_subject_is_the_same_person_and_changes_no_address_here()
    {
        var bob = await _host.JoinAsync("Bob");
        var before = await SignInAsync(Claim("7", "seven@example.org"));

        var after = await SignInAsync(Claim("7", bob.Email));

        await using var db = await ContextAsync();
        Assert.Equal(before, after);
        Assert.Equal("seven@example.org", (await db.Set<HubUser>().SingleAsync(u => u.Id == before)).Email);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Without_an_address_there_is_no_account(string? email)
    {
        var refused = await Assert.ThrowsAsync<HubException>(() => SignInAsync(Claim("8", email)));

        Assert.Equal("EXTERNAL_NO_EMAIL", refused.Code);
    }

    [Fact]
    public async Task Whoever_signed_up_with_an_address_that_is_not_theirs_keeps_no_way_in_when_its_owner_comes()
    {
        var squatter = await _host.JoinAsync("Mallory");
        var token = (await squatter.Http.SendAsync("users/me/tokens", new { name = "kept", scopes = new[] { "read", "write" } })).Body.Text("token");
        await External.LinkAsync(squatter.Actor, Claim("mallory", "mallory@evil.example"), CancellationToken.None);
        var session = await LoginAsync(squatter.Email);

        var owner = await SignInAsync(Claim("9", squatter.Email));

        Assert.Equal(squatter.Id, owner);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(squatter.Email)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(token).ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(session.Body.Text("accessToken")).ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client().SendAsync("auth/refresh", new { refreshToken = session.Body.Text("refreshToken") })).Status);
        Assert.NotEqual(owner, await SignInAsync(Claim("mallory", "mallory@evil.example")));
    }

    [Theory]
    [InlineData("bo\u017Fs@example.org", "boss@example.org")]
    [InlineData("b\u0131g@example.org", "big@example.org")]
    [InlineData("boss+hub@example.org", "boss@example.org")]
    [InlineData("b\u043Ess@example.org", "boss@example.org")]
    public async Task An_address_that_only_looks_alike_never_opens_the_account(string claimed, string real)
    {
        var boss = await _host.Get<AccountService>().RegisterAsync(new(real, ApiHost.Password, "Boss"), true, null, CancellationToken.None);

        var got = await Record.ExceptionAsync(async () => Assert.NotEqual(boss.Id, await SignInAsync(Claim("10", claimed))));

        Assert.True(got is null or HubException, $"{got}");
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(real)).Status);
    }

    [Fact]
    public async Task Linking_lets_somebody_in_ends_other_sign_ins_and_is_refused_for_what_belongs_to_another()
    {
        var bob = await _host.JoinAsync("Bob");
        var eve = await _host.JoinAsync("Eve");

        await External.LinkAsync(bob.Actor, Claim("11", "elsewhere@example.org"), CancellationToken.None);
        var taken = await Assert.ThrowsAsync<HubException>(() => External.LinkAsync(eve.Actor, Claim("11", "elsewhere@example.org"), CancellationToken.None));
        var second = await Assert.ThrowsAsync<HubException>(() => External.LinkAsync(bob.Actor, Claim("12", "third@example.org"), CancellationToken.None));

        Assert.Equal(bob.Id, await SignInAsync(Claim("11", "elsewhere@example.org")));
        Assert.Equal("LINKED_ELSEWHERE", taken.Code);
        Assert.Equal("ONE_PER_SERVICE", second.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.Http.ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task Unlinking_needs_the_password_and_never_takes_the_last_way_in()
    {
        var bob = await _host.JoinAsync("Bob");
        await External.LinkAsync(bob.Actor, Claim("13", "b@example.org"), CancellationToken.None);
        var guest = new Actor(await SignInAsync(Claim("14", "guest@example.org")), "Guest", ActorKind.Browser);

        var wrong = await Assert.ThrowsAsync<HubException>(() => External.UnlinkAsync(bob.Actor, "Google", "not the password", CancellationToken.None));
        var last = await Assert.ThrowsAsync<HubException>(() => External.UnlinkAsync(guest, "Google", "", CancellationToken.None));
        await External.UnlinkAsync(bob.Actor, "Google", ApiHost.Password, CancellationToken.None);

        Assert.Equal("WRONG_PASSWORD", wrong.Code);
        Assert.Equal("SIGN_IN_AGAIN", last.Code);
        Assert.Empty((await External.ListAsync(bob.Actor, CancellationToken.None)).Linked);
        Assert.NotEqual(bob.Id, await SignInAsync(Claim("13", "b@example.org")));
        Assert.Equal(guest.UserId, await SignInAsync(Claim("14", "guest@example.org")));
    }

    [Fact]
    public async Task Guessing_the_password_while_unlinking_is_slowed_down_and_a_token_may_not_even_try()
    {
        var bob = await _host.JoinAsync("Bob");
        await External.LinkAsync(bob.Actor, Claim("15", "b@example.org"), CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<HubException>(() => External.UnlinkAsync(bob.Actor, "Google", $"guess {i}", CancellationToken.None));
        }

        var slowed = await Assert.ThrowsAsync<HubException>(() => External.UnlinkAsync(bob.Actor, "Google", ApiHost.Password, CancellationToken.None));
        var token = await Assert.ThrowsAsync<HubException>(() => External.UnlinkAsync(bob.Actor with { Kind = ActorKind.Token }, "Google", ApiHost.Password, CancellationToken.None));

        Assert.Equal(Refusal.TooMany, slowed.Refusal);
        Assert.Equal(Refusal.Forbidden, token.Refusal);
    }

    [Fact]
    public async Task A_ticket_for_linking_is_good_for_its_owner_and_its_service_only()
    {
        var bob = await _host.JoinAsync("Bob");
        var tickets = _host.Get<LinkTickets>();
        var (google, github) = (new ExternalProvider("Google", "Google", "Google"), new ExternalProvider("GitHub", "GitHub", "GitHub"));

        var ticket = tickets.Issue(bob.Actor, google);

        Assert.True(tickets.IsFor(ticket, bob.Actor, google));
        Assert.False(tickets.IsFor(ticket, bob.Actor, github));
        Assert.False(tickets.IsFor(ticket, _admin.Actor, google));
        Assert.False(tickets.IsFor(ticket + "x", bob.Actor, google));
        Assert.False(tickets.IsFor(null, bob.Actor, google));
    }

    private static ExternalIdentity Claim(string subject, string? email, bool isVerified = true, string provider = "Google") => new(provider, subject, email, isVerified, "Somebody");

    private Task<Guid> SignInAsync(ExternalIdentity identity) => External.SignInAsync(identity, CancellationToken.None);

    private Task<HubAnswer> LoginAsync(string email) => _host.Client().SendAsync("auth/login", new { email, password = ApiHost.Password });

    private Task<HubDbContext> ContextAsync() => _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();

    private async Task AssertNothingLinkedAsync()
    {
        await using var db = await ContextAsync();
        Assert.False(await db.UserLogins.AnyAsync());
        Assert.Equal(1, await db.Set<HubUser>().CountAsync());
    }
}

public sealed class ExternalSignInOnSqliteTests() : ExternalSignInTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class ExternalSignInOnPostgresTests() : ExternalSignInTests(DatabaseEngine.Postgres);

public sealed class ExternalSignInClosedTests
{
    [Fact]
    public async Task A_server_without_its_first_account_and_one_that_is_closed_make_no_account()
    {
        await using var host = await ApiHost.StartAsync(new() { ["MLHub:Accounts:AllowRegistration"] = "false" });
        var external = host.Get<ExternalSignInService>();
        var claim = new ExternalIdentity("Google", "1", "first@example.org", true, "First");

        var unclaimed = await Assert.ThrowsAsync<HubException>(() => external.SignInAsync(claim, CancellationToken.None));
        await host.JoinAsync();
        var closed = await Assert.ThrowsAsync<HubException>(() => external.SignInAsync(claim, CancellationToken.None));

        Assert.Equal("EXTERNAL_UNCLAIMED", unclaimed.Code);
        Assert.Equal("REGISTRATION_CLOSED", closed.Code);
    }

    [Fact]
    public async Task A_service_that_is_not_configured_is_neither_shown_nor_served()
    {
        await using var host = await ApiHost.StartAsync();
        await host.JoinAsync();
        var browser = host.Browser();

        Assert.DoesNotContain("Continue with", await browser.GetStringAsync("/account/login"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/account/external/Google")).StatusCode);
    }
}
