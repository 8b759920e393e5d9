using Bunit;
using MLHub.Core.Datasets;
using MLHub.Web.Datasets;
using NavigationManager = Microsoft.AspNetCore.Components.NavigationManager;
using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Tests.DatasetPages;

public sealed class RejectedRowsTests : BenchScene
{
    [Fact]
    public async Task More_lines_that_are_asked_for_twice_come_once()
    {
        // 120 of the lines have a cell too many.
        var made = await Bench.ImportAsync(
            $"a,b\n{string.Concat(Enumerable.Range(0, 400).Select(i => i % 3 == 2 && i < 360 ? $"{i},x,surplus{i}\n" : $"{i},x\n"))}",
            new(Bench.WorkspaceId, "long.csv") { Options = new() { Ragged = RaggedRows.Reject } });
        SignInAs(Bench.Ada);
        RenderLayoutParts();
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/datasets/{made.DatasetId:N}?tab=import");
        var page = Render<DatasetPage>(p => p.Add(d => d.Id, made.DatasetId));
        page.WaitForAssertion(() => Assert.Equal(50, Shown(page)));

        var more = page.FindAll("button").Single(b => b.TextContent == "Show more");
        // In one go: the second press comes before the first one's lines can.
        await page.InvokeAsync(() => Task.WhenAll(more.ClickAsync(new()), more.ClickAsync(new())));

        page.WaitForAssertion(() => Assert.Equal(100, Shown(page)));
    }

    private static int Shown(IRenderedComponent<DatasetPage> page) => page.FindAll("td").Count(c => c.TextContent.Contains("surplus", StringComparison.Ordinal));
}
