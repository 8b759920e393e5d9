using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Web.Datasets;
using MudBlazor;

namespace MLHub.Tests.DatasetPages;

public sealed class EditDatasetDialogTests : BenchScene
{
    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_stays_when_it_was_not_touched_here()
    {
        var made = await Bench.ImportAsync("name,age\nAda,36\nGrace,45\n");
        SignInAs(Bench.Ada);
        var dialogs = RenderLayoutParts();
        var seen = await Bench.Datasets.GetAsync(Bench.Ada, made.DatasetId, default);
        var asked = dialogs.InvokeAsync(() => EditDatasetDialog.AskAsync(Services.GetRequiredService<IDialogService>(), seen));
        dialogs.WaitForAssertion(() => Assert.Equal("people", dialogs.Find("input").GetAttribute("value")));
        await Bench.Datasets.EditAsync(Bench.Ada, made.DatasetId, null, "Two pioneers", ["history"], default);

        dialogs.Find("input").Input("pioneers");
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Save").ClickAsync(new());

        Assert.True(await asked);
        var edited = await Bench.Datasets.GetAsync(Bench.Ada, made.DatasetId, default);
        Assert.Equal(("pioneers", "Two pioneers", "history"), (edited.Name, edited.Description, string.Join(' ', edited.Tags)));
    }
}
