using Bunit;
using MLHub.Web.Datasets;
using NavigationManager = Microsoft.AspNetCore.Components.NavigationManager;
using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Tests.DatasetPages;

public sealed class ComparePageTests : BenchScene
{
    [Fact]
    public async Task What_an_older_question_ends_with_does_not_hide_the_newer_answer()
    {
        var made = await Bench.ImportAsync("id,name\n1,Ann\n2,Ann\n");
        await Bench.ImportAsync("id,name\n1,Ann\n2,Bob\n3,Cid\n", new(Bench.WorkspaceId, "b.csv") { DatasetId = made.DatasetId });
        SignInAs(Bench.Ada);
        RenderLayoutParts();
        Go(made.DatasetId, "from=1&to=2&key=name");
        var page = Render<ComparePage>(p => p.Add(c => c.Id, made.DatasetId));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));

        // A column that is no key, and right behind it the question that has an answer.
        await page.InvokeAsync(() =>
        {
            Go(made.DatasetId, "from=1&to=2&key=name&keyless=false");
            Go(made.DatasetId, "from=1&to=2&key=id");
            Go(made.DatasetId, "from=1&to=2&key=name");
            Go(made.DatasetId, "from=1&to=2&key=id");
        });

        page.WaitForAssertion(() => Assert.Contains("Bob", page.Markup));
        await Task.Delay(500, Token);
        Assert.Empty(page.FindAll("[role=alert]"));
        Assert.Contains("Bob", page.Markup);
    }

    private void Go(Guid id, string query) => Services.GetRequiredService<NavigationManager>().NavigateTo($"/datasets/{id:N}/compare?{query}");
}
