using System.Net;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Idempotency;
using MLHub.Tests.Support;

namespace MLHub.Tests.Api;

public sealed class IdempotencyTests : IAsyncLifetime
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
    public async Task A_repetition_gets_the_first_answer_and_makes_nothing()
    {
        var first = await _ada.Http.SendAsync("workspaces", new { name = "Once" }, "key-1");
        var second = await _ada.Http.SendAsync("workspaces", new { name = "Once" }, "key-1");

        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Headers["Location"], second.Headers["Location"]);
        Assert.Equal("true", second.Headers["Idempotency-Replayed"]);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Simultaneous_repetitions_make_one_thing()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _ada.Http.SendAsync("workspaces", new { name = "Once" }, "key-2")));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.Created || a.Code == "IDEMPOTENCY_IN_PROGRESS", a.Text));
        Assert.Single(answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Body.Text("id")).Distinct());
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task The_same_key_on_another_request_is_refused()
    {
        await _ada.Http.SendAsync("workspaces", new { name = "Once" }, "key-3");

        var otherBody = await _ada.Http.SendAsync("workspaces", new { name = "Twice" }, "key-3");
        var otherPath = await _ada.Http.SendAsync("users/me/tokens", new { name = "Once", scopes = new[] { "read" } }, "key-3");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, otherBody.Status);
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", otherBody.Code);
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", otherPath.Code);
    }

    [Fact]
    public async Task A_refused_call_leaves_its_key_free()
    {
        var refused = await _ada.Http.SendAsync("workspaces", new { name = " " }, "key-4");
        var made = await _ada.Http.SendAsync("workspaces", new { name = "Now" }, "key-4");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(HttpStatusCode.Created, made.Status);
    }

    [Fact]
    public async Task Keys_of_two_people_do_not_meet_and_a_day_later_a_key_is_new()
    {
        var bob = await _host.JoinAsync("Bob");
        var adas = await _ada.Http.SendAsync("workspaces", new { name = "Mine" }, "key-5");
        var bobs = await bob.Http.SendAsync("workspaces", new { name = "Mine" }, "key-5");

        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var ends = await db.Set<IdempotencyRecord>().Select(r => r.ExpiresAt).ToListAsync();

        Assert.NotEqual(adas.Body.Text("id"), bobs.Body.Text("id"));
        Assert.All(ends, e => Assert.Equal(FakeTime.Start.UtcDateTime.AddHours(24), e));
    }

    [Fact]
    public async Task A_kept_answer_does_not_hold_a_readable_secret()
    {
        var made = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read" } }, "key-6");
        var again = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read" } }, "key-6");

        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var body = (await db.Set<IdempotencyRecord>().SingleAsync()).Body!;

        Assert.Equal(made.Body.Text("token"), again.Body.Text("token"));
        Assert.DoesNotContain("mlh_pat_", System.Text.Encoding.Latin1.GetString(body));
    }

    private async Task<int> CountAsync() => (await _ada.Http.ReadAsync("workspaces")).Body.At("items").GetArrayLength();
}
