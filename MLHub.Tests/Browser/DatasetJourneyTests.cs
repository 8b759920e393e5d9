using System.IO.Compression;
using System.Text;
using MLHub.Core.Datasets;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>What somebody does with tables before learning from them: checks how a file is read, and looks around in rows and figures.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class DatasetJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_file_of_each_format_is_checked_changed_and_imported()
    {
        _ = Need.Chromium;
        using var folder = new TestFolder();
        var files = await FilesAsync(folder);
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUpAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "From a file to a prediction" }).WaitForAsync();
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await pages.Datasets.OpenAsync();
            var first = true;
            foreach (var file in files)
            {
                await pages.Datasets.OpenAsync();
                var tick = visit.Page.GetByLabel("Check first").First;
                if (first)
                {
                    await tick.CheckAsync();
                }

                // Each browser keeps its answer.
                await Expect(tick).ToBeCheckedAsync();
                await pages.Datasets.DropAsync(file);
                var columns = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Columns", Exact = true });
                await columns.WaitForAsync(new() { Timeout = 60_000 });
                var type = columns.GetByLabel("Type of id");
                await Expect(type).ToHaveValueAsync("Integer");
                if (first)
                {
                    await visit.SeenAsync("check");
                }

                // The number of a person is a name, not a quantity; their note is nobody's business.
                await type.SelectOptionAsync("Text");
                await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Preview", Exact = true }).GetByRole(AriaRole.Columnheader).Filter(new() { HasText = "id" }).First).ToContainTextAsync("text", new() { Timeout = 30_000 });
                await columns.GetByLabel("note", new() { Exact = true }).ClickAsync();
                await Expect(columns.GetByText("3 of 4")).ToBeVisibleAsync(new() { Timeout = 30_000 });
                if (first)
                {
                    await visit.SeenAsync("check-changed");
                }

                await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
                var grid = visit.Page.GetByRole(AriaRole.Grid);
                await grid.WaitForAsync(new() { Timeout = 90_000 });
                await Expect(grid.Locator("thead th .name")).ToHaveTextAsync(["id", "name", "size"]);
                await Expect(grid.Locator("thead th .type").First).ToHaveTextAsync("text");
                await Expect(grid.GetByText("Zoë", new() { Exact = true })).ToBeVisibleAsync();
                first = false;
            }

            // The same bytes once more, otherwise: no upload, a second version.
            await visit.Page.GotoAsync(visit.Page.Url.Split('?')[0] + "/versions/1/import");
            var again = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Columns", Exact = true });
            await Visit.UntilAsync(() => again.GetByLabel("note", new() { Exact = true }).CheckAsync(), again.GetByText("4 of 4"));
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Grid).Locator("thead th .name")).ToHaveTextAsync(["id", "name", "size", "note"], new() { Timeout = 90_000 });
        });
    }

    [Fact]
    public async Task Somebody_looks_around_in_a_table()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUpAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "From a file to a prediction" }).WaitForAsync();
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await pages.Datasets.OpenAsync();
            var sample = visit.Page.GetByText("predict a price from");
            await Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Load a sample" }).ClickAsync(), sample);
            await visit.SeenAsync("samples");
            await sample.ClickAsync();
            var grid = visit.Page.GetByRole(AriaRole.Grid);
            await grid.WaitForAsync(new() { Timeout = 90_000 });
            await Expect(grid.GetByText("Ideal", new() { Exact = true }).First).ToBeVisibleAsync();
            await visit.SeenAsync("rows");

            // The third bar of "cut" stands for its third most frequent value.
            var strip = grid.Locator("th[data-column='1'] [data-bars]");
            var box = await strip.BoundingBoxAsync() ?? throw new InvalidOperationException("The strip is not to be seen.");
            await strip.ClickAsync(new() { Position = new() { X = box.Width * 0.5f, Y = box.Height / 2 } });
            var chips = visit.Page.GetByRole(AriaRole.Group, new() { Name = "Filter conditions" });
            await Expect(chips.GetByText("cut = 'Very Good'")).ToBeVisibleAsync();
            await Expect(visit.Page.GetByText("showing 12,082 of 53,940 rows")).ToBeVisibleAsync();

            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for column price" }).ClickAsync();
            await visit.SeenAsync("column-menu");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for column price" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sort downwards" }).ClickAsync();
            await Expect(grid.Locator("tbody tr[data-row='0'] td").Nth(6)).ToHaveTextAsync("18818");

            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a condition…" }).ClickAsync();
            var dialog = visit.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Column").SelectOptionAsync("carat");
            await dialog.GetByLabel("Condition").SelectOptionAsync(">=");
            await dialog.GetByLabel("Value").FillAsync("3");
            await visit.SeenAsync("condition");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await Expect(chips.GetByText("carat >= 3")).ToBeVisibleAsync();
            await visit.SeenAsync("filtered");
            var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Download these rows" }).ClickAsync());
            var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal("carat,cut,color,clarity,depth,table,price,x,y,z", lines[0]);
            Assert.All(lines.Skip(1), l => Assert.Contains(",Very Good,", l, StringComparison.Ordinal));

            // How the columns are arranged is kept for this person.
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for column price" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep in sight" }).ClickAsync();
            await Expect(grid.Locator("thead th .name").First).ToHaveTextAsync("price");
            await visit.Page.ReloadAsync();
            await Expect(grid.Locator("thead th .name").First).ToHaveTextAsync("price");

            await pages.Dataset.OpenProfileAsync("carat");
            await visit.SeenAsync("profile");
            var map = visit.Page.GetByRole(AriaRole.Region, new() { Name = "How columns go together" });
            await map.ScrollIntoViewIfNeededAsync();
            await Expect(map.Locator("svg").First).ToBeVisibleAsync();
            var against = visit.Page.GetByLabel("Compare carat with another column");
            await against.SelectOptionAsync("cut");
            await Expect(visit.Page.GetByRole(AriaRole.Figure, new() { Name = "Distribution of carat by cut" })).ToBeVisibleAsync();
            await visit.SeenAsync("profile-split");
            await visit.Page.GetByLabel("Compare carat with another column").SelectOptionAsync("price");
            await Expect(visit.Page.GetByRole(AriaRole.Figure, new() { Name = "carat and price" })).ToBeVisibleAsync();
            await visit.SeenAsync("profile-pair");

            await pages.Datasets.OpenAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "diamonds", Exact = true })).ToBeVisibleAsync();
            await visit.SeenAsync("list");
        });
    }

    // The same table in each format, as programs write it.
    private static async Task<IReadOnlyList<string>> FilesAsync(TestFolder folder)
    {
        (int Id, string Name, double Size, string Note)[] rows = [(1, "Zoë", 1.5, "a"), (2, "Björn", 2.25, "b"), (3, "Li, Wei", 3, "c"), (4, "O'Hara", 4.75, "d")];
        var csv = "id,name,size,note\n" + string.Concat(rows.Select(r => FormattableString.Invariant($"{r.Id},\"{r.Name}\",{r.Size},{r.Note}\n")));
        var objects = rows.Select(r => FormattableString.Invariant($"{{\"id\":{r.Id},\"name\":\"{r.Name}\",\"size\":{r.Size},\"note\":\"{r.Note}\"}}")).ToList();
        var token = TestContext.Current.CancellationToken;
        List<string> files = [];
        await AddAsync("people.csv", Encoding.UTF8.GetBytes(csv));
        await AddAsync("people.tsv", Encoding.UTF8.GetBytes("id\tname\tsize\tnote\n" + string.Concat(rows.Select(r => FormattableString.Invariant($"{r.Id}\t{r.Name}\t{r.Size}\t{r.Note}\n")))));
        await AddAsync("people.json", Encoding.UTF8.GetBytes($"[{string.Join(",\n", objects)}]"));
        await AddAsync("people.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', objects) + "\n"));
        await AddAsync("people.xlsx", Workbook(rows));
        await AddAsync("people.csv.gz", Packed(Encoding.UTF8.GetBytes(csv)));
        var parquet = folder.File("people.parquet");
        using (var connection = Sql.Open(null, folder.Path, 1, 128L << 20))
        {
            connection.Run($"COPY (SELECT id::BIGINT AS id, name, size::DOUBLE AS size, note FROM read_csv({Sql.Text(folder.File("people.csv"))}, header = true)) TO {Sql.Text(parquet)} (FORMAT parquet)");
        }

        files.Add(parquet);
        return files;

        async Task AddAsync(string name, byte[] bytes)
        {
            await File.WriteAllBytesAsync(folder.File(name), bytes, token);
            files.Add(folder.File(name));
        }
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    // The least that a spreadsheet program takes for a workbook.
    private static byte[] Workbook((int Id, string Name, double Size, string Note)[] rows)
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create))
        {
            Add("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Add("_rels/.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Add("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            var sheet = string.Concat(rows.Select(r => FormattableString.Invariant($"<row><c><v>{r.Id}</v></c>{Text(r.Name)}<c><v>{r.Size}</v></c>{Text(r.Note)}</row>")));
            Add("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>{Text("id")}{Text("name")}{Text("size")}{Text("note")}</row>{sheet}</sheetData></worksheet>""");

            void Add(string name, string xml)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(xml);
            }
        }

        return content.ToArray();

        static string Text(string text) => $"""<c t="inlineStr"><is><t>{text}</t></is></c>""";
    }
}
