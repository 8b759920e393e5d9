namespace MLHub.Core.Experiments.Filters;

/// <summary>A question about runs, as a tree. Made by <see cref="RunFilterParser"/>, answered by <see cref="RunFilterQuery"/>.</summary>
public abstract record RunFilter
{
    public sealed record And(RunFilter Left, RunFilter Right) : RunFilter;

    public sealed record Or(RunFilter Left, RunFilter Right) : RunFilter;

    public sealed record Not(RunFilter Inner) : RunFilter;

    /// <summary>Plain words: in the name, the note or a tag.</summary>
    public sealed record Words(string Text) : RunFilter;

    public sealed record Compare(RunField Field, RunOperator Operator, IReadOnlyList<RunFilterValue> Values) : RunFilter;

    public sealed record IsNull(RunField Field) : RunFilter;

    /// <summary>All parts of the tree, from the top down.</summary>
    public IEnumerable<RunFilter> Parts() => this switch
    {
        And and => [this, .. and.Left.Parts(), .. and.Right.Parts()],
        Or or => [this, .. or.Left.Parts(), .. or.Right.Parts()],
        Not not => [this, .. not.Inner.Parts()],
        _ => [this],
    };

    /// <summary>Whether it speaks of a field, however.</summary>
    public bool Mentions(RunFieldKind kind) => Parts().Any(p => p is Compare { Field.Kind: var a } && a == kind || p is IsNull { Field.Kind: var b } && b == kind);
}

public enum RunOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Between,
    Contains,
    Starts,
    Matches,

    /// <summary>Not longer ago than.</summary>
    Within,
}

/// <param name="Text">As it was written, without quotes.</param>
/// <param name="Number">Where it reads as one; a duration (<c>10m</c>) in seconds.</param>
/// <param name="Time">Where it reads as a date.</param>
public sealed record RunFilterValue(string Text, double? Number, DateTime? Time);

/// <summary>Where a filter cannot be understood, and what to do.</summary>
/// <param name="Start">Place of the first character that is to blame.</param>
public sealed record RunFilterProblem(int Start, int Length, string Message);

public enum RunFieldKind
{
    Metric,
    Parameter,
    Tag,
    Name,
    State,
    Algorithm,
    Task,
    Source,
    Dataset,
    Version,
    User,
    Note,
    Created,
    Started,
    Ended,
    Duration,
    Id,
    Parent,
    Archived,
    Deleted,
}

/// <param name="Key">Of a metric, parameter or tag; <c>null</c> for <c>tag has …</c> and all other fields.</param>
public sealed record RunField(RunFieldKind Kind, string? Key)
{
    private static readonly Dictionary<string, RunFieldKind> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = RunFieldKind.Name,
        ["state"] = RunFieldKind.State,
        ["status"] = RunFieldKind.State,
        ["algorithm"] = RunFieldKind.Algorithm,
        ["algo"] = RunFieldKind.Algorithm,
        ["task"] = RunFieldKind.Task,
        ["source"] = RunFieldKind.Source,
        ["dataset"] = RunFieldKind.Dataset,
        ["data"] = RunFieldKind.Dataset,
        ["version"] = RunFieldKind.Version,
        ["user"] = RunFieldKind.User,
        ["by"] = RunFieldKind.User,
        ["note"] = RunFieldKind.Note,
        ["created"] = RunFieldKind.Created,
        ["started"] = RunFieldKind.Started,
        ["ended"] = RunFieldKind.Ended,
        ["duration"] = RunFieldKind.Duration,
        ["id"] = RunFieldKind.Id,
        ["parent"] = RunFieldKind.Parent,
        ["archived"] = RunFieldKind.Archived,
        ["deleted"] = RunFieldKind.Deleted,
        ["tag"] = RunFieldKind.Tag,
        ["tags"] = RunFieldKind.Tag,
    };

    private static readonly Dictionary<string, RunFieldKind> Families = new(StringComparer.OrdinalIgnoreCase)
    {
        ["metric"] = RunFieldKind.Metric,
        ["metrics"] = RunFieldKind.Metric,
        ["param"] = RunFieldKind.Parameter,
        ["params"] = RunFieldKind.Parameter,
        ["parameter"] = RunFieldKind.Parameter,
        ["parameters"] = RunFieldKind.Parameter,
        ["tag"] = RunFieldKind.Tag,
        ["tags"] = RunFieldKind.Tag,
    };

    /// <summary>What may be written before an operator, for completion and for advice.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["name", "state", "algorithm", "dataset", "version", "user", "tag", "note", "created", "started", "ended", "duration", "task", "source", "parent", "archived", "deleted", "id", "metric.", "param.", "tag."];

    public bool IsTime => Kind is RunFieldKind.Created or RunFieldKind.Started or RunFieldKind.Ended;

    /// <summary>Fields that hold a number and nothing else.</summary>
    public bool IsNumber => Kind is RunFieldKind.Metric or RunFieldKind.Duration or RunFieldKind.Version;

    public bool IsFlag => Kind is RunFieldKind.Archived or RunFieldKind.Deleted;

    public static RunField? Find(string text)
    {
        if (Names.TryGetValue(text, out var kind))
        {
            return new(kind, null);
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < text.Length - 1 && Families.TryGetValue(text[..dot], out var family) ? new(family, text[(dot + 1)..]) : null;
    }

    /// <summary>The known word that is nearest to a wrong one; <c>null</c> when none is near.</summary>
    public static string? Nearest(string text, IEnumerable<string> among) =>
        among.Select(word => (Word: word, Distance: Distance(text.ToLowerInvariant(), word.ToLowerInvariant())))
            .Where(w => w.Distance <= Math.Max(1, Math.Min(text.Length, w.Word.Length) / 3))
            .OrderBy(w => w.Distance).ThenBy(w => w.Word, StringComparer.Ordinal).Select(w => w.Word).FirstOrDefault();

    /// <summary>Letters to add, take away, change or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
