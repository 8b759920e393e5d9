using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Web.Datasets;
using NavigationManager = Microsoft.AspNetCore.Components.NavigationManager;

namespace MLHub.Tests.DatasetPages;

public sealed class DatasetsPageTests : DatasetScene
{
    [Fact]
    public void An_empty_workspace_asks_for_a_file()
    {
        SignInAs(Workspace.Editor);

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("Drop a file here", page.Markup));
        Assert.NotEmpty(page.FindAll("input[type=file]"));
        Assert.NotEmpty(page.FindAll(".drop-zone"));
    }

    [Fact]
    public void A_reader_of_an_empty_workspace_is_told_whom_to_ask()
    {
        SignInAs(Workspace.Reader);

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("Ask an editor", page.Markup));
        Assert.Empty(page.FindAll("input[type=file]"));
    }

    [Fact]
    public async Task An_import_that_ends_changes_its_row_by_itself()
    {
        var (id, _) = await AddImportingAsync("Cities", "All of them", "geo");
        SignInAs(Workspace.Editor);
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("importing", page.Find(".datasets tbody").TextContent, StringComparison.OrdinalIgnoreCase));

        await CompleteAsync(id);

        page.WaitForAssertion(() => Assert.Contains("v1", page.Find(".datasets .version").TextContent));
        Assert.DoesNotContain("importing", page.Find(".datasets tbody").TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Search_and_tag_come_from_the_address_and_no_match_says_so()
    {
        await AddImportingAsync("Cities", null, "geo");
        await AddImportingAsync("Flowers", null, "plants");
        SignInAs(Workspace.Reader);

        var page = Open("?tag=geo");
        page.WaitForAssertion(() => Assert.Equal(["Cities"], page.FindAll(".datasets .name a.quiet").Select(a => a.TextContent)));
        Go("?q=nothing+like+it");

        page.WaitForAssertion(() => Assert.Contains("No dataset matches.", page.Markup));
    }

    [Fact]
    public async Task A_stranger_sees_nothing_of_the_workspace()
    {
        await AddImportingAsync("Cities");
        SignInAs(Workspace.Stranger);

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("no such workspace", page.Markup));
        Assert.DoesNotContain("Cities", page.Markup);
    }

    private IRenderedComponent<DatasetsPage> Open(string query = "")
    {
        RenderLayoutParts();
        Go(query);
        return Render<DatasetsPage>(p => p.Add(d => d.Slug, Slug));
    }

    private void Go(string query) => Services.GetRequiredService<NavigationManager>().NavigateTo($"/w/{Slug}/datasets{query}");
}
