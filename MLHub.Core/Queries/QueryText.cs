using System.Globalization;
using System.Text.RegularExpressions;

namespace MLHub.Core.Queries;

/// <summary>
/// A query as it is kept with the version that it made: the SQL, and before it a comment that says what it is about. It takes the place of the
/// uploaded file, so it can be downloaded like one.
/// </summary>
public sealed partial record QueryText(Guid DatasetId, int Version, string Sql)
{
    public const string JobKind = "dataset.query";
    public const string FileName = "query.sql";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"-- A query on dataset {DatasetId:N}, version {Version}\n{Sql}");

    public static QueryText Parse(string text)
    {
        var head = Head().Match(text);
        return head.Success
            ? new(Guid.Parse(head.Groups[1].Value), int.Parse(head.Groups[2].Value, CultureInfo.InvariantCulture), text[head.Length..])
            : throw new FormatException("This is not a kept query.");
    }

    [GeneratedRegex(@"\A-- A query on dataset ([0-9a-f]{32}), version ([0-9]+)\n")]
    private static partial Regex Head();
}
