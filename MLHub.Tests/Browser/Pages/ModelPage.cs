using Microsoft.Playwright;

namespace MLHub.Tests.Browser.Pages;

public sealed class ModelPage(Visit visit)
{
    /// <summary>Fills the form made from the model's signature and asks.</summary>
    /// <returns>The prediction as shown.</returns>
    public async Task<string> PredictAsync(IReadOnlyDictionary<string, string> row)
    {
        await Visit.UntilAsync(() => visit.PartOfPage("Predict").ClickAsync(), visit.Page.GetByLabel(row.First().Key, new() { Exact = true }));
        foreach (var (column, value) in row)
        {
            var field = visit.Page.GetByLabel(column, new() { Exact = true }).First;
            if (await field.EvaluateAsync<string>("e => e.tagName") == "SELECT")
            {
                await field.SelectOptionAsync(new[] { value });
            }
            else
            {
                await field.FillAsync(value);
            }
        }

        var answer = visit.Page.GetByTestId("prediction");
        await Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Predict", Exact = true }).ClickAsync(), answer, 30);
        return await answer.First.InnerTextAsync();
    }
}
