using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace MLHub.Tests.Datasets;

/// <summary>Workbooks written by hand, so that they can be as strange as needed.</summary>
internal sealed class TestWorkbook
{
    public const int Day = 1;
    public const int Moment = 2;
    public const int Clock = 3;
    public const int Duration = 4;
    public const int Percent = 5;

    private readonly List<(string Name, string State, string Body)> _sheets = [];

    public bool Is1904 { get; init; }

    public string? Without { get; init; }

    public string Prolog { get; init; } = "";

    /// <summary>A number with a style.</summary>
    public sealed record Styled(double Number, int Style);

    /// <summary>XML of a cell; {0} stands for its attribute r.</summary>
    public sealed record Raw(string Xml);

    /// <param name="merged">Ranges like <c>A1:B1</c>.</param>
    public TestWorkbook Sheet(string name, object?[][] rows, string state = "visible", string[]? merged = null, int firstRow = 1, int firstColumn = 0)
    {
        var body = new StringBuilder("<sheetData>");
        for (var r = 0; r < rows.Length; r++)
        {
            if (rows[r].Length == 0)
            {
                continue;
            }

            body.Append(CultureInfo.InvariantCulture, $"<row r=\"{r + firstRow}\">");
            for (var c = 0; c < rows[r].Length; c++)
            {
                body.Append(Cell(Name(c + firstColumn) + (r + firstRow).ToString(CultureInfo.InvariantCulture), rows[r][c]));
            }

            body.Append("</row>");
        }

        body.Append("</sheetData>");
        if (merged is not null)
        {
            body.Append("<mergeCells>").AppendJoin("", merged.Select(m => $"<mergeCell ref=\"{m}\"/>")).Append("</mergeCells>");
        }

        return Body(name, body.ToString(), state);
    }

    public TestWorkbook Body(string name, string body, string state = "visible")
    {
        _sheets.Add((name, state, body));
        return this;
    }

    public byte[] Bytes()
    {
        const string head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
        const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part("[Content_Types].xml", $"{head}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
            Part("_rels/.rels", $"{head}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Part("xl/workbook.xml", $"{head}{Prolog}<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><workbookPr{(Is1904 ? " date1904=\"1\"" : "")}/><sheets>{string.Concat(_sheets.Select((s, i) => $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\" state=\"{s.State}\" r:id=\"rId{i + 1}\"/>"))}</sheets></workbook>");
            Part("xl/_rels/workbook.xml.rels", $"{head}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{string.Concat(_sheets.Select((_, i) => $"<Relationship Id=\"rId{i + 1}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>"))}<Relationship Id=\"rId999\" Type=\"{relations}/styles\" Target=\"styles.xml\"/></Relationships>");
            Part("xl/styles.xml", $"{head}<styleSheet xmlns=\"{main}\"><cellXfs count=\"6\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"22\" applyNumberFormat=\"1\"/><xf numFmtId=\"21\" applyNumberFormat=\"1\"/><xf numFmtId=\"46\" applyNumberFormat=\"1\"/><xf numFmtId=\"9\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>");
            for (var i = 0; i < _sheets.Count; i++)
            {
                Part($"xl/worksheets/sheet{i + 1}.xml", $"{head}<worksheet xmlns=\"{main}\">{_sheets[i].Body}</worksheet>");
            }

            void Part(string name, string text)
            {
                if (name == Without)
                {
                    return;
                }

                using var part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    private static string Cell(string reference, object? value) => value switch
    {
        null => "",
        string text => $"<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is></c>",
        bool yes => $"<c r=\"{reference}\" t=\"b\"><v>{(yes ? 1 : 0)}</v></c>",
        Styled styled => string.Create(CultureInfo.InvariantCulture, $"<c r=\"{reference}\" s=\"{styled.Style}\"><v>{styled.Number:R}</v></c>"),
        Raw raw => raw.Xml.Replace("{0}", $"r=\"{reference}\"", StringComparison.Ordinal),
        _ => string.Create(CultureInfo.InvariantCulture, $"<c r=\"{reference}\"><v>{value}</v></c>"),
    };

    private static string Name(int column) => column < 26 ? ((char)('A' + column)).ToString() : Name((column / 26) - 1) + (char)('A' + (column % 26));
}
