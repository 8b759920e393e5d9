using System.Net;
using System.Text;
using MLHub.Tests.Support;
using Xunit.Sdk;

namespace MLHub.Tests.Browser;

/// <summary>The browser tests' own alarms go off: otherwise a broken page would pass unseen.</summary>
[Trait(Category.Trait, Category.Browser)]
public sealed class EvidenceTests(BrowserFixture browser)
{
    private const string Fine = "<!doctype html><html lang=en><title>Fine</title><link rel=icon href='data:,'><main><h1>Fine</h1></main>";

    [Fact]
    public Task A_clean_page_passes() => OnPageAsync(Fine, async visit =>
    {
        await visit.ShootAsync("page");
        await Axe.AssertNoSeriousAsync(visit.Page, "the page");

        Assert.Equal(4, Directory.GetFiles(visit.Folder, "01-page-*.png").Length);
    });

    [Theory]
    [InlineData("<script>console.error('broken')</script>", "broken")]
    [InlineData("<script>throw new Error('thrown')</script>", "thrown")]
    [InlineData("<img alt='' src='/missing.png'>", "answered 404")]
    [InlineData("<img alt='' src='http://other.invalid/x.png'>", "another host")]
    public async Task A_page_with_an_error_fails(string flaw, string expected)
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => OnPageAsync(Fine + flaw, _ => Task.Delay(500)));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_a_screen_reader_cannot_read_fails()
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => OnPageAsync(Fine + "<input>", visit => Axe.AssertNoSeriousAsync(visit.Page, "the page")));

        Assert.Contains("label", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_wider_than_a_telephone_fails()
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => OnPageAsync(Fine + "<div style='width:600px'>wide</div>", visit => visit.ShootAsync("wide")));

        Assert.Contains("too wide", failure.Message, StringComparison.Ordinal);
    }

    private async Task OnPageAsync(string html, Func<Visit, Task> visiting)
    {
        _ = Need.Chromium;
        using var listener = new HttpListener();
        var address = new Uri($"http://localhost:{HubServer.FreePort()}/");
        listener.Prefixes.Add(address.ToString());
        listener.Start();
        var serving = ServeAsync(listener, html);
        await browser.VisitAsync(address, async visit =>
        {
            await visit.Page.GotoAsync("/");
            await visiting(visit);
        });
        listener.Stop();
        await serving;
    }

    private static async Task ServeAsync(HttpListener listener, string html)
    {
        while (listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            call.Response.StatusCode = call.Request.Url?.AbsolutePath == "/" ? 200 : 404;
            call.Response.ContentType = "text/html; charset=utf-8";
            if (call.Response.StatusCode == 200)
            {
                await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(html));
            }

            call.Response.Close();
        }
    }
}
