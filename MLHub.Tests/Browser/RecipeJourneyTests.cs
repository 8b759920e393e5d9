using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>Messy files are cleaned step by step in a real browser. The figures were counted with Python over the same rows.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class RecipeJourneyTests(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    [Fact]
    public async Task Breast_cancer_is_cleaned_and_a_query_cannot_read_files()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var (pages, recipe) = await UploadAsync(server, visit, "BreastCancer.csv");
            await recipe.OpenAsync();
            await visit.SeenAsync("empty");

            await recipe.AddAsync("dedupe", "Drop duplicate rows");
            await recipe.SeesEffectAsync(1, "−8 rows");
            await recipe.AddAsync("impute", "Fill missing values");
            await recipe.Field("Find a column for Columns").FillAsync("bare");
            await recipe.TickAsync("Columns", "Bare.nuclei");
            await recipe.SeesEffectAsync(2, "16 cells changed");
            await visit.SeenAsync("fill");
            await recipe.ShowAsync("Only what changed");
            await visit.SeenAsync("only-changed");
            await recipe.ShowAsync("After");

            await recipe.PasteAsync(
                """
                [{"step":"drop_columns","parameters":{"columns":["Id"]}},
                 {"step":"filter_rows","parameters":{"filter":"Mitoses <= 5"}},
                 {"step":"derive_column","parameters":{"name":"size","expression":"(\"Cell.size\" + \"Cell.shape\") / 2"}},
                 {"step":"standardise","parameters":{"columns":["Cl.thickness"]}},
                 {"step":"cast","parameters":{"columns":["Marg.adhesion"],"type":"text"}},
                 {"step":"one_hot","parameters":{"columns":["Class"]}}]
                """);
            await recipe.SeesEffectAsync(3, "−1 column");
            await recipe.SeesEffectAsync(4, "−34 rows");
            await recipe.SeesEffectAsync(5, "+1 column");
            await recipe.SeesEffectAsync(6, "657 cells changed");
            await recipe.SeesEffectAsync(8, "+2 columns");
            await recipe.ChooseAsync(8);
            await visit.SeenAsync("eight-steps");

            await recipe.AddAsync("sql", "SQL");
            await recipe.Field("Query").FillAsync("SELECT * FROM read_csv('/etc/passwd')");
            await recipe.SeesEffectAsync(9, "read_csv");
            await visit.SeenAsync("query-refused");
            await recipe.DeleteAsync(9);
            await recipe.IsKeptAsync();

            await visit.Page.ReloadAsync();
            await recipe.SeesStepsAsync(8);
            await recipe.SeesEffectAsync(8, "+2 columns");
            await recipe.SaveAsync("Clean enough to learn from");
            await recipe.OpenMadeAsync(2);
            await pages.Dataset.SeesRowsAsync("size", "1");
            await recipe.OpenAsync();
            await visit.SeenAsync("made");

            await recipe.OpenVersionsAsync();
            await recipe.SeesStepsOfAsync(2, 8);
            await visit.SeenAsync("versions");
            await recipe.CompareAsync("Compare with v1: version 2");
            await recipe.RestoreAsync(1, madeAs: 3);
        });
    }

    [Fact]
    public async Task Movies_are_cleaned_compared_with_what_they_were_and_restored()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var (pages, recipe) = await UploadAsync(server, visit, "movies.json");
            await recipe.OpenAsync();

            await recipe.PasteAsync(
                """
                {"steps":[{"step":"drop_columns","parameters":{"columns":["US DVD Sales"]}},
                 {"step":"fill_missing","parameters":{"columns":["MPAA Rating"],"method":"constant","value":"Not Rated"}},
                 {"step":"cast","parameters":{"columns":["Release Date"],"type":"date","format":"%b %d %Y"}},
                 {"step":"filter_rows","parameters":{"filter":"\"US Gross\" > 0"}},
                 {"step":"drop_duplicates","parameters":{"columns":["Title"]}},
                 {"step":"date_parts","parameters":{"column":"Release Date","parts":["year"]}},
                 {"step":"derive_column","parameters":{"name":"Profit","expression":"\"Worldwide Gross\" - \"Production Budget\""}},
                 {"step":"one_hot","parameters":{"columns":["Creative Type"]}}]}
                """);
            await recipe.SeesEffectAsync(1, "−1 column");
            await recipe.SeesEffectAsync(2, "547 cells changed");
            await recipe.SeesEffectAsync(4, "−47 rows");
            await recipe.SeesEffectAsync(5, "−3 rows");
            await recipe.SeesEffectAsync(6, "+1 column");
            await recipe.SeesEffectAsync(7, "+1 column");
            await recipe.SeesEffectAsync(8, "+9 columns");
            await recipe.ChooseAsync(2);
            await visit.SeenAsync("movies");

            await recipe.SaveAsync("Movies that earned something");
            await recipe.IsMadeAsync(2);
            await visit.SeenAsync("movies-ready");
            await recipe.CompareAsync("Compare with v1");
            await visit.SeenAsync("movies-compared");
            await recipe.RestoreAsync(1, madeAs: 3);
            await recipe.OpenVersionAsync(2);
            await pages.Dataset.SeesRowsAsync("Profit", "Not Rated");
        });
    }

    /// <summary>The way of a file through the browser is another journey's.</summary>
    private static async Task<(HubPages Pages, RecipePage Recipe)> UploadAsync(HubServer server, Visit visit, string file)
    {
        var pages = new HubPages(visit);
        await pages.SignUp.OpenAsync();
        await pages.SignUp.SignUpAsync(Email, "Ada Example");
        using var ada = server.CreateClient();
        await ada.LoginAsync(Email);
        var dataset = await ada.ImportAsync(TestData.Path(file));
        await visit.Page.GotoAsync($"/datasets/{dataset}");
        await visit.Page.GetByRole(AriaRole.Grid).WaitForAsync();
        return (pages, new RecipePage(visit));
    }
}
