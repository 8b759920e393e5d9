using Bunit;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Tests.Components;

public sealed class DataGridViewTests : BunitContext
{
    private static readonly ColumnSchema[] Columns = [new("id", ColumnType.Integer), new("name", ColumnType.Text)];

    private readonly List<(long Offset, int Count)> _asked = [];

    public DataGridViewTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Fact]
    public void Only_the_rows_in_sight_are_asked_for_in_bounded_blocks()
    {
        var grid = Show(totalRows: 1_000_000);

        Assert.NotEmpty(_asked);
        Assert.All(_asked, a => Assert.InRange(a.Count, 1, DataGridView.BlockRows));
        Assert.True(_asked.Sum(a => a.Count) <= 1000);
        Assert.InRange(grid.FindAll("tbody tr[data-row]").Count, 1, 200);
    }

    [Fact]
    public void More_rows_than_a_browser_can_scroll_are_paged_in_windows()
    {
        var grid = Show(totalRows: 2500, windowRows: 1000);
        Assert.Equal("1", grid.Find("tbody tr[data-row] th").TextContent);

        grid.Find("button[aria-label='Later rows']").Click();

        grid.WaitForAssertion(() => Assert.Equal("1001", grid.Find("tbody tr[data-row] th").TextContent));
        Assert.Equal("1002", grid.Find("tbody tr[data-row]").GetAttribute("aria-rowindex"));
    }

    [Fact]
    public void Going_to_a_row_shows_the_window_that_holds_it()
    {
        var grid = Show(totalRows: 2500, windowRows: 1000);

        grid.Find(".goto input").Change("2345");

        grid.WaitForAssertion(() => Assert.Equal("2001", grid.Find("tbody tr[data-row] th").TextContent));
        Assert.EndsWith("-2344-0", grid.Find("[role=grid]").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public void Clicking_a_header_asks_for_its_order_and_says_it_to_screen_readers()
    {
        IReadOnlyList<GridSort> asked = [];
        var grid = Show(totalRows: 10, sortChanged: s => asked = s);

        grid.FindAll("button.sort")[1].Click();

        Assert.Equal([new GridSort("name", false)], asked);
        grid.Render(p => p.Add(g => g.Sort, asked));
        Assert.Equal("ascending", grid.FindAll("thead th")[2].GetAttribute("aria-sort"));
        grid.FindAll("button.sort")[1].Click();
        Assert.Equal([new GridSort("name", true)], asked);
    }

    [Fact]
    public void Shift_adds_a_column_to_the_order_and_takes_it_away_in_the_end()
    {
        IReadOnlyList<GridSort> order = [new("id", false)];

        order = GridSort.Next(order, "name", isAnother: true);
        Assert.Equal([new("id", false), new("name", false)], order);
        order = GridSort.Next(order, "name", isAnother: true);
        Assert.Equal([new("id", false), new("name", true)], order);
        Assert.Equal([new("id", false)], GridSort.Next(order, "name", isAnother: true));
        Assert.Equal([new("name", true)], GridSort.Next(order, "name", isAnother: false));
    }

    [Fact]
    public async Task Columns_are_hidden_frozen_moved_and_resized_and_the_page_is_told()
    {
        TableLayout? told = null;
        var grid = Show(totalRows: 3);
        grid.Render(p => p
            .Add(g => g.ColumnMenu, column => $"<span class='of'>{column}</span>")
            .Add(g => g.Layout, new TableLayout { Frozen = ["name"], Widths = new Dictionary<string, int> { ["id"] = 333 } })
            .Add(g => g.LayoutChanged, EventCallback.Factory.Create<TableLayout>(this, l => told = l)));

        Assert.Equal(["name", "id"], grid.FindAll("thead th .name").Select(n => n.TextContent));
        Assert.Contains("width:333px", grid.FindAll("col")[2].GetAttribute("style"));
        Assert.Contains("frozen", grid.FindAll("thead th")[1].ClassList);

        grid.FindAll("button.more")[0].Click();
        grid.FindAll(".column-menu button").Single(b => b.TextContent == "Let it scroll").Click();
        Assert.Empty(told!.Frozen);
        Assert.Equal(["id", "name"], grid.FindAll("thead th .name").Select(n => n.TextContent));

        grid.FindAll("button.more")[0].Click();
        grid.FindAll(".column-menu button").Single(b => b.TextContent == "Move right").Click();
        Assert.Equal(["name", "id"], told.Order);

        await grid.InvokeAsync(() => grid.Instance.ResizedAsync(1, 5000));
        Assert.Equal(GridWidths.Most, told.Widths["name"]);

        grid.FindAll("button.more")[0].Click();
        grid.FindAll(".column-menu button").Single(b => b.TextContent == "Hide").Click();
        Assert.Equal(["name"], told.Hidden);
        Assert.Equal(["id"], grid.FindAll("thead th .name").Select(n => n.TextContent));
    }

    [Fact]
    public void A_missing_cell_is_told_apart_from_an_empty_text()
    {
        var grid = Show(totalRows: 2, cells: row => row == 0 ? [null, ""] : ["1", "x"]);

        var cells = grid.FindAll("tbody tr[data-row='0'] td");

        Assert.Equal("missing", cells[0].QuerySelector("[role=img]")!.GetAttribute("aria-label"));
        Assert.Equal("", cells[1].TextContent);
        Assert.Empty(cells[1].Children);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        const string Hostile = "<img src=x onerror=alert(1)> & \"quoted\" 日本";
        var grid = Show(totalRows: 1, cells: _ => ["1", Hostile]);

        Assert.Equal(Hostile, grid.FindAll("tbody td")[1].TextContent);
        Assert.Empty(grid.FindAll("img"));
    }

    [Fact]
    public void A_long_text_is_clipped_in_the_table_and_whole_in_the_panel()
    {
        var text = new string('x', 5000);
        var grid = Show(totalRows: 1, cells: _ => ["1", text]);
        Assert.True(grid.FindAll("tbody td")[1].TextContent.Length < 250);

        grid.Find("[role=grid]").KeyDown("Enter");

        Assert.Equal(text, grid.FindAll(".row-panel dd")[1].TextContent);
    }

    [Fact]
    public void The_panel_goes_to_the_next_row_and_closes_with_escape()
    {
        var told = new List<long?>();
        var grid = Show(totalRows: 3, rowSelected: told.Add);
        grid.Find("[role=grid]").KeyDown("Enter");

        grid.Find("button[aria-label='Next row']").Click();
        Assert.Equal("Row 2", grid.Find(".row-panel h2").TextContent);
        grid.Find(".row-panel").KeyDown("Escape");

        Assert.Empty(grid.FindAll(".row-panel"));
        Assert.Equal([0L, 1L, null], told);
    }

    [Fact]
    public void Arrow_keys_move_one_cell_and_stop_at_the_edges()
    {
        var grid = Show(totalRows: 3);
        var table = grid.Find("[role=grid]");

        table.KeyDown("ArrowDown");
        table.KeyDown("ArrowDown");
        table.KeyDown("ArrowRight");
        table.KeyDown("ArrowRight");

        Assert.EndsWith("-1-1", grid.Find("[role=grid]").GetAttribute("aria-activedescendant"));
        Assert.Equal("name 1", grid.Find("td.at").TextContent);
    }

    [Fact]
    public void More_columns_than_fit_are_paged_and_can_be_found_by_name()
    {
        ColumnSchema[] many = [.. Enumerable.Range(0, 130).Select(i => new ColumnSchema($"c{i}", ColumnType.Integer))];
        var grid = Show(totalRows: 1, columns: many, cells: _ => [.. many.Select(c => c.Name)]);
        Assert.Equal(DataGridView.MaxColumns + 1, grid.FindAll("thead th").Count);

        grid.Find(".picker .toggle").Click();
        grid.Find(".picker input[type=search]").Input("c12");
        Assert.Equal(11, grid.FindAll(".picker li").Count);
        grid.FindAll(".picker li button").Single(b => b.TextContent == "c125").Click();

        grid.WaitForAssertion(() => Assert.Equal("c120", grid.FindAll("tbody td")[0].TextContent));
        Assert.Equal("c125", grid.Find("td.at").TextContent);
    }

    [Fact]
    public void A_hidden_column_is_left_out_and_comes_back()
    {
        var grid = Show(totalRows: 1);
        grid.Find(".picker .toggle").Click();

        grid.FindAll(".picker li input")[0].Change(false);
        Assert.Equal(["name 0"], grid.FindAll("tbody td").Select(c => c.TextContent));

        grid.Find(".picker .all").Click();
        Assert.Equal(2, grid.FindAll("tbody td").Count);
    }

    [Fact]
    public void A_refused_read_says_why_and_can_be_tried_again()
    {
        var refuse = true;
        var grid = Show(totalRows: 1, cells: _ => refuse ? throw HubException.Conflict("The store is away.") : ["1", "here"]);
        Assert.Contains("The store is away.", grid.Find("[role=alert]").TextContent);

        refuse = false;
        grid.Find("[role=alert] button").Click();

        grid.WaitForAssertion(() => Assert.Equal("here", grid.FindAll("tbody td")[1].TextContent));
        Assert.Empty(grid.FindAll("[role=alert]"));
    }

    [Fact]
    public void Another_key_asks_for_all_rows_anew()
    {
        var grid = Show(totalRows: 5);
        var before = _asked.Count;

        grid.Render(p => p.Add(g => g.DataKey, "other filter"));

        grid.WaitForAssertion(() => Assert.True(_asked.Count > before));
    }

    [Fact]
    public void What_differs_from_another_state_is_told_by_colour_and_by_words()
    {
        var grid = Render<DataGridView>(p => p
            .Add(g => g.Label, "Rows")
            .Add(g => g.Columns, Columns)
            .Add(g => g.TotalRows, 2)
            .Add(g => g.ColumnMark, column => column == 0 ? GridMark.Added : GridMark.None)
            .Add(g => g.Rows, (_, _, _) => Task.FromResult<IReadOnlyList<GridRow>>(
            [
                new(1, ["1", "new"]) { Before = new Dictionary<int, string?> { [1] = "\"old\" <b>" } },
                new(2, ["2", "x"]) { Mark = GridMark.Removed },
            ])));

        Assert.Equal("integer · added", grid.FindAll("thead th")[1].QuerySelector(".type")!.TextContent);
        Assert.Contains("added", grid.Find("tr[data-row='0'] td").ClassList);
        Assert.Contains("changed", grid.FindAll("tr[data-row='0'] td")[1].ClassList);
        Assert.Equal("before: \"old\" <b>", grid.FindAll("tr[data-row='0'] td")[1].GetAttribute("title"));
        Assert.Contains("removed", grid.Find("tr[data-row='1']").ClassList);
    }

    [Fact]
    public void Columns_that_somebody_wants_to_see_are_brought_into_sight_once()
    {
        var script = JSInterop.SetupModule("./js/grid.js");
        script.Mode = JSRuntimeMode.Loose;
        ColumnSchema[] many = [.. Enumerable.Range(0, 130).Select(i => new ColumnSchema($"c{i}", ColumnType.Integer))];
        var grid = Show(totalRows: 1, columns: many, cells: _ => [.. many.Select(c => c.Name)]);

        grid.Render(p => p.Add(g => g.Sight, new GridSight(125, 127, "step")));
        grid.WaitForAssertion(() => Assert.Equal("c120", grid.FindAll("tbody td")[0].TextContent));
        grid.WaitForAssertion(() => Assert.Equal([8, 6], Revealed()));
        grid.Render(p => p.Add(g => g.Sight, new GridSight(125, 127, "step")));

        Assert.Equal(2, Revealed().Count());
        IEnumerable<int> Revealed() => script.Invocations.Where(i => i.Identifier == "revealColumn").Select(i => (int)i.Arguments[1]!);
    }

    private IRenderedComponent<DataGridView> Show(
        long totalRows,
        ColumnSchema[]? columns = null,
        Func<long, string?[]>? cells = null,
        int windowRows = DataGridView.MaxWindowRows,
        Action<IReadOnlyList<GridSort>>? sortChanged = null,
        Action<long?>? rowSelected = null)
    {
        cells ??= row => [row.ToString(), $"name {row}"];
        return Render<DataGridView>(p => p
            .Add(g => g.Label, "Rows")
            .Add(g => g.Columns, columns ?? Columns)
            .Add(g => g.TotalRows, totalRows)
            .Add(g => g.WindowRows, windowRows)
            .Add(g => g.SortChanged, EventCallback.Factory.Create(this, sortChanged ?? (_ => { })))
            .Add(g => g.RowSelected, EventCallback.Factory.Create(this, rowSelected ?? (_ => { })))
            .Add(g => g.Rows, (offset, count, _) =>
            {
                _asked.Add((offset, count));
                return Task.FromResult<IReadOnlyList<GridRow>>([.. Enumerable.Range(0, count).Select(i => new GridRow(offset + i + 1, cells(offset + i)))]);
            }));
    }
}
