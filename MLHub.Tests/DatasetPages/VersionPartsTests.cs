using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Comparison;
using MLHub.Tests.Support;
using MLHub.Web.Datasets;
using MLHub.Web.Shell;
using MudBlazor.Services;

namespace MLHub.Tests.DatasetPages;

/// <summary>The parts that show a history and what changed in it.</summary>
public sealed class VersionPartsTests : BunitContext
{
    public VersionPartsTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(FakeTime.Create());
        JSInterop.Mode = JSRuntimeMode.Loose;
        Render<MudBlazor.MudPopoverProvider>();
    }

    [Fact]
    public void A_changed_cell_shows_what_stood_there_and_hostile_values_stay_text()
    {
        ChangedRow[] rows =
        [
            new(RowChange.Changed, 0, 4, [new("id", 1L, 1L, false), new("name", "<b>old</b>", "<script>", true)]),
            new(RowChange.Removed, 7, null, [new("id", 9L, null, false), new("name", "gone", null, false)]),
        ];

        var view = Render<DiffRowsView>(p => p
            .Add(v => v.Rows, new ChangedRows(rows, 2)).Add(v => v.Key, ["id"]).Add(v => v.Columns, ["id", "name"]).Add(v => v.ChangedColumns, ["name"])
            .Add(v => v.KindAddress, k => $"?kind={k}").Add(v => v.ColumnAddress, c => $"?column={c}").Add(v => v.OffsetAddress, o => $"?offset={o}"));

        Assert.Equal(("<b>old</b>", "<script>"), (view.Find("del").TextContent, view.Find("ins").TextContent));
        Assert.Equal(["changed", "1 → 5", "1"], view.FindAll("tr.changed td").Take(3).Select(c => c.TextContent.Trim()));
        Assert.Equal(["removed", "8", "9", "gone"], view.FindAll("tr.removed td").Select(c => c.TextContent.Trim()));
        Assert.Empty(view.FindAll("script"));
    }

    [Fact]
    public void Choosing_a_column_asks_for_the_rows_that_changed_in_it()
    {
        var view = Render<DiffRowsView>(p => p
            .Add(v => v.Rows, new ChangedRows([], 0)).Add(v => v.Key, ["id"]).Add(v => v.Columns, ["id"]).Add(v => v.ChangedColumns, ["a:b"])
            .Add(v => v.KindAddress, k => $"/x?kind={k}").Add(v => v.ColumnAddress, c => $"/x?column={c}").Add(v => v.OffsetAddress, o => $"/x?offset={o}"));

        view.Find("select").Change("column:a:b");

        Assert.EndsWith("/x?column=a:b", Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().Uri);
    }

    [Fact]
    public void What_moved_is_said_in_words_and_colour()
    {
        ColumnDiff[] columns =
        [
            new() { Column = "fare", ToColumn = "price", Psi = 0.31, MissingFrom = 0, MissingTo = 5, MeanFrom = 10, MeanTo = 12.5, Changed = 3, Bins = [new(0, 1, null, 5, 1), new(1, 2, null, 5, 9)] },
            new() { Column = "id", ToColumn = "id", Changed = 0 },
        ];

        var view = Render<DiffStatisticsView>(p => p
            .Add(v => v.Statistics, columns).Add(v => v.From, 1).Add(v => v.To, 2).Add(v => v.FromRows, 10).Add(v => v.ToRows, 10).Add(v => v.ColumnAddress, c => $"/x?column={c}"));

        var first = view.Find("tbody tr");
        Assert.Contains("price (was fare)", first.TextContent);
        Assert.Equal("0.310 moved", first.QuerySelector("td.bad")!.TextContent.Trim());
        Assert.Contains("0 → 5 (50 %)", first.TextContent);
        Assert.Contains("10 → 12.5", first.TextContent);
        Assert.Equal("/x?column=price", first.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("50 % before, 10 % after", first.QuerySelector("svg title")!.TextContent);
        Assert.Contains("–", view.FindAll("tbody tr")[1].TextContent);
    }

    [Fact]
    public void A_key_is_added_and_taken_away_and_a_guess_gives_way_to_a_choice()
    {
        List<DiffAsked> asked = [];
        var view = Render<DiffQuestion>(p => p
            .Add(v => v.From, 1).Add(v => v.To, 2).Add(v => v.Versions, [Version(2), Version(1)]).Add(v => v.Columns, ["id", "Month", "Day"]).Add(v => v.Key, ["id"]).Add(v => v.IsGuessed, true)
            .Add(v => v.OnAsk, a => asked.Add(a)));

        view.Find("select[aria-label='Add a column to the key']").Change("Month");
        view.Find("button[aria-label='id: remove from the key']").Click();

        Assert.Equal(["Month"], asked[0].Key);
        Assert.Empty(asked[1].Key);
        Assert.Equal([false, true], asked.Select(a => a.IsKeyless));
    }

    [Fact]
    public void The_time_line_tells_how_versions_differ_and_what_became_of_them()
    {
        var versions = new[] { Version(3, 90, DatasetVersionCause.Restore, 1), Version(2, 110, parent: 1), Version(1, 90) };
        VersionUse[] uses =
        [
            new(versions[2].Id, VersionUseKind.Run, Guid.NewGuid(), "brave-otter"),
            new(versions[2].Id, VersionUseKind.Model, Guid.NewGuid(), "churn v4") { Aliases = ["champion"] },
            new(versions[1].Id, VersionUseKind.Source, Guid.NewGuid(), "patients") { Version = 7 },
            new(versions[1].Id, VersionUseKind.Dataset, Guid.NewGuid(), "ages") { Version = 1 },
        ];

        var view = Panel(versions, uses, mayEdit: true);

        var second = view.Find("article[aria-label='Version 2']");
        Assert.Contains("(+20)", second.TextContent);
        Assert.NotNull(second.QuerySelector("a[href$='/compare?from=1&to=2']"));
        Assert.Equal($"{HubRoutes.Dataset(uses[2].Id)}?v=7", second.QuerySelectorAll(".lineage a").Single(a => a.TextContent == "patients v7").GetAttribute("href"));
        Assert.Equal("became ages v1", second.QuerySelector(".lineage summary")!.TextContent);
        var first = view.Find("article[aria-label='Version 1']");
        Assert.Equal("used by 1 run · champion of churn · became v3", first.QuerySelector("summary")!.TextContent);
        Assert.NotNull(first.QuerySelector("[aria-label='Restore v1']"));
        Assert.Null(view.Find("article[aria-label='Version 3']").QuerySelector("[aria-label='Restore v3']"));
    }

    [Fact]
    public void A_reader_compares_but_does_not_restore()
    {
        var view = Panel([Version(2, 110), Version(1, 90)], [], mayEdit: false);

        Assert.NotEmpty(view.FindAll("a[href*='/compare?']"));
        Assert.Empty(view.FindAll("[aria-label^='Restore']"));
    }

    private IRenderedComponent<DatasetVersionsPanel> Panel(DatasetVersionView[] versions, VersionUse[] uses, bool mayEdit) => Render<DatasetVersionsPanel>(p => p
        .Add(v => v.Dataset, new DatasetView { Id = versions[0].DatasetId, WorkspaceId = Guid.NewGuid(), Name = "air", LatestVersion = versions[0].Number })
        .Add(v => v.Versions, versions).Add(v => v.Uses, uses).Add(v => v.MayEdit, mayEdit).Add(v => v.MayDeleteAll, mayEdit));

    private static readonly Guid Dataset = Guid.NewGuid();

    private static DatasetVersionView Version(int number, long rows = 10, DatasetVersionCause cause = DatasetVersionCause.Upload, int? parent = null) => new()
    {
        Id = Guid.NewGuid(),
        DatasetId = Dataset,
        Number = number,
        State = DatasetVersionState.Ready,
        Cause = cause,
        Parent = parent,
        RowCount = rows,
        ColumnCount = 3,
        CreatedAt = FakeTime.Start.UtcDateTime,
    };
}
