using System.IO.Compression;
using System.Text;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

/// <summary>The rows of the catalog of input files that are delimited text; numbers in names are those of the catalog.</summary>
public sealed class ImportTests
{
    static ImportTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Text, schema, cells and codes of notes that must be there.</summary>
    public static TheoryData<string, string, string, string, string> Accepted => new()
    {
        { "Input_01 byte order mark", "\uFEFFa,b\n1,x\n", "a:integer b:text", "1,x", "" },
        { "Input_11 line ends inside quotes", "a,b\n1,\"x\ny\"\n2,z\n", "a:integer b:text", "1,x\ny|2,z", "" },
        { "Input_12 CRLF inside quotes and mixed line ends", "a,b\r\n1,\"x\r\ny\"\n2,z\r3,w\n", "a:integer b:text", "1,x\r\ny|2,z|3,w", "" },
        { "Input_14 quote in the middle", "a,b\n1,5\" pipe\n2,x\n", "a:integer b:text", "1,5\" pipe|2,x", "" },
        { "Input_14b closed quote in the middle", "a,b\n1,\"x\"y\n2,z\n", "a:integer b:text", "1,\"x\"y|2,z", "STRAY_QUOTES" },
        { "Input_15 semicolons and decimal commas", "a;b\n1,5;x\n2,25;y\n", "a:number b:text", "1.5,x|2.25,y", "" },
        { "Input_15b thousands or decimals", "a;b\n1,500;x\n2,250;y\n", "a:text b:text", "1,500,x|2,250,y", "AMBIGUOUS_NUMBERS" },
        { "Input_15c one column proves it", "a;b\n1,500;0,5\n2,250;1,25\n", "a:number b:number", "1.5,0.5|2.25,1.25", "" },
        { "Input_34b points that may part thousands", "p;n\n0,50;1.234\n1,25;12.500\n", "p:number n:text", "0.5,1.234|1.25,12.500", "AMBIGUOUS_NUMBERS" },
        { "Input_34c one row shows that they do not", "p;n\n0,50;1.234\n1,25;12.5\n", "p:number n:number", "0.5,1.234|1.25,12.5", "" },
        { "Input_16 tab", "a\tb\n1\tx,y\n2\tz\n", "a:integer b:text", "1,x,y|2,z", "" },
        { "Input_17 bar", "a|b|c\n1|x|2\n3|y|4\n", "a:integer b:text c:integer", "1,x,2|3,y,4", "" },
        { "Input_17b control-A", "a\u0001b\n1\u0001x\n2\u0001y\n", "a:integer b:text", "1,x|2,y", "" },
        { "Input_18 duplicate headers", "a,a,A,b\n1,2,3,x\n", "a:integer a_2:integer A_3:integer b:text", "1,2,3,x", "COLUMN_RENAMED" },
        { "Input_19 empty headers", "a,,c\n1,2,x\n", "a:integer column_2:integer c:text", "1,2,x", "COLUMN_NAMED" },
        { "Input_20 no header", "1,2.5,x\n2,3.5,y\n", "column_1:integer column_2:number column_3:text", "1,2.5,x|2,3.5,y", "HEADER_MISSING" },
        { "Input_20b years as headers", "country,2019,2020\nDE,1,2\nFR,3,4\nIT,5,6\n", "column_1:text column_2:integer column_3:integer", "country,2019,2020|DE,1,2|FR,3,4|IT,5,6", "HEADER_MISSING" },
        { "Input_24 one column with blank lines", "a\n1\n\n2\n3\n", "a:integer", "1|∅|2|3", "" },
        { "Input_24b blank lines in a wide table", "a,b\n1,x\n\n2,y\n\n", "a:integer b:text", "1,x|2,y", "BLANK_LINES" },
        { "Input_28 integers beyond 64 bits", "a,b\n9223372036854775807,9223372036854775808\n1,12345678901234567890123456789\n", "a:integer b:text", "9223372036854775807,9223372036854775808|1,12345678901234567890123456789", "LONG_INTEGERS" },
        { "Input_29 leading zeros", "zip,n\n01067,0\n99999,1\n", "zip:text n:integer", "01067,0|99999,1", "LEADING_ZEROS" },
        { "Input_30 infinities", "a\n1.5\ninf\n-Infinity\nNaN\n", "a:number", "1.5|Infinity|-Infinity|∅", "INFINITE_VALUES" },
        { "Input_31 missing values", "a,b\n1,x\nNA,\n-,null\n?,None\n#N/A,\"\"\n2,y\n", "a:integer b:text", "1,x|∅,∅|∅,∅|∅,∅|∅,∅|2,y", "" },
        { "Input_32 booleans", "a,b,c,d\ntrue,Yes,T,0\nFALSE,no,F,1\n", "a:boolean b:boolean c:boolean d:integer", "true,true,true,0|false,false,false,1", "" },
        { "Input_32b two families", "a,b\ntrue,F\nno,F\n", "a:text b:text", "true,F|no,F", "" },
        { "Input_35 ISO dates", "d,t,h\n2024-02-29,2024-01-01 10:00:00,10:30\n2023-12-31,2024-01-02T11:30:15,23:59:59\n", "d:date t:datetime h:time", "2024-02-29,2024-01-01T10:00:00,10:30:00|2023-12-31,2024-01-02T11:30:15,23:59:59", "" },
        { "Input_36 ambiguous dates", "d,n\n01/02/2024,1\n03/04/2024,2\n", "d:text n:integer", "01/02/2024,1|03/04/2024,2", "DATE_AMBIGUOUS" },
        { "Input_36b one row proves the order", "d,n\n01/02/2024,1\n13/04/2024,2\n", "d:date n:integer", "2024-02-01,1|2024-04-13,2", "" },
        { "Input_36c or the other", "d,n\n01/02/2024,1\n04/13/2024,2\n", "d:date n:integer", "2024-01-02,1|2024-04-13,2", "" },
        { "Input_36d names of months", "d,e\nJan 1 2000,1-Feb-2001\n\"December 31, 1999\",28-Feb-2001\n", "d:date e:date", "2000-01-01,2001-02-01|1999-12-31,2001-02-28", "" },
        { "Input_37 offsets", "t\n2024-01-01T10:00:00Z\n2024-01-01T10:00:00+02:00\n", "t:datetime", "2024-01-01T10:00:00|2024-01-01T08:00:00", "TIMEZONE_CONVERTED" },
        { "Input_37b a day that does not exist", "d,n\n2024-02-30,1\n2024-02-28,2\n", "d:text n:integer", "2024-02-30,1|2024-02-28,2", "" },
        { "Input_38 formulas", "a,b\n=1+1,x\n\"+cmd|' /C calc'!A0\",y\n", "a:text b:text", "=1+1,x|+cmd|' /C calc'!A0,y", "" },
        { "Input_40 comment lines", "# made by x\n# on y\na,b\n1,x\n# a remark\n2,y\n", "a:integer b:text", "1,x|2,y", "" },
        { "Input_41 preamble", "Sales report\n\na,b,c\n1,2,x\n3,4,y\n5,6,z\n", "a:integer b:integer c:text", "1,2,x|3,4,y|5,6,z", "PREAMBLE_SKIPPED" },
        { "Input_43 trailing delimiter", "a,b,\n1,x,\n2,y,\n", "a:integer b:text", "1,x|2,y", "COLUMN_DROPPED" },
        { "Input_43b only in the rows", "a,b\n1,x,\n2,y,\n", "a:integer b:text", "1,x|2,y", "" },
        { "Input_44 blanks around", " a , b \n 1 , x \n 2 , y \n", "a:integer b:text", "1, x |2, y ", "" },
        { "Input_45 composed and decomposed letters", "Gr\u006f\u0308\u00dfe,😀\n1,x\n", "Größe:integer 😀:text", "1,x", "COLUMN_RENAMED" },
        { "Input_46 names that are SQL", "select,\"x\"\"; drop table t;--\",rowid,__row_id\n1,2,3,4\n", "select:integer x\"; drop table t;--:integer rowid:integer __row_id_2:integer", "1,2,3,4", "COLUMN_RENAMED" },
        { "Input_47 invisible characters in headers", "a\u202Eb,\u001b[31mc\n1,x\n", "ab:integer [31mc:text", "1,x", "COLUMN_RENAMED" },
        { "Input_49 CR line ends", "a,b\r1,x\r2,y\r", "a:integer b:text", "1,x|2,y", "" },
        { "single quotes", "a,b\n'1','x,y'\n'2','z'\n'3','w'\n", "a:integer b:text", "1,x,y|2,z|3,w", "" },
        { "backslash escapes", "a,b\n1,\"x \\\"y\\\" z\"\n2,w\n", "a:integer b:text", "1,x \"y\" z|2,w", "" },
        { "doubled quotes", "a,b\n1,\"x \"\"y\"\"\"\n2,w\n", "a:integer b:text", "1,x \"y\"|2,w", "" },
        { "no line end at the end", "a,b\n1,x\n2,y", "a:integer b:text", "1,x|2,y", "" },
        { "R's row names", "a,b\n\"1\",1.5,x\n\"2\",2.5,y\n", "row_name:integer a:number b:text", "1,1.5,x|2,2.5,y", "HEADER_SHIFTED" },
        { "no rounding of exponents", "a\n1e5\n-2.5E-3\n", "a:number", "100000|-0.0025", "" },
        { "exponents beyond doubles", "a\n1e999\n1\n", "a:text", "1e999|1", "" },
    };

    [Fact]
    public void Who_says_what_points_are_gets_the_numbers()
    {
        const string text = "p;n\n0,50;1.234\n1,25;12.500\n";

        using var parted = ImportBench.Text(text, new() { Thousands = "." });
        using var decimals = ImportBench.Text(text, new() { Thousands = "" });

        Assert.Equal(("p:number n:integer", "0.5,1234|1.25,12500"), (parted.Schema, parted.Cells));
        Assert.Equal(("p:number n:number", "0.5,1.234|1.25,12.5"), (decimals.Schema, decimals.Cells));
    }

    [Theory]
    [InlineData("n,t\n\"1,234\",x\n\"12,500\",y\n")]
    [InlineData("n;p\n1.234;0,5\n12.500;1,25\n")]
    public void A_chosen_type_never_makes_numbers_a_thousand_times_too_small(string text)
    {
        using var imported = ImportBench.Text(text, new() { Types = new Dictionary<string, ColumnType> { ["n"] = ColumnType.Number } });

        Assert.Equal(["∅", "∅"], imported.Cells.Split('|').Select(r => r.Split(',')[0]));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_file_of_the_catalog_becomes_this_table(string name, string text, string schema, string cells, string note)
    {
        using var imported = ImportBench.Text(text);

        Assert.Equal((name, schema, cells), (name, imported.Schema, imported.Cells));
        Assert.True(note.Length == 0 || imported.Notes(note), $"{name}: {note} is not among {string.Join(' ', imported.Report.Notes.Select(n => n.Code))}");
        Assert.Equal(imported.Report.RowsRead, imported.Report.RowsKept + imported.Report.RowsRejected);
    }

    public static TheoryData<string, string, string> RefusedTexts => new()
    {
        { "Input_13 unclosed quote", "a,b\n1,\"x\n2,y\n3,z\n", "CSV_QUOTE_UNCLOSED" },
        { "Input_13b closed by a later one", "a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n", "CSV_QUOTE_UNCLOSED" },
        { "Input_09 ragged rows", "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11\n", "RAGGED_ROWS" },
        { "Input_21 header only", "name,city\n", "NO_ROWS" },
        { "Input_22 empty", "", "EMPTY_FILE" },
        { "Input_23 blanks", " \n \n\n", "EMPTY_FILE" },
        { "Input_57 only delimiters", ",,,\n,,,\n", "EMPTY_FILE" },
        { "Input_52 web page", "\n<!DOCTYPE html><html><body>sign in</body></html>", "TYPE_MISMATCH" },
    };

    [Theory]
    [MemberData(nameof(RefusedTexts))]
    public void A_file_of_the_catalog_is_refused_with_this_code(string name, string text, string code)
    {
        var refused = ImportBench.Refused(text);

        Assert.Equal((name, code), (name, refused.Code));
    }

    public static TheoryData<string, byte[], string> RefusedBytes => new()
    {
        { "Input_51 PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], "TYPE_MISMATCH" },
        { "Input_56 zstd", [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3], "COMPRESSION_UNSUPPORTED" },
        { "Input_03b UTF-16 without a mark", Encoding.Unicode.GetBytes("a,b\n1,x\n2,y\n"), "ENCODING_UNKNOWN" },
        { "Input_07 mixed encodings", [.. "a,b\n1,"u8, .. "äöüß€"u8, .. "\n2,"u8, 0xE4, 0xF6, .. "\n"u8], "ENCODING_MIXED" },
        { "Input_55 cut gzip", Gzip("a,b\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},{i * 7919 % 1000}\n")))[..4000], "GZIP_TRUNCATED" },
    };

    [Theory]
    [MemberData(nameof(RefusedBytes))]
    public void Bytes_of_the_catalog_are_refused_with_this_code(string name, byte[] bytes, string code)
    {
        var refused = ImportBench.Refused(bytes);

        Assert.Equal((name, code), (name, refused.Code));
    }

    [Fact]
    public void Refusals_name_line_and_byte()
    {
        var refused = ImportBench.Refused("a,b\n1,x\n2,\"open\n3,y\n");

        Assert.Contains("line 3 (byte 10)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("open", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string?, string> Encodings => new()
    {
        { "Input_02 UTF-16 LE", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n1,äß\n")], null, "ENCODING_CONVERTED" },
        { "Input_03 UTF-16 BE", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("a,b\n1,äß\n")], null, "ENCODING_CONVERTED" },
        { "Input_03b UTF-16 told", Encoding.Unicode.GetBytes("a,b\n1,äß\n"), "utf-16", "" },
        { "Input_04 windows-1252", Code(1252).GetBytes("a,b\n1,äß\n"), null, "ENCODING_GUESSED" },
        { "Input_04b told", Code(1252).GetBytes("a,b\n1,äß\n"), "windows-1252", "" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void An_encoding_is_recognised_or_told(string name, byte[] bytes, string? told, string note)
    {
        using var imported = ImportBench.Bytes(bytes, new() { Encoding = told });

        Assert.Equal((name, "1,äß"), (name, imported.Cells));
        Assert.True(note.Length == 0 ? imported.Report.Notes.Count == 0 : imported.Notes(note));
    }

    [Theory]
    [InlineData("Input_05 windows-1251", 1251, "windows-1251", "имя,b\nИван,1\n")]
    [InlineData("Input_06 Shift-JIS", 932, "shift_jis", "名前,b\n太郎,1\n")]
    [InlineData("Input_06b GB18030", 54936, "gb18030", "名字,b\n李,1\n")]
    public void A_rarer_encoding_is_read_when_told(string name, int codePage, string told, string text)
    {
        using var imported = ImportBench.Bytes(Code(codePage).GetBytes(text), new() { Encoding = told });

        Assert.Equal((name, text.Split('\n')[1]), (name, imported.Cells));
    }

    [Fact]
    public void Bytes_that_are_no_text_can_be_replaced_on_demand()
    {
        byte[] bytes = [.. "a,b\n1,"u8, .. "äöüß€"u8, .. "\n2,"u8, 0xE4, 0xF6, .. "\n"u8];

        using var imported = ImportBench.Bytes(bytes, new() { ReplaceInvalid = true });

        Assert.Equal("1,äöüß€|2,\uFFFD\uFFFD", imported.Cells);
        Assert.True(imported.Notes("INVALID_REPLACED"));
    }

    [Fact]
    public void Input_08_NUL_characters_are_replaced_and_counted()
    {
        using var imported = ImportBench.Text("a,b\n1,x\0y\n2,z\n");

        Assert.Equal("1,x\uFFFDy|2,z", imported.Cells);
        Assert.True(imported.Notes("NUL_REPLACED"));
    }

    [Fact]
    public void Input_09_Few_rows_of_the_wrong_length_are_rejected_and_listed()
    {
        var text = "a,b,c\n" + string.Concat(Enumerable.Range(1, 500).Select(i => i switch { 200 => "200,x\n", 300 => "300,y,z,w\n", _ => $"{i},x,y\n" }));

        using var imported = ImportBench.Text(text);

        Assert.Equal((500, 498, 2), (imported.Report.RowsRead, imported.Report.RowsKept, imported.Report.RowsRejected));
        Assert.Equal(498, imported.Rows.Count);
        Assert.Equal([["201", "∅", "200,x", "2 cells instead of 3"], ["301", "∅", "300,y,z,w", "4 cells instead of 3"]], imported.Rejects);
    }

    [Theory]
    [InlineData(4096, null)]
    [InlineData(10_000, "TOO_MANY_COLUMNS")]
    public void Input_25_The_number_of_columns_is_limited(int columns, string? code)
    {
        var text = string.Join(',', Enumerable.Range(1, columns).Select(i => $"c{i}")) + "\n" + string.Join(',', Enumerable.Range(1, columns)) + "\n";

        if (code is null)
        {
            using var imported = ImportBench.Text(text);
            Assert.Equal(columns, imported.Columns.Count);
        }
        else
        {
            Assert.Equal(code, ImportBench.Refused(text).Code);
        }
    }

    /// <summary>Where each column sets some memory aside, columns together run out of it.</summary>
    [Fact]
    public void Input_25_Thousands_of_columns_hold_texts_and_numbers()
    {
        var text = string.Join(',', Enumerable.Range(1, 4096).Select(i => $"c{i}")) + "\n"
            + string.Concat(Enumerable.Range(0, 60).Select(row => string.Join(',', Enumerable.Range(0, 4096).Select(i => i % 2 == 1 ? $"t{row * i % 30}" : $"{row % 7}")) + "\n"));

        using var imported = ImportBench.Text(text);

        var profile = imported.Profile;
        Assert.Equal((60, 4096), (imported.RowCount, profile.Columns.Count));
        Assert.Equal((30, 7), (profile.Columns[1].Distinct, profile.Columns[4094].Distinct));
        Assert.Equal(60, profile.CorrelatedRows ?? profile.RowCount);
    }

    [Fact]
    public void Input_26_A_cell_of_megabytes_is_kept_whole()
    {
        var cell = new string('x', 3_000_000);

        using var imported = ImportBench.Text($"a,b\n1,{cell}\n2,\"{cell}\"\n");

        Assert.Equal([3_000_000, 3_000_000], imported.Rows.Select(r => r[1].Length));
    }

    [Fact]
    public void Input_58_A_line_without_end_is_refused()
    {
        Assert.Equal("LINE_TOO_LONG", ImportBench.Refused("a,b\n1," + new string('x', 17 * 1024 * 1024)).Code);
    }

    [Fact]
    public void Input_27_A_late_change_of_type_makes_text_and_names_the_rows()
    {
        var text = "a,b\n" + string.Concat(Enumerable.Range(1, 40_000).Select(i => i == 35_000 ? "oops,1\n" : $"{i},1\n"));

        using var imported = ImportBench.Text(text);

        Assert.Equal("a:text b:integer", imported.Schema);
        var note = Assert.Single(imported.Report.Notes, n => n.Code == "MIXED_VALUES");
        Assert.Equal(("a", 35_001), (note.Column, note.Line));
        Assert.Contains("\"oops\" in line 35001", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_type_makes_strange_values_missing_and_lists_them()
    {
        using var imported = ImportBench.Text("a,b\n1,x\noops,y\n3,z\n", new() { Types = new Dictionary<string, ColumnType> { ["a"] = ColumnType.Integer } });

        Assert.Equal("a:integer b:text", imported.Schema);
        Assert.Equal("1,x|∅,y|3,z", imported.Cells);
        Assert.Equal([["3", "a", "oops", "is no integer"]], imported.Rejects);
        Assert.Equal(1, imported.Report.Columns[0].Unparsed);
    }

    [Fact]
    public void Input_31_Missing_value_words_are_counted_and_can_be_chosen()
    {
        const string text = "a,b\n1,NA\n-999,x\nNA,y\n";

        using var usual = ImportBench.Text(text);
        using var chosen = ImportBench.Text(text, new() { NullTokens = ["-999"] });

        Assert.Equal(1, usual.Report.Columns[0].NullTokens["NA"]);
        Assert.Equal("1,∅|-999,x|∅,y", usual.Cells);
        Assert.Equal("1,NA|∅,x|NA,y", chosen.Cells);
        Assert.Equal("a:text b:text", chosen.Schema);
    }

    [Fact]
    public void Input_36_The_order_of_day_and_month_can_be_told()
    {
        using var imported = ImportBench.Text("d,n\n01/02/2024,1\n03/04/2024,2\n", new() { DateOrder = DateOrder.MonthFirst });

        Assert.Equal("2024-01-02,1|2024-03-04,2", imported.Cells);
        Assert.Equal("MM/dd/yyyy", imported.Report.Columns[0].Format);
    }

    [Fact]
    public void Dialect_options_are_honoured()
    {
        using var imported = ImportBench.Text("junk,junk\nx~1,5~'a'\ny~2,5~'b'\n", new() { SkipRows = 1, Delimiter = "~", Quote = "'", Header = false, Decimal = "," });

        Assert.Equal("column_1:text column_2:number column_3:text", imported.Schema);
        Assert.Equal("x,1.5,a|y,2.5,b", imported.Cells);
    }

    [Fact]
    public void Input_48_A_header_of_seventy_thousand_characters_is_cut()
    {
        using var imported = ImportBench.Text(new string('x', 70_000) + ",b\n1,2\n");

        Assert.Equal(DatasetColumn.MaxNameLength, imported.Columns[0].Name.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Input_50_Gzip_is_recognised_by_its_bytes(bool tab)
    {
        using var imported = ImportBench.Bytes(Gzip(tab ? "a\tb\n1\tx\n" : "a,b\n1,x\n"));

        Assert.Equal("1,x", imported.Cells);
        Assert.Equal("gzip", imported.Report.Compression);
    }

    [Fact]
    public void Input_56_A_gzip_bomb_is_stopped()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 300; i++)
            {
                gzip.Write(zeros);
            }
        }

        Assert.Equal("ARCHIVE_BOMB", ImportBench.Refused(packed.ToArray()).Code);
    }

    internal static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static Encoding Code(int page)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(page);
    }
}
