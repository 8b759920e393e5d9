using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Tables that nobody would draw into a design: every page of a dataset copes with them, at both widths and in both themes.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class OddTableTests(BrowserFixture browser)
{
    /// <summary>What shows that a tab is ready.</summary>
    private static readonly Dictionary<string, string> Ready = new(StringComparer.Ordinal)
    {
        ["data"] = "[role=grid]",
        ["profile"] = "section[aria-label=Columns]",
        ["recipe"] = "[role=grid]",
        ["versions"] = "main .panel",
        ["import"] = "main .panel",
    };

    [Fact]
    public async Task Pages_of_a_dataset_cope_with_many_columns_strange_names_long_cells_and_no_rows()
    {
        _ = Need.Chromium;
        using var folder = new TestFolder();
        await using var server = await HubServer.StartAsync();
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            var email = $"ada-{Guid.NewGuid():N}@example.org";
            await pages.SignUp.SignUpAsync(email, "Ada Example");
            await script.LoginAsync(email);
            (string Name, string Text, string[] Tabs)[] tables =
            [
                ("strange", Strange(), ["data", "profile", "recipe", "versions", "import"]),
                ("wide", Wide(), ["data", "profile", "recipe"]),
                ("missing", "only,rare\nNA,x\n" + string.Concat(Enumerable.Repeat("NA,NA\n", 50)), ["data", "profile"]),
            ];
            await File.WriteAllTextAsync(folder.File("empty.csv"), "a,b,c\n");
            var refused = await script.UploadAsync(folder.File("empty.csv"));
            await script.WaitForEndAsync(refused.Text("job", "id"));
            await visit.Page.GotoAsync($"/datasets/{refused.Text("dataset", "id")}");
            await Expect(visit.Page.GetByText("names of columns, but no rows").First).ToBeVisibleAsync();
            await visit.SeenAsync("empty");
            foreach (var (name, text, tabs) in tables)
            {
                await File.WriteAllTextAsync(folder.File($"{name}.csv"), text);
                var dataset = await script.ImportAsync(folder.File($"{name}.csv"));
                foreach (var tab in tabs)
                {
                    await visit.Page.GotoAsync($"/datasets/{dataset}?tab={tab}");
                    await Expect(visit.Page.Locator(Ready[tab]).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
                    await visit.SeenAsync($"{name}-{tab}");
                }

                await visit.Page.GotoAsync($"/datasets/{dataset}/train");
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { NameRegex = HubPages.Like("^Train on") })).ToBeVisibleAsync();
                await visit.SeenAsync($"{name}-train");
            }
        });
    }

    /// <summary>Names and cells that look like something else, run from right to left, are very long or mean something to HTML.</summary>
    private static string Strange()
    {
        var names = new[] { "🦄 unicorns", "العمر بالسنوات", "<img src=x onerror=alert(1)>", "a name that goes on and on, for two lines and more, because somebody put the whole question of the survey into it", "\"quoted\"", "_", "漢字", "=SUM(A1)" };
        var text = new StringBuilder(string.Join(',', names.Select(Quoted))).Append('\n');
        for (var i = 0; i < 60; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},{(i % 3 == 0 ? "" : (20 + i).ToString(CultureInfo.InvariantCulture))},{Quoted(i % 2 == 0 ? "<b>bold</b>" : "plain")},{Quoted(new string('w', i == 7 ? 20_000 : 30))},")
                .Append(CultureInfo.InvariantCulture, $"{Quoted("مرحبا " + (i % 5))},{Quoted("👩‍👩‍👧‍👦")},{Quoted("two\nlines")},{Quoted("=1+1")}\n");
        }

        return text.ToString();
    }

    private static string Wide()
    {
        var text = new StringBuilder(string.Join(',', Enumerable.Range(1, 300).Select(i => $"measurement_{i}"))).Append('\n');
        for (var row = 0; row < 40; row++)
        {
            text.AppendJoin(',', Enumerable.Range(1, 300).Select(i => ((row * i) % 97 / 7.0).ToString("0.###", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
