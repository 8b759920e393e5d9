using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Idempotency;
using MLHub.Tests.Support;
using MLHub.Web.Api;

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

    [Fact]
    public async Task JSON_that_comes_in_pieces_without_a_length_is_told_apart_by_what_it_says()
    {
        var first = await SendInPiecesAsync("""{"name":"Once"}""");
        var again = await SendInPiecesAsync("""{"name":"Once"}""");
        var other = await SendInPiecesAsync("""{"name":"Twice"}""");
        var large = await SendInPiecesAsync($$"""{"name":"{{new string('x', 1 << 20)}}"}""");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created], [first.StatusCode, again.StatusCode]);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Contains("IDEMPOTENCY_KEY_REUSED", await other.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_a_quarter_of_an_hour_keeps_its_key()
    {
        var gate = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(map: api => api.MapPost("/slow", async Task<string> () =>
        {
            await gate.Task;
            return "done";
        }).NeedsSignIn().Idempotent().WithSummary("Takes long").WithName("slow"));
        var bob = await host.JoinAsync("Bob");
        var token = (await bob.Http.SendAsync("users/me/tokens", new { name = "long", scopes = new[] { "read", "write" }, expiresInDays = 1 })).Body.Text("token");
        var program = host.Client(token);
        var first = program.SendAsync("slow", null, "key-8");
        await SeenAliveAsync(host);

        for (var minute = 0; minute < 20; minute++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await SeenAliveAsync(host);
        }

        var second = await program.SendAsync("slow", null, "key-8");
        gate.SetResult();

        Assert.Equal("IDEMPOTENCY_IN_PROGRESS", second.Code);
        Assert.Equal("done", (await first).Text);
    }

    /// <summary>Waits until the only call under way gave a sign of life within ten minutes: it does every five.</summary>
    private static async Task SeenAliveAsync(ApiHost host)
    {
        var since = host.Time.GetUtcNow().UtcDateTime.AddMinutes(-10);
        var until = Environment.TickCount64 + (long)(20_000 * Patience.Factor);
        while (true)
        {
            await using var db = await host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
            if (await db.Set<IdempotencyRecord>().AnyAsync(r => r.Status == null && r.StartedAt > since))
            {
                return;
            }

            Assert.True(Environment.TickCount64 < until, "The call gave no sign of life.");
            await Task.Delay(20);
        }
    }

    private async Task<HttpResponseMessage> SendInPiecesAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "workspaces") { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("Idempotency-Key", "key-7");
        return await _ada.Http.SendAsync(request);
    }

    private async Task<int> CountAsync() => (await _ada.Http.ReadAsync("workspaces")).Body.At("items").GetArrayLength();
}
