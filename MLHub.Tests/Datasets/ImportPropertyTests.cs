using System.Text;
using CsCheck;

namespace MLHub.Tests.Datasets;

/// <summary>What must not depend on how a table is written down.</summary>
public sealed class ImportPropertyTests
{
    private const int Iterations = 10;

    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",;\t\"\n\r");

    private static readonly string[] Words = ["red", "green", "blue", "it, is", "say \"so\"", "two\nlines", "Ärger", "x;y", "tab\there", ""];

    private const string Signs = ",\"\n\r;1a '\\#.";

    private static readonly Gen<string> Word = Gen.Int[0, Words.Length - 1].Select(i => Words[i]);

    private static readonly Gen<string[]> Row = Gen.Select(Gen.Int[-1000, 1000], Gen.Double[-1e6, 1e6], Word, Gen.Bool, Gen.Int[0, 5]).Select((i, d, w, b, hole) =>
        (string[])[hole == 0 ? "" : i.ToString(), hole == 1 ? "" : d.ToString("R") is var t && !t.Contains('.') && !t.Contains('E') ? t + ".5" : t, w, hole == 2 ? "" : b ? "true" : "false"]);

    /// <summary>Anchors in the first rows fix the types, so that a table of holes is no special case.</summary>
    private static readonly Gen<string[][]> Table = Row.Array[1, 40].Select(rows => (string[][])[["7", "0.25", "red", "true"], ["-7", "1.5", "green", "false"], .. rows]);

    [Fact]
    public void Line_ends_delimiters_and_compression_do_not_change_the_table()
    {
        Table.Sample(
            rows =>
            {
                using var plain = ImportBench.Text(Write(rows, ",", "\n"));
                using var windows = ImportBench.Text(Write(rows, ",", "\r\n"));
                using var tabs = ImportBench.Text(Write(rows, "\t", "\n"));
                using var packed = ImportBench.Bytes(ImportTests.Gzip(Write(rows, ";", "\n")));

                return Same(plain, windows) && Same(plain, tabs) && Same(plain, packed) && plain.RowCount == rows.Length;
            },
            iter: Iterations,
            threads: 1);
    }

    [Fact]
    public void Encodings_do_not_change_the_table()
    {
        Table.Sample(
            rows =>
            {
                var text = Write(rows, ",", "\n");
                using var plain = ImportBench.Text(text);
                using var wide = ImportBench.Bytes([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]);
                using var narrow = ImportBench.Bytes(Encoding.Latin1.GetBytes(text), new() { Encoding = "iso-8859-1" });

                return Same(plain, wide) && Same(plain, narrow);
            },
            iter: Iterations,
            threads: 1);
    }

    [Fact]
    public void The_order_of_columns_only_changes_the_order_of_columns()
    {
        Table.Sample(
            rows =>
            {
                using var plain = ImportBench.Text(Write(rows, ",", "\n"));
                using var turned = ImportBench.Text(Write([.. rows.Select(r => r.Reverse().ToArray())], ",", "\n", "d,c,b,a"));

                return plain.Columns.Select(c => c.Type).SequenceEqual(turned.Columns.Reverse().Select(c => c.Type))
                    && plain.Rows.Zip(turned.Rows, (a, b) => a.SequenceEqual(b.Reverse())).All(same => same);
            },
            iter: Iterations,
            threads: 1);
    }

    [Fact]
    public void Every_row_is_kept_or_rejected()
    {
        Gen.Int[0, 8].List[400, 800].Sample(
            kinds =>
            {
                var lines = kinds.Select((k, i) => k == 0 && i % 97 == 0 ? "short" : $"{i},x,{k}").ToList();

                using var imported = ImportBench.Text("a,b,c\n" + string.Join('\n', lines) + "\n");

                var report = imported.Report;
                return report.RowsRead == lines.Count && report.RowsRead == report.RowsKept + report.RowsRejected
                    && imported.Rows.Count == report.RowsKept && imported.Rejects.Count == report.RowsRejected;
            },
            iter: Iterations,
            threads: 1);
    }

    [Fact]
    public void Text_that_is_made_of_anything_is_read_or_refused_but_never_breaks()
    {
        Gen.Int[0, Signs.Length - 1].Select(i => Signs[i]).Array[0, 60].Select(c => new string(c)).Sample(
            text =>
            {
                try
                {
                    using var imported = ImportBench.Text(text);
                    return imported.Report.RowsRead == imported.Report.RowsKept + imported.Report.RowsRejected && imported.Rows.Count == imported.Report.RowsKept;
                }
                catch (Core.Common.HubException refused)
                {
                    return refused.Code.Length > 0;
                }
            },
            iter: Iterations * 8,
            threads: 1);
    }

    private static bool Same(Imported a, Imported b) =>
        a.Schema == b.Schema && a.Rows.Count == b.Rows.Count && a.Rows.Zip(b.Rows, (x, y) => x.SequenceEqual(y)).All(same => same);

    private static string Write(string[][] rows, string delimiter, string lineEnd, string header = "a,b,c,d")
    {
        var text = new StringBuilder(header.Replace(",", delimiter, StringComparison.Ordinal)).Append(lineEnd);
        foreach (var row in rows)
        {
            text.AppendJoin(delimiter, row.Select(c => c.AsSpan().IndexOfAny(Special) < 0 ? c : $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append(lineEnd);
        }

        return text.ToString();
    }
}
