using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Tests.Datasets;
using MLHub.Web.Accounts;
using MLHub.Web.Recipes;
using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Tests.RecipePages;

/// <summary>The Recipe tab over the real services and rows.</summary>
public sealed class RecipePanelTests : BunitContext, IAsyncLifetime
{
    private const string People = "name,age,class\nAda,30,a\nBob,,a\nCyd,50,b\nDan,,b\nEve,10,b\n";

    private DatasetBench _bench = null!;
    private Guid _dataset;

    private RecipeDraftService Drafts => _bench.Services.GetRequiredService<RecipeDraftService>();

    // Previews are computed for real: on a busy machine that takes its time.
    public async ValueTask InitializeAsync()
    {
        _bench = await DatasetBench.CreateAsync();
        _dataset = (await _bench.ImportAsync(People)).DatasetId;
        Share<RecipePreviewService>();
        Share<RecipeDraftService>();
        Share<RecipeService>();
        Share<RecipeTemplateService>();
        Share<DatasetService>();
        Share<JobService>();
        Share<News>();
        Share<TimeProvider>();
        Services.AddScoped<CurrentActor>();
        Services.AddMudServices();
        this.AddAuthorization().SetAuthorized("Ada").SetClaims(new Claim(ClaimTypes.NameIdentifier, _bench.Ada.UserId.ToString()), new Claim(ClaimTypes.Name, "Ada"));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Render<MudPopoverProvider>();
        Render<MudDialogProvider>();
        Render<MudSnackbarProvider>();
    }

    [Fact]
    public async Task A_link_adds_its_step_once_and_shows_what_it_does()
    {
        var panel = await OpenAsync("add=fill_missing&column=age");

        panel.WaitForAssertion(() => Assert.Equal("2 cells changed", panel.Find(".card .effect span").TextContent));
        Assert.Equal("age", panel.Find(".card .sentence b").TextContent);
        Assert.EndsWith("?tab=recipe&step=1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        panel.WaitForAssertion(() => Assert.Equal("30", panel.Find("tr[data-row='1'] td.changed").TextContent));
        Assert.Equal("before: missing", panel.Find("tr[data-row='1'] td.changed").GetAttribute("title"));
        panel.WaitForAssertion(() => Assert.Equal("Draft kept", panel.Find(".kept").TextContent));
        Assert.Single((await Drafts.GetAsync(_bench.Ada, _dataset, default))!.Steps);
    }

    [Fact]
    public async Task Steps_that_were_kept_are_there_again()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing"), new("fill_missing", null, false)], 0, default);

        var panel = await OpenAsync("step=1");

        panel.WaitForAssertion(() => Assert.Equal("−2 rows", panel.Find(".card .effect span").TextContent));
        Assert.Equal(2, panel.FindAll(".card").Count);
        Assert.Equal("switched off", panel.FindAll(".card .effect span")[^1].TextContent);
        Assert.Contains("Drop rows with missing values", panel.Find(".editor h2").TextContent);
    }

    [Fact]
    public async Task What_was_there_before_shows_the_rows_that_go_away()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], 0, default);
        var panel = await OpenAsync("step=1");
        panel.WaitForAssertion(() => Assert.Equal(3, panel.FindAll("tbody tr[data-row]").Count));

        panel.FindAll(".sides button")[1].Click();
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll("tr.removed").Count));

        panel.FindAll(".sides button")[2].Click();
        panel.WaitForAssertion(() => Assert.Equal(["2", "4"], panel.FindAll("tbody tr[data-row] th").Select(c => c.TextContent)));
    }

    [Fact]
    public async Task A_column_that_is_called_otherwise_now_is_mapped_in_all_steps()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [Recipes.Steps.Of("fill_missing", new { columns = new[] { "Age" } }), Recipes.Steps.Of("filter_rows", new { filter = "Age > 20" })], 0, default);
        var panel = await OpenAsync();
        panel.WaitForAssertion(() => Assert.Contains("Column Age is now age.", panel.Find(".card.broken .map").TextContent));
        Assert.True(panel.FindAll(".bar button").First(b => b.TextContent.StartsWith("Save as new", StringComparison.Ordinal)).HasAttribute("disabled"));

        panel.Find(".map button").Click();

        panel.WaitForAssertion(() => Assert.Equal(["2 cells changed", "−1 row"], panel.FindAll(".card .effect span:first-child").Select(e => e.TextContent)));
        Assert.Empty(panel.FindAll(".card.broken"));
    }

    [Fact]
    public async Task A_second_window_does_not_overwrite_the_first_unseen()
    {
        var panel = await OpenAsync("add=drop_missing");
        panel.WaitForAssertion(() => Assert.Equal("Draft kept", panel.Find(".kept").TextContent));
        var other = (await Drafts.GetAsync(_bench.Ada, _dataset, default))!;
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("fill_missing"), new("drop_missing")], other.Revision, default);

        panel.Find("button[aria-label='Duplicate step 1']").Click();
        panel.WaitForAssertion(() => Assert.Contains("changed in another window", panel.Find(".note").TextContent));
        panel.FindAll(".note button")[0].Click();

        panel.WaitForAssertion(() => Assert.Contains("Fill missing", panel.FindAll(".card .sentence")[0].TextContent));
        Assert.Empty(panel.FindAll(".note"));
    }

    [Fact]
    public async Task Once_the_version_is_ready_the_note_leads_to_it_and_the_draft_is_done()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], 0, default);
        var started = await _bench.Services.GetRequiredService<RecipeService>().PrepareAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], null, default);
        await Drafts.MarkSavedAsync(_bench.Ada, _dataset, started.VersionNumber, 1, default);
        var panel = await OpenAsync();
        panel.WaitForAssertion(() => Assert.Contains("Version 2 waits for a free worker", panel.Find(".note").TextContent));

        await _bench.RunJobAsync(started.JobId);
        _bench.Services.GetRequiredService<News>().Publish(Topic.Dataset(_dataset));

        panel.WaitForAssertion(() => Assert.Contains("Version 2 is ready: 3 rows, 3 columns.", panel.Find(".note").TextContent));
        Assert.Equal([$"/datasets/{_dataset:N}?v=2", $"/datasets/{_dataset:N}/compare?from=1&to=2"], panel.FindAll(".note a").Select(a => a.GetAttribute("href")));
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".card")));
        Assert.Null(await Drafts.GetAsync(_bench.Ada, _dataset, default));
    }

    [Fact]
    public async Task Steps_that_another_window_wrote_meanwhile_outlive_the_version_of_this_one()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], 0, default);
        var started = await _bench.Services.GetRequiredService<RecipeService>().PrepareAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], null, default);
        var revision = await Drafts.MarkSavedAsync(_bench.Ada, _dataset, started.VersionNumber, 1, default);
        var panel = await OpenAsync();
        panel.WaitForAssertion(() => Assert.Contains("Version 2 waits for a free worker", panel.Find(".note").TextContent));
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing"), new("drop_duplicates")], revision, default);

        await _bench.RunJobAsync(started.JobId);
        _bench.Services.GetRequiredService<News>().Publish(Topic.Dataset(_dataset));

        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll(".card").Count));
        Assert.Contains("Version 2 is ready", panel.Find(".note").TextContent);
        Assert.Equal(2, (await Drafts.GetAsync(_bench.Ada, _dataset, default))!.Steps.Count);
    }

    [Fact]
    public async Task A_reader_reads_how_the_version_was_made_and_can_change_nothing()
    {
        var started = await _bench.Services.GetRequiredService<RecipeService>().PrepareAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], null, default);
        await _bench.RunJobAsync(started.JobId);

        var panel = await OpenAsync(mayEdit: false);

        Assert.Equal("How version 2 was made", panel.Find("h2").TextContent);
        Assert.Equal("−2 rows", panel.Find(".effect").TextContent);
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public async Task A_preview_that_breaks_says_so_and_the_steps_can_still_be_changed()
    {
        await Drafts.SaveAsync(_bench.Ada, _dataset, 1, [new("drop_missing")], 0, default);
        // The bytes of the version are gone from the disk: nothing that a step could be blamed for.
        Directory.Delete(Path.Combine(_bench.DataPath, "blobs"), recursive: true);

        var panel = await OpenAsync();

        panel.WaitForAssertion(() => Assert.Contains("The preview could not be computed", panel.Markup));
        panel.Find("button[aria-label='Delete step 1']").Click();
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".card")));
    }

    private async Task<IRenderedComponent<RecipePanel>> OpenAsync(string query = "", bool mayEdit = true)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/datasets/{_dataset:N}?tab=recipe{(query.Length > 0 ? "&" : "")}{query}");
        var dataset = await _bench.Datasets.GetAsync(_bench.Ada, _dataset, default);
        var version = await _bench.Datasets.VersionAsync(_bench.Ada, _dataset, null, default);
        return Render<RecipePanel>(p => p.Add(r => r.Dataset, dataset).Add(r => r.Version, version).Add(r => r.MayEdit, mayEdit));
    }

    private void Share<T>() where T : class => Services.AddSingleton(_bench.Services.GetRequiredService<T>());

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await base.DisposeAsync();
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
