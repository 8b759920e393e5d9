using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Web.Datasets;
using NavigationManager = Microsoft.AspNetCore.Components.NavigationManager;

namespace MLHub.Tests.DatasetPages;

public sealed class DatasetPageTests : DatasetScene
{
    [Fact]
    public async Task A_stranger_sees_that_there_is_no_such_dataset()
    {
        var (id, _) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Stranger);

        var page = Open(id);

        page.WaitForAssertion(() => Assert.Contains("No such dataset", page.Markup));
        Assert.DoesNotContain("Cities", page.Markup);
    }

    [Fact]
    public async Task An_import_is_followed_live_and_opens_by_itself()
    {
        var (id, jobId) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var page = Open(id, "tab=profile");
        page.WaitForAssertion(() => Assert.Contains("Importing cities.csv", page.Markup));

        await SayAsync(jobId, 1, "12 480 rows so far");
        page.WaitForAssertion(() => Assert.Contains("12 480 rows so far", page.Find("pre.log").TextContent));
        await CompleteAsync(id);

        page.WaitForAssertion(() => Assert.Contains("people", page.Find(".columns-list").TextContent));
    }

    [Fact]
    public async Task A_failed_import_says_why_and_offers_another_upload()
    {
        var (id, _) = await AddImportingAsync("Cities");
        await FailAsync(id, "CSV_QUOTE_UNCLOSED", "A quote that begins in line 7 never ends.");
        SignInAs(Workspace.Editor);

        var page = Open(id);

        page.WaitForAssertion(() => Assert.Contains("A quote that begins in line 7 never ends.", page.Markup));
        Assert.Contains("CSV_QUOTE_UNCLOSED", page.Markup);
        Assert.Contains(page.FindAll("label"), l => l.TextContent == "Upload again");
    }

    [Fact]
    public async Task The_profile_shows_the_column_that_the_address_names_and_keeps_hostile_values_text()
    {
        var (id, _) = await AddImportingAsync("Cities");
        await CompleteAsync(id);
        SignInAs(Workspace.Reader);
        var page = Open(id, "tab=profile");
        page.WaitForAssertion(() => Assert.Contains("<b>Köln</b>", page.Find(".values").TextContent));

        Go(id, "tab=profile&column=people");

        page.WaitForAssertion(() => Assert.Contains("Median", page.Find(".tiles-list").TextContent));
        Assert.Equal("people", page.Find("[aria-current=true] .title").TextContent);
        Assert.Contains("A few cells have no value.", page.Find(".detail .note").TextContent);
    }

    [Fact]
    public async Task The_import_tab_says_what_was_read_and_how()
    {
        var (id, _) = await AddImportingAsync("Cities");
        await CompleteAsync(id);
        SignInAs(Workspace.Reader);

        var page = Open(id, "tab=import");

        page.WaitForAssertion(() => Assert.Contains("semicolon ;", page.Markup));
        Assert.Contains("in the file: City", page.Markup);
        Assert.Contains("NA (9)", page.Markup);
        Assert.Contains("The name had blanks at its end.", page.Markup);
    }

    [Fact]
    public async Task A_reader_finds_no_button_that_changes_anything()
    {
        var (id, _) = await AddImportingAsync("Cities");
        await CompleteAsync(id);
        SignInAs(Workspace.Reader);

        var page = Open(id, "tab=import");

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("nav.tabs")));
        Assert.Empty(page.FindAll("input[type=file]"));
        // Learning from it changes nothing here: the run goes to a workspace of their own.
        Assert.Contains(page.FindAll("a"), a => a.TextContent.Trim() == "Train");
        Assert.Empty(page.FindAll(".drop-zone"));
    }

    [Fact]
    public async Task A_newer_version_that_is_being_imported_is_announced()
    {
        var (id, _) = await AddImportingAsync("Cities");
        await CompleteAsync(id);
        await AddVersionAsync(id, 2);
        SignInAs(Workspace.Editor);

        var page = Open(id, "tab=import");

        page.WaitForAssertion(() => Assert.Contains("Version 2 is being imported.", page.Find(".note").TextContent));
    }

    [Fact]
    public async Task A_page_that_is_left_listens_no_longer()
    {
        var (id, _) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var page = Open(id);
        page.WaitForAssertion(() => Assert.Contains("Importing", page.Markup));
        Assert.True(News.SubscriptionCount > 0);

        await DisposeComponentsAsync();

        Assert.Equal(0, News.SubscriptionCount);
    }

    [Fact]
    public async Task A_cancelled_import_is_told_as_failed()
    {
        var (id, jobId) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var page = Open(id);
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => b.TextContent.Trim() == "Cancel"));

        await page.FindAll("button").Single(b => b.TextContent.Trim() == "Cancel").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Contains("could not be imported", page.Markup));
        Assert.Contains("Cancelled by Edda", page.Markup);
        Assert.Equal(JobState.Cancelled, await StateOfAsync(jobId));
    }

    private IRenderedComponent<DatasetPage> Open(Guid id, string query = "")
    {
        RenderLayoutParts();
        Go(id, query);
        return Render<DatasetPage>(p => p.Add(d => d.Id, id));
    }

    private void Go(Guid id, string query) =>
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/datasets/{id:N}{(query.Length > 0 ? "?" : "")}{query}");
}
