using System.IO.Compression;
using System.Text;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;
using static MLHub.Tests.Datasets.TestWorkbook;

namespace MLHub.Tests.Datasets;

/// <summary>
/// The catalog of input files: one case per number, with the outcome that the catalog asks for. Delimited text with ordinary outcomes is in
/// <see cref="ImportTests"/>, under the same numbers.
/// </summary>
public sealed class InputCatalogTests
{
    private static readonly Dictionary<string, Case> Cases = All().ToDictionary(c => c.Name);

    static InputCatalogTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_of_the_catalog_has_its_outcome(string name)
    {
        var input = Cases[name];
        using var folder = new TestFolder();
        var path = folder.File("original");
        await File.WriteAllBytesAsync(path, input.Bytes());

        var preview = await InProcessPreviewer.LookAsync(path, input.Before ?? input.Options);

        if (input.Asks is { } option)
        {
            var question = Assert.Single(preview.Questions, q => q.Option == option);
            Assert.Equal((name, input.Default), (name, question.Default));
            Assert.NotEmpty(question.Reason);
            Assert.True(question.Default is null || question.Choices.Any(c => c.Value == question.Default), $"{question.Default} is no choice");
        }
        else
        {
            Assert.Equal((name, ""), (name, string.Join(' ', preview.Questions.Select(q => q.Option))));
        }

        if (input.Code is { } code)
        {
            var refused = Assert.Throws<Core.Common.HubException>(() => ImportBench.File_(path, folder.Path, input.Options));
            Assert.Equal((name, code, input.Unseen ? null : code), (name, refused.Code, input.Unseen ? null : preview.Error?.Code));
            Assert.True(input.Says is null || refused.Message.Contains(input.Says, StringComparison.Ordinal), refused.Message);
            return;
        }

        var imported = ImportBench.File_(path, folder.Path, input.Options);
        Assert.Equal((name, input.Schema, input.Cells), (name, imported.Schema, imported.Cells));
        Assert.True(input.Note is null || input.Note.Split(' ').All(imported.Notes), $"{name}: {input.Note} is not among {string.Join(' ', imported.Report.Notes.Select(n => n.Code))}");
        Assert.Equal(imported.Report.RowsRead, imported.Report.RowsKept + imported.Report.RowsRejected);
        if (input.Before is null)
        {
            Assert.Equal((name, null), (name, preview.Error?.Code));
            Assert.Equal(imported.Schema, string.Join(' ', preview.Columns.Where(c => !imported.Notes("COLUMN_DROPPED") || c.OriginalName is not null || c.Included).Select(c => $"{c.Name}:{c.Type.ToString().ToLowerInvariant()}")));
        }
    }

    [Theory]
    [InlineData("dates1900.xls")]
    [InlineData("dates1904.xls")]
    public void Input_91_moments_of_both_calendars_are_those_that_were_written(string file)
    {
        using var folder = new TestFolder();

        var imported = ImportBench.File_(Path.Combine(AppContext.BaseDirectory, "Datasets", "files", file), folder.Path);

        Assert.Equal("day:date moment:datetime clock:time n:number word:text", imported.Schema);
        Assert.Equal("2024-02-29,2024-01-01T13:30:15,06:45:00,1.5,äß|1999-12-31,2023-12-31T23:59:59,23:59:59,-2.25,x", imported.Cells);
        Assert.Equal("xls", imported.Report.Format);
    }

    [Fact]
    public async Task Input_86_and_87_the_first_visible_sheet_with_cells_is_the_default_and_hidden_ones_are_listed()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Datasets", "files", "sheets.xlsx");
        using var folder = new TestFolder();
        using var hidden = new TestFolder();

        var preview = await InProcessPreviewer.LookAsync(path, new());
        var usual = ImportBench.File_(path, folder.Path);
        var chosen = ImportBench.File_(path, hidden.Path, new() { Sheet = "secret" });

        Assert.Equal([("secret", true, false), ("buried", true, false), ("blank", false, true), ("data", false, false), ("more", false, false)], preview.Sheets!.Select(s => (s.Name, s.IsHidden, s.IsEmpty)));
        var question = Assert.Single(preview.Questions);
        Assert.Equal(("sheet", "data"), (question.Option, question.Default));
        Assert.Equal(["secret", "buried", "data", "more"], question.Choices.Select(c => c.Value));
        Assert.Equal(("name:text n:number when:date", "Ann,1,2024-05-06|Bob,2.5,2024-05-07"), (usual.Schema, usual.Cells));
        Assert.Equal("1,2", chosen.Cells);
    }

    [Fact]
    public void Input_94_a_sheet_that_claims_to_be_full_but_has_one_cell_is_read_at_once()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        using var imported = ImportBench.Bytes(new TestWorkbook().Body("s", "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData>").Bytes());

        Assert.Equal(("a:integer", "1"), (imported.Schema, imported.Cells));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("65", "[", 100_000)]
    [InlineData("66", "{\"a\":", 2_000)]
    public void Input_65_and_66_nesting_is_refused_within_a_second(string number, string open, int depth)
    {
        var text = "[" + string.Concat(Enumerable.Repeat(open, depth));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var refused = ImportBench.Refused(text);

        Assert.Equal((number, "JSON_TOO_DEEP"), (number, refused.Code));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"{clock.Elapsed}");
    }

    [Fact]
    public void Input_103_bytes_that_were_flipped_are_refused_or_read_but_never_break_out()
    {
        var good = Parquet("SELECT i AS a, 'word ' || (i % 7) AS b FROM range(2000) t(i)");
        var random = new Random(7);

        for (var i = 0; i < 40; i++)
        {
            var bytes = good.ToArray();
            bytes[random.Next(4, bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                using var imported = ImportBench.Bytes(bytes);
                Assert.Equal(imported.Report.RowsKept, imported.Rows.Count);
            }
            catch (Core.Common.HubException refused)
            {
                Assert.Contains(refused.Code, new[] { "PARQUET_CORRUPT", "OUTPUT_TOO_LARGE", "OUT_OF_MEMORY", "NO_ROWS", "EMPTY_FILE", "TYPE_MISMATCH" });
            }
        }
    }

    private static IEnumerable<Case> All()
    {
        // Encodings.
        yield return Asks("03b UTF-16 without a mark", Encoding.Unicode.GetBytes("a,b\n1,äß\n2,x\n"), "encoding", "utf-16", new() { Encoding = "utf-16" }, "a:integer b:text", "1,äß|2,x") with { Before = new() };
        yield return Asks("04 windows-1252", Code(1252).GetBytes("a,b\n1,äß\n2,Müller\n"), "encoding", "windows-1252", new(), "a:integer b:text", "1,äß|2,Müller") with { Note = "ENCODING_GUESSED" };
        yield return Asks("05 windows-1251", Code(1251).GetBytes("имя,b\nИван Петров,1\nМария Иванова,2\n"), "encoding", "windows-1251", new(), "имя:text b:integer", "Иван Петров,1|Мария Иванова,2");
        yield return Asks("05b KOI8-R", Code(20866).GetBytes("имя,b\nИван Петров,1\nМария Иванова,2\n"), "encoding", "koi8-r", new(), "имя:text b:integer", "Иван Петров,1|Мария Иванова,2");
        yield return Asks("06 Shift-JIS", Code(932).GetBytes("名前,b\nたろう さくら,1\nカタカナ,2\n"), "encoding", "shift_jis", new(), "名前:text b:integer", "たろう さくら,1|カタカナ,2");
        yield return Asks("06b GB18030", Code(54936).GetBytes("名字,b\n李明在北京工作,1\n王芳,2\n"), "encoding", "gb18030", new(), "名字:text b:integer", "李明在北京工作,1|王芳,2");
        yield return Asks("06c EUC-KR", Code(51949).GetBytes("이름,b\n김철수는 서울에,1\n박영희,2\n"), "encoding", "euc-kr", new(), "이름:text b:integer", "김철수는 서울에,1|박영희,2");

        // Delimited text that asks.
        yield return Asks("09 many short rows", "a,b,c\n1,2,3\n4,5\n6,7,8\n"u8, "ragged", null, new() { Ragged = RaggedRows.Pad }, "a:integer b:integer c:integer", "1,2,3|4,5,∅|6,7,8") with { Before = new() };
        yield return Asks("10 many long rows", "a,b\n1,2\n4,5,6\n6,7\n"u8, "ragged", null, new() { Ragged = RaggedRows.Reject }, "a:integer b:integer", "1,2|6,7") with { Before = new() };
        yield return Asks("20 no header", "1,2.5,x\n2,3.5,y\n"u8, "header", "false", new(), "column_1:integer column_2:number column_3:text", "1,2.5,x|2,3.5,y") with { Note = "HEADER_MISSING" };
        yield return Asks("36 ambiguous dates", "d,n\n01/02/2024,1\n03/04/2024,2\n"u8, "dateOrder", null, new() { DateOrder = DateOrder.DayFirst }, "d:date n:integer", "2024-02-01,1|2024-04-03,2") with { Before = new() };
        yield return Asks("41 preamble", "Sales report\n\na,b,c\n1,2,x\n3,4,y\n5,6,z\n"u8, "skipRows", "2", new(), "a:integer b:integer c:text", "1,2,x|3,4,y|5,6,z") with { Note = "PREAMBLE_SKIPPED" };
        yield return Reads("34 thousands when told", "a;b\n1.234,5;x\n12.345.678;y\n7;z\n"u8, "a:number b:text", "1234.5,x|12345678,y|7,z") with { Options = new() { Thousands = ".", Decimal = "," } };
        yield return Reads("08 NUL characters", "a,b\n1,x\0y\n2,z\n"u8, "a:integer b:text", "1,x\uFFFDy|2,z") with { Note = "NUL_REPLACED" };
        yield return Reads("08b NUL characters in JSON", "[{\"a\":1,\"b\":\"x\\u0000y\\u0000\"},{\"a\":2,\"b\":\"z\"}]"u8, "a:integer b:text", "1,x\uFFFDy\uFFFD|2,z") with { Note = "NUL_REPLACED" };
        yield return Reads("33 percent, money, brackets, trailing minus", "p,m,s\n10%,\"$1,234.50\",5.00-\n5%,(5.00),7\n"u8, "p:text m:text s:text", "10%,$1,234.50,5.00-|5%,(5.00),7");
        yield return Reads("42 a footer", "name,n\nx,1\ny,2\nTotal,\n,sum 3\n"u8, "name:text n:text", "x,1|y,2|Total,∅|∅,sum 3");
        yield return Reads("54 gzip of a csv", ImportTests.Gzip("a;b\n1,5;x\n"), "a:number b:text", "1.5,x");
        yield return Reads("40 comments when told", "// made by x\na,b\n1,x\n// on y\n2,y\n"u8, "a:integer b:text", "1,x|2,y") with { Options = new() { Comment = "//" } };

        // Compression and wrong names.
        yield return Reads("50 gzip", ImportTests.Gzip("a,b\n1,x\n2,y\n"), "a:integer b:text", "1,x|2,y");
        yield return Refuses("51 PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], "TYPE_MISMATCH");
        yield return Refuses("52 web page", "<!DOCTYPE html><html><body>sign in</body></html>"u8, "TYPE_MISMATCH");
        yield return Reads("53 JSON named csv", "[{\"a\":1,\"b\":\"x\"}]"u8, "a:integer b:text", "1,x");
        yield return Refuses("55 cut gzip", ImportTests.Gzip("a,b\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},{i * 7919 % 1000}\n"))).AsSpan(0, 4000), "GZIP_TRUNCATED");
        yield return Reads("56 zip of one file", Zip(("data.csv", "a,b\n1,x\n2,y\n")), "a:integer b:text", "1,x|2,y");
        yield return Asks("56b zip of several", Zip(("one.csv", "a,b\n1,x\n"), ("two.csv", "a,b\n2,y\n")), "member", null, new() { Member = "two.csv" }, "a:integer b:text", "2,y") with { Before = new() };

        // JSON.
        yield return Reads("60 list of objects with missing keys", "[{\"a\":1,\"b\":\"x\"},{\"a\":2},{\"b\":\"z\",\"c\":true}]"u8, "a:integer b:text c:boolean", "1,x,∅|2,∅,∅|∅,z,true");
        yield return Reads("61 one record per line", "{\"a\":1.5,\"b\":\"x\"}\n{\"a\":2,\"b\":null}\n"u8, "a:number b:text", "1.5,x|2,∅");
        yield return Asks("62 list of lists", "[[\"a\",\"b\"],[1,\"x\"],[2,null]]"u8, "header", "true", new(), "a:integer b:text", "1,x|2,∅");
        yield return Reads("63 nested", "[{\"a\":{\"b\":{\"c\":{\"d\":1}},\"e\":[1, 2]},\"x\":\"y z\"},{\"a\":{\"b\":{\"c\":{\"d\":2}}}}]"u8, "a.b.c.d:integer a.e:text x:text", "1,[1,2],y z|2,∅,∅") with { Note = "NESTED_FLATTENED NESTED_AS_TEXT" };
        yield return Reads("63b less deep when told", "[{\"a\":{\"b\":{\"c\":1}}}]"u8, "a.b:text", "{\"c\":1}") with { Options = new() { FlattenDepth = 1 } };
        yield return Asks("64 object of lists", "{\"a\":[1,2,3],\"b\":[\"x\",null,\"z\"]}"u8, "layout", "columns", new(), "a:integer b:text", "1,x|2,∅|3,z");
        yield return Reads("64b as one row", "{\"a\":[1,2],\"b\":[3,4]}"u8, "a:text b:text", "[1,2],[3,4]") with { Options = new() { Layout = JsonLayout.Record } };
        yield return Reads("67 a key twice rejects the row", Lines(199, "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":2,\"a\":3}"), "a:integer b:text", string.Join('|', Enumerable.Repeat("1,x", 199)));
        yield return Reads("67b the last wins when told", "[{\"a\":1,\"a\":2}]"u8, "a:integer", "2") with { Options = new() { LastKeyWins = true } };
        yield return Reads("68 keys that differ in case", "[{\"a\":1,\"A\":2}]"u8, "a:integer A_2:integer", "1,2") with { Note = "COLUMN_RENAMED" };
        yield return Reads("69 scalars among objects", "[{\"a\":1},5,{\"a\":2}]"u8, "a:integer value:integer", "1,∅|∅,5|2,∅") with { Note = "MIXED_RECORDS" };
        yield return Reads("70 NaN and Infinity", "[{\"a\":NaN,\"b\":\"NaN \\\"Infinity\"},{\"a\":-Infinity,\"b\":\"x\"},{\"a\":Infinity},{\"a\":-1.5}]"u8, "a:number b:text", "∅,NaN \"Infinity|-Infinity,x|Infinity,∅|-1.5,∅") with { Note = "LITERALS_READ INFINITE_VALUES" };
        yield return Reads("70b behind a block of text", Encoding.UTF8.GetBytes("[{\"t\":\"" + new string('x', 262_130) + "\",\"a\":NaN},{\"t\":\"y\",\"a\":2}]"), "t:text a:integer", new string('x', 262_130) + ",∅|y,2") with { Note = "LITERALS_READ" };
        yield return Refuses("70c NaN as the name of a key", "[{NaN:1}]"u8, "JSON_INVALID");
        yield return Reads("71 integers of thirty digits", "[{\"a\":123456789012345678901234567890},{\"a\":1}]"u8, "a:text", "123456789012345678901234567890|1") with { Note = "LONG_INTEGERS" };
        yield return Refuses("72 trailing comma", "[{\"a\":1},{\"a\":2},]"u8, "JSON_INVALID") with { Says = "(byte 17)" };
        yield return Refuses("73 truncated", "[{\"a\":1},{\"a\":2},{\"a\""u8, "JSON_INVALID") with { Says = "byte" };
        yield return Reads("74 byte order mark", [0xEF, 0xBB, 0xBF, .. "[{\"a\":1},{\"a\":2}]"u8], "a:integer", "1|2");
        yield return Reads("75 UTF-16", Encoding.Unicode.GetBytes("[{\"a\":\"ä\"},{\"a\":\"ß\"}]"), "a:text", "ä|ß") with { Note = "ENCODING_CONVERTED" };
        yield return Reads("75b UTF-16 with a mark", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("[{\"a\":\"ä\"},{\"a\":\"ß\"}]")], "a:text", "ä|ß");
        yield return Refuses("76 empty", [], "EMPTY_FILE");
        yield return Refuses("77 empty list", "[]"u8, "NO_ROWS");
        yield return Reads("78 list of scalars", "[1,2,3]"u8, "value:integer", "1|2|3");
        yield return Refuses("79 ten thousand keys", Encoding.UTF8.GetBytes("[{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":{i}")) + "}]"), "TOO_MANY_COLUMNS");
        yield return Refuses("80 each record another key", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"k{i}\":1}}\n"))), "TOO_MANY_COLUMNS");
        yield return Refuses("81 invalid UTF-8", [.. "[{\"a\":\"x"u8, 0xFF, .. "\"}]"u8], "ENCODING_MIXED") with { Says = "byte 8" };
        yield return Refuses("82 half a surrogate pair", "[{\"a\":\"\\ud800\"}]"u8, "JSON_INVALID");
        yield return Refuses("83 a text of twenty megabytes", Encoding.UTF8.GetBytes("[{\"a\":\"" + new string('x', 20_000_000) + "\"}]"), "RECORD_TOO_LARGE") with { Unseen = true };
        yield return Reads("84 GeoJSON", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"properties\":{\"name\":\"x\"}}]}"u8, "type:text geometry.type:text geometry.coordinates:text properties.name:text", "Feature,Point,[1,2],x");
        yield return Asks("84b several lists", "{\"meta\":{\"n\":1},\"big\":[{\"a\":1},{\"a\":2}],\"small\":[{\"b\":3}]}"u8, "recordPath", "big", new(), "a:integer", "1|2");
        yield return Reads("84c concatenated", "{\"a\":1}{\"a\":2}"u8, "a:integer", "1|2");

        // Excel.
        yield return Reads("85 one sheet", new TestWorkbook().Sheet("s", [["a", "b", "c"], [1, "x", true], [2.5, "y", false], [null, "z", null]]).Bytes(), "a:number b:text c:boolean", "1,x,true|2.5,y,false|∅,z,∅");
        yield return Asks("86 several sheets", new TestWorkbook().Sheet("one", [["a"], [1]]).Sheet("two", [["b"], [2]]).Bytes(), "sheet", "one", new(), "a:integer", "1");
        yield return Reads("86b the sheet is told", new TestWorkbook().Sheet("one", [["a"], [1]]).Sheet("two", [["b"], [2]]).Bytes(), "b:integer", "2") with { Options = new() { Sheet = "two" } };
        yield return Reads("87 hidden sheets", new TestWorkbook().Sheet("h", [["x"], [9]], "hidden").Sheet("v", [["x"], [9]], "veryHidden").Sheet("s", [["a"], [1]]).Bytes(), "a:integer", "1") with { Note = "SHEETS_PASSED_OVER" };
        yield return Reads("88 merged cells", new TestWorkbook().Sheet("s", [["a", "b"], ["x", 1], [null, 2], ["y", 3]], merged: ["A2:A3"]).Bytes(), "a:text b:integer", "x,1|∅,2|y,3") with { Note = "MERGED_CELLS" };
        yield return Reads("88b filled when told", new TestWorkbook().Sheet("s", [["a", "b"], ["x", 1], [null, 2], ["y", 3]], merged: ["A2:A3"]).Bytes(), "a:text b:integer", "x,1|x,2|y,3") with { Options = new() { FillMerged = true } };
        yield return Asks("89 two header rows", new TestWorkbook().Sheet("s", [["k", "2023", null, "2024", null], [null, "in", "out", "in", "out"], ["x", 1, 2, 3, 4], ["y", 5, 6, 7, 8]], merged: ["B1:C1", "D1:E1"]).Bytes(), "headerRows", "2", new(), "k:text 2023 in:integer 2023 out:integer 2024 in:integer 2024 out:integer", "x,1,2,3,4|y,5,6,7,8");
        yield return Reads("90 formulas and errors", new TestWorkbook().Sheet("s", [["a", "b"], [new Raw("<c {0}><f>1+1</f><v>2</v></c>"), "x"], [new Raw("<c {0} t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>"), "y"], [new Raw("<c {0} t=\"e\"><f>Z</f><v>#REF!</v></c>"), "z"], [new Raw("<c {0}><f>A2</f></c>"), "w"]]).Bytes(), "a:integer b:text", "2,x|∅,y|∅,z|∅,w") with { Note = "FORMULA_ERRORS FORMULAS_WITHOUT_VALUE" };
        yield return Reads("91 calendars, times and durations", new TestWorkbook().Sheet("s", [["d", "m", "t", "l"], [new Styled(45351, Day), new Styled(45292.5625, Moment), new Styled(0.28125, Clock), new Styled(1.5, Duration)], [new Styled(61, Day), new Styled(1.25, Moment), new Styled(0.999988425925926, Clock), new Styled(0.25, Duration)]]).Bytes(), "d:date m:datetime t:time l:text", "2024-02-29,2024-01-01T13:30:00,06:45:00,36:00:00|1900-03-01,1900-01-01T06:00:00,23:59:59,06:00:00") with { Note = "LONG_TIMES" };
        yield return Reads("91b 1904", new TestWorkbook { Is1904 = true }.Sheet("s", [["d"], [new Styled(0, Day)], [new Styled(43889, Day)]]).Bytes(), "d:date", "1904-01-01|2024-02-29");
        yield return Reads("91c the day that never was, and before the calendar", new TestWorkbook().Sheet("s", [["d"], [new Styled(59, Day)], [new Styled(60, Day)], [new Styled(61, Day)], [new Styled(-1, Day)]]).Bytes(), "d:date", "1900-02-28|1900-02-28|1900-03-01|1899-12-29");
        yield return Reads("92 numbers as text and long ones", new TestWorkbook().Sheet("s", [["a", "b", "zip"], ["1", 1234567890123456, "01067"], ["2", 1234567890123457, "10115"]]).Bytes(), "a:integer b:integer zip:text", "1,1234567890123456,01067|2,1234567890123457,10115") with { Note = "NUMBERS_AS_TEXT LONG_NUMBERS LEADING_ZEROS" };
        yield return Asks("93 a table at D7 with notes", new TestWorkbook().Sheet("s", [["k", "n", "x"], ["a", 1, 2], [], ["b", 3, 4], [], [], ["source: us"]], firstRow: 7, firstColumn: 3).Bytes(), "range", "D7", new(), "k:text n:integer x:integer", "a,1,2|b,3,4") with { Note = "NOTES_BELOW" };
        yield return Reads("93b the range is told", new TestWorkbook().Sheet("s", [["title"], ["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9]]).Bytes(), "b:integer c:integer", "2,3|5,6") with { Options = new() { Range = "B2:C4" } };
        yield return Refuses("95 document type", new TestWorkbook { Prolog = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" }.Sheet("s", [["a"], [1]]).Bytes(), "XML_DTD");
        yield return Refuses("95b bomb", Bomb(), "ARCHIVE_BOMB");
        yield return Refuses("96 password", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[504], .. Encoding.Unicode.GetBytes("EncryptionInfo"), .. new byte[64], .. Encoding.Unicode.GetBytes("EncryptedPackage"), .. new byte[512]], "FILE_ENCRYPTED");
        yield return Refuses("97 cut", new TestWorkbook().Sheet("s", [["a"], [1]]).Bytes().AsSpan()[..^40], "XLSX_CORRUPT");
        yield return Refuses("97b no workbook", new TestWorkbook { Without = "xl/workbook.xml" }.Sheet("s", [["a"], [1]]).Bytes(), "XLSX_CORRUPT") with { Says = "xl/workbook.xml" };
        yield return Refuses("97c broken sheet", new TestWorkbook().Body("s", "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></row>").Bytes(), "XLSX_CORRUPT");
        yield return Refuses("98 xls that is none", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[1024]], "XLS_CORRUPT");
        yield return Refuses("98b OpenDocument", Zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")), "TYPE_UNSUPPORTED");
        yield return Refuses("98c XML of 2003", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"></Workbook>"u8, "TYPE_UNSUPPORTED");
        yield return Reads("98d xls that is tabbed text", "a\tb\n1\tx\n2\ty\n"u8, "a:integer b:text", "1,x|2,y");
        yield return Reads("100 per cent", new TestWorkbook().Sheet("s", [["p"], [new Styled(0.05, Percent)]]).Bytes(), "p:number", "0.05") with { Note = "PERCENTAGES" };

        // Parquet.
        yield return Reads(
            "101 types",
            Parquet("""
                SELECT [1,2] AS l, {'x': 1, 'y': 'z'} AS s, MAP {'k': 1} AS m, 12345678901234567890.12::DECIMAL(38,2) AS big, 1.25::DECIMAL(9,2) AS money, TIME '10:11:12' AS t,
                '5a0a0a0a-0000-4000-8000-000000000001'::UUID AS u, DATE '2024-02-29' AS d, TIMESTAMP '2024-01-01 10:11:12' AS ts, 7::TINYINT AS i, 0.5::FLOAT AS f, true AS b, '007' AS zip, '' AS nothing, 'NA' AS na
                """),
            "l:text s:text m:text big:text money:number t:time u:text d:date ts:datetime i:integer f:number b:boolean zip:text nothing:text na:text",
            "[1,2],{\"x\":1,\"y\":\"z\"},{\"k\":1},12345678901234567890.12,1.25,10:11:12,5a0a0a0a-0000-4000-8000-000000000001,2024-02-29,2024-01-01T10:11:12,7,0.5,true,007,,NA") with
        { Note = "NESTED_AS_TEXT LONG_DECIMALS" };
        yield return Reads("101b huge integers", Parquet("SELECT 170141183460469231731687303715884105727::HUGEINT::DECIMAL(38,0) AS a, 5::UBIGINT AS b WHERE false UNION ALL SELECT 12345678901234567890123456789::DECIMAL(38,0), 5::UBIGINT"), "a:text b:integer", "12345678901234567890123456789,5") with { Note = "LONG_INTEGERS" };
        yield return Refuses("102 no rows", Parquet("SELECT 1 AS a WHERE false"), "NO_ROWS");
        yield return Refuses("103 cut footer", Parquet("SELECT 1 AS a").AsSpan()[..^6], "PARQUET_CORRUPT");
        yield return Refuses("103b footer longer than the file", [.. "PAR1"u8, .. new byte[40], 0xFF, 0xFF, 0xFF, 0x7F, .. "PAR1"u8], "PARQUET_CORRUPT");
        yield return Refuses("104 bomb", Parquet("SELECT repeat('x', 10000) AS a FROM range(200000)"), "OUTPUT_TOO_LARGE") with { Unseen = true };
        yield return Refuses("105 encrypted", [.. "PARE"u8, .. new byte[40], 10, 0, 0, 0, .. "PARE"u8], "FILE_ENCRYPTED");
        yield return Reads("106 names with dots", Parquet("SELECT 1 AS \"a.b\", 2 AS \"c d\""), "a.b:integer c d:integer", "1,2");
    }

    private static byte[] Lines(int count, string usual, string odd) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(usual + "\n", count)) + odd + "\n");

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A sheet of four hundred megabytes of blanks.</summary>
    private static byte[] Bomb()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["[Content_Types].xml", "xl/workbook.xml"])
            {
                using var part = zip.CreateEntry(name).Open();
                part.Write("<x/>"u8);
            }

            using var sheet = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.SmallestSize).Open();
            var blanks = new byte[1024 * 1024];
            blanks.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 200; i++)
            {
                sheet.Write(blanks);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Parquet(string select)
    {
        using var folder = new TestFolder();
        using var connection = Sql.Open(null, folder.Path, 1, 1L << 30);
        connection.Run($"COPY ({select}) TO {Sql.Text(folder.File("t.parquet"))} (FORMAT parquet)");
        return File.ReadAllBytes(folder.File("t.parquet"));
    }

    private static Encoding Code(int page)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(page);
    }

    private static Case Reads(string name, ReadOnlySpan<byte> bytes, string schema, string cells)
    {
        var copy = bytes.ToArray();
        return new($"Input_{name}", () => copy) { Schema = schema, Cells = cells };
    }

    private static Case Asks(string name, ReadOnlySpan<byte> bytes, string option, string? standard, ImportOptions answer, string schema, string cells) =>
        Reads(name, bytes, schema, cells) with { Asks = option, Default = standard, Options = answer };

    private static Case Refuses(string name, ReadOnlySpan<byte> bytes, string code) => Reads(name, bytes, "", "") with { Code = code };

    private sealed record Case(string Name, Func<byte[]> Bytes)
    {
        public ImportOptions Options { get; init; } = new();

        /// <summary>Options before the question is answered, when the answer is not the default.</summary>
        public ImportOptions? Before { get; init; }

        public string? Asks { get; init; }

        public string? Default { get; init; }

        public string? Code { get; init; }

        /// <summary>A preview, which looks at a part only, need not notice.</summary>
        public bool Unseen { get; init; }

        public string? Says { get; init; }

        public string? Note { get; init; }

        public string Schema { get; init; } = "";

        public string Cells { get; init; } = "";
    }
}
