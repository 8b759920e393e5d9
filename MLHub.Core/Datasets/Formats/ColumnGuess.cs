using System.Numerics;
using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>How a column is to be stored, and how its texts are read.</summary>
internal sealed record ColumnPlan(string Name, string? OriginalName, ColumnType Type)
{
    public bool DecimalComma { get; init; }

    /// <summary>What parts thousands, when the user said so.</summary>
    public byte? Thousands { get; init; }

    /// <summary>The file itself says that it is text: its cells are kept as they are, empty ones too.</summary>
    public bool IsDeclaredText { get; init; }

    public DateShape DateShape { get; init; } = DateShape.Iso;

    public string? Format { get; init; }

    /// <summary>The user chose the type: what does not fit becomes missing.</summary>
    public bool IsForced { get; init; }
}

/// <summary>
/// Sees every cell of a column once and counts what each could be; only what all of them are becomes the type. Nothing is decided
/// from a sample: a value that breaks the rule in the last row counts as much as one in the first.
/// </summary>
internal sealed class ColumnGuess(NullTokens nulls, byte? thousands = null)
{
    private const int MaxExamples = 3;
    private const int ChangesMind = 200;

    private readonly long[] _nullCounts = new long[nulls.Texts.Count];
    private readonly long[] _yes = new long[Booleans.Families];
    private readonly long[] _no = new long[Booleans.Families];
    private readonly long[] _dates = new long[5];
    private readonly List<(long Line, string Text)> _notNumbers = [];
    private readonly List<(long Line, string Text)> _notDates = [];
    private long _filled;
    private long _empty;
    private long _integers;
    private long _leadingZeros;
    private long _tooLong;
    private long _points;
    private long _pointsWithThree;
    private long _commas;
    private long _commasWithThree;
    private long _infinite;
    private long _anyDate;
    private long _withTime;
    private long _withOffset;
    private long _times;
    private long _other;

    public long Missing => _empty + _nullCounts.Sum();

    public long Filled => _filled;

    /// <summary>A comma in this column can be nothing but a decimal sign.</summary>
    public bool ProvesDecimalComma => _commas > 0 && Numbers == _filled && _points == 0;

    public IReadOnlyDictionary<string, long> NullCounts => nulls.Texts.Select((t, i) => (t, _nullCounts[i])).Where(t => t.Item2 > 0).ToDictionary(t => t.t, t => t.Item2);

    private long Numbers => _integers + _points + _commas + _commasWithThree + _infinite;

    private bool IsHopeless => _other > ChangesMind && _other * 8 > _filled;

    public void See(ReadOnlySpan<byte> raw, long line)
    {
        var cell = CellText.Trim(raw);
        if (cell.IsEmpty)
        {
            _empty++;
            return;
        }

        var token = nulls.Find(cell);
        if (token >= 0)
        {
            _nullCounts[token]++;
            return;
        }

        _filled++;
        if (IsHopeless)
        {
            _other++;
            return;
        }

        switch (Number(cell))
        {
            case NumberShape.Integer:
                _integers++;
                break;
            case NumberShape.LeadingZero:
                _leadingZeros++;
                break;
            case NumberShape.TooLong:
                _tooLong++;
                break;
            case NumberShape.DecimalPoint:
                _points++;
                break;
            case NumberShape.PointAndThreeDigits:
                _points++;
                _pointsWithThree++;
                break;
            case NumberShape.DecimalComma:
                _commas++;
                break;
            case NumberShape.CommaAndThreeDigits:
                _commasWithThree++;
                break;
            case NumberShape.Infinite:
                _infinite++;
                break;
            default:
                SeeWords(cell, line);
                return;
        }

        Keep(_notDates, cell, line);
    }

    /// <summary>A cell of a column that the source itself calls text.</summary>
    public void SeeText(bool isNull)
    {
        _empty += isNull ? 1 : 0;
        _filled += isNull ? 0 : 1;
        _other += isNull ? 0 : 1;
    }

    public ColumnPlan Decide(string name, string? original, ColumnType? declared, ImportOptions options, TextTable table, bool fileHasDecimalComma, List<ImportNote> notes, List<ImportQuestion> questions)
    {
        var plan = new ColumnPlan(name, original, ColumnType.Text) { Thousands = thousands };
        if (options.Types is { } types && (types.TryGetValue(name, out var wanted) || (original is not null && types.TryGetValue(original, out wanted))))
        {
            return Forced(plan, wanted, options, table, fileHasDecimalComma);
        }

        if (declared is { } type)
        {
            return plan with { Type = type, IsForced = true, IsDeclaredText = type == ColumnType.Text, Format = type is ColumnType.Date or ColumnType.Datetime ? Describe(DateShape.Iso) : null };
        }

        if (_filled == 0)
        {
            if (_empty + Missing > 0)
            {
                notes.Add(new("EMPTY_COLUMN", "The column holds no value.", name));
            }

            return plan;
        }

        return Number(plan, options, table, fileHasDecimalComma, notes, questions)
            ?? Boolean(plan)
            ?? Moment(plan, options, notes, questions)
            ?? Text(plan, notes);
    }

    private NumberShape Number(ReadOnlySpan<byte> cell)
    {
        if (thousands is not { } separator || !cell.Contains(separator))
        {
            return CellText.Number(cell);
        }

        Span<byte> plain = stackalloc byte[CellText.LongestNumber];
        return CellText.TryUngroup(cell, separator, plain, out var length) ? CellText.Number(plain[..length]) : CellText.Number(cell);
    }

    private void SeeWords(ReadOnlySpan<byte> cell, long line)
    {
        Keep(_notNumbers, cell, line);
        if (CellText.TryDate(cell, out var date))
        {
            _anyDate++;
            _withTime += date.HasTime ? 1 : 0;
            _withOffset += date.OffsetMinutes is null ? 0 : 1;
            for (var i = 0; i < _dates.Length; i++)
            {
                _dates[i] += ((int)date.Shapes >> i) & 1;
            }

            return;
        }

        Keep(_notDates, cell, line);
        if (Booleans.Find(cell, out var value) is >= 0 and var family)
        {
            (value ? _yes : _no)[family]++;
        }
        else if (CellText.TryTime(cell, out _))
        {
            _times++;
        }
        else
        {
            _other++;
        }
    }

    private ColumnPlan? Number(ColumnPlan plan, ImportOptions options, TextTable table, bool fileHasDecimalComma, List<ImportNote> notes, List<ImportQuestion> questions)
    {
        if (Numbers + _leadingZeros + _tooLong != _filled)
        {
            return null;
        }

        if (_tooLong > 0)
        {
            notes.Add(new("LONG_INTEGERS", $"{_tooLong} integers do not fit into 64 bits. The column was kept as text, because rounding would change them.", plan.Name));
            return plan;
        }

        if (_leadingZeros > 0)
        {
            notes.Add(new("LEADING_ZEROS", $"{_leadingZeros} values begin with a zero, so they are no quantities. The column was kept as text.", plan.Name));
            return plan;
        }

        if (_infinite > 0)
        {
            notes.Add(new("INFINITE_VALUES", $"{_infinite} values are infinite. Learners cannot use them: replace or drop them first.", plan.Name));
        }

        var commas = _commas + _commasWithThree;
        if (commas == 0)
        {
            if (MayPartThousands(options, table, fileHasDecimalComma))
            {
                notes.Add(new("AMBIGUOUS_NUMBERS", "In 1.234 the point could part thousands, because other columns have decimal commas, or be a decimal sign, and no row shows which. The column was kept as text; say what parts thousands and import again.", plan.Name));
                Ask(questions, new(
                    "thousands", "Does the point in numbers like 1.234 part thousands?", [new(".", "Yes: 1.234 is more than a thousand"), new("", "No: 1.234 is a little more than one")], null,
                    $"The column {plan.Name} holds such numbers, and other columns have decimal commas.")
                { Code = "AMBIGUOUS_NUMBERS", Column = plan.Name });
                return plan;
            }

            return _points + _infinite == 0 ? plan with { Type = ColumnType.Integer }
                : options.Decimal == "," && _points > 0 ? null
                : plan with { Type = ColumnType.Number };
        }

        if (_points > 0 || options.Decimal == "." || !(table.MayHaveDecimalComma || options.Decimal == ","))
        {
            return null;
        }

        if (_commas == 0 && options.Decimal != "," && !fileHasDecimalComma)
        {
            notes.Add(new("AMBIGUOUS_NUMBERS", "In 1,234 the comma could part thousands or be a decimal sign, and no row shows which. The column was kept as text; say which decimal sign the file has and import again.", plan.Name));
            Ask(questions, new(
                "decimal", "Is the comma in numbers like 1,234 a decimal sign?", [new(",", "Yes: 1,234 is a little more than one"), new(".", "No: keep such columns as they stand")], null,
                $"The column {plan.Name} holds such numbers, and none that shows which.")
            { Code = "AMBIGUOUS_NUMBERS", Column = plan.Name });
            return plan;
        }

        return plan with { Type = ColumnType.Number, DecimalComma = true };
    }

    private ColumnPlan? Boolean(ColumnPlan plan)
    {
        for (var family = 0; family < Booleans.Families; family++)
        {
            if (_yes[family] + _no[family] == _filled && (!Booleans.NeedsBoth(family) || (_yes[family] > 0 && _no[family] > 0)))
            {
                return plan with { Type = ColumnType.Boolean };
            }
        }

        return null;
    }

    private ColumnPlan? Moment(ColumnPlan plan, ImportOptions options, List<ImportNote> notes, List<ImportQuestion> questions)
    {
        if (_times == _filled)
        {
            return plan with { Type = ColumnType.Time, Format = "HH:mm:ss" };
        }

        var shapes = DateShape.None;
        for (var i = 0; i < _dates.Length; i++)
        {
            shapes |= _dates[i] == _filled ? (DateShape)(1 << i) : DateShape.None;
        }

        if (shapes == DateShape.None)
        {
            return null;
        }

        if (BitOperations.PopCount((uint)shapes) > 1)
        {
            if (options.DateOrder is not { } order)
            {
                notes.Add(new(
                    "DATE_AMBIGUOUS",
                    "Day and month cannot be told apart: no value has a day above 12. The column was kept as text; say whether the day or the month comes first and import again.",
                    plan.Name));
                Ask(questions, new(
                    "dateOrder", "What comes first in dates like 01/02/2024?", [new("dayFirst", "The day: 1 February"), new("monthFirst", "The month: January 2")], null,
                    $"No date in the column {plan.Name} has a day above 12.")
                { Code = "DATE_AMBIGUOUS", Column = plan.Name });
                return plan;
            }

            shapes = order == DateOrder.DayFirst ? DateShape.DayFirst : DateShape.MonthFirst;
        }

        if (_withOffset > 0)
        {
            notes.Add(new(
                "TIMEZONE_CONVERTED",
                _withOffset == _filled ? "Times with an offset were converted to UTC." : "Some times have an offset and were converted to UTC; those without were taken as UTC.",
                plan.Name));
        }

        return plan with { Type = _withTime > 0 ? ColumnType.Datetime : ColumnType.Date, DateShape = shapes, Format = Describe(shapes) };
    }

    private ColumnPlan Text(ColumnPlan plan, List<ImportNote> notes)
    {
        var numbers = Numbers;
        if (numbers >= _filled * 0.9 && numbers < _filled)
        {
            notes.Add(Mixed(plan.Name, $"{numbers} of {_filled} values are numbers", _notNumbers));
        }
        else if (_anyDate >= _filled * 0.9)
        {
            notes.Add(_anyDate < _filled
                ? Mixed(plan.Name, $"{_anyDate} of {_filled} values are dates", _notDates)
                : new("MIXED_DATES", "The dates are written in different ways. The column was kept as text.", plan.Name));
        }

        return plan;
    }

    /// <summary>All points stand before three digits in a file that writes decimals with commas, and nobody said what they are.</summary>
    private bool MayPartThousands(ImportOptions options, TextTable table, bool fileHasDecimalComma) =>
        fileHasDecimalComma && table.HasWrittenNumbers && _points > 0 && _points == _pointsWithThree && options is { Decimal: null, Thousands: null };

    private ColumnPlan Forced(ColumnPlan plan, ColumnType wanted, ImportOptions options, TextTable table, bool fileHasDecimalComma)
    {
        // What may part thousands is no decimal sign, unless a row or another column shows it: a number a thousand times too small is worse than none.
        var isComma = _commas > 0 ? _commas + _commasWithThree > _points
            : (fileHasDecimalComma && _commasWithThree > _points) || MayPartThousands(options, table, fileHasDecimalComma);
        var shape = options.DateOrder switch
        {
            DateOrder.DayFirst when _dates[1] > 0 => DateShape.DayFirst,
            DateOrder.MonthFirst when _dates[2] > 0 => DateShape.MonthFirst,
            _ => (DateShape)(1 << Array.IndexOf(_dates, _dates.Max())),
        };
        return plan with
        {
            Type = wanted,
            IsForced = true,
            DecimalComma = options.Decimal == "," || (options.Decimal is null && isComma),
            DateShape = shape,
            Format = wanted is ColumnType.Date or ColumnType.Datetime ? Describe(shape) : null,
        };
    }

    /// <summary>One question for all columns that raise it.</summary>
    private static void Ask(List<ImportQuestion> questions, ImportQuestion question)
    {
        if (!questions.Exists(q => q.Option == question.Option))
        {
            questions.Add(question);
        }
    }

    private static ImportNote Mixed(string column, string what, List<(long Line, string Text)> others) => new(
        "MIXED_VALUES",
        $"{what}, but not {string.Join(", ", others.Select(o => o.Line > 0 ? $"\"{o.Text}\" in line {o.Line}" : $"\"{o.Text}\""))}{(others.Count == MaxExamples ? " …" : "")}. The column was kept as text; choose its type and import again to make these missing.",
        column,
        others.Count > 0 && others[0].Line > 0 ? others[0].Line : null);

    private static string Describe(DateShape shape) => shape switch
    {
        DateShape.DayFirst => "dd/MM/yyyy",
        DateShape.MonthFirst => "MM/dd/yyyy",
        DateShape.MonthName => "MMM d yyyy",
        DateShape.DayMonthName => "d MMM yyyy",
        _ => "yyyy-MM-dd",
    };

    private static void Keep(List<(long Line, string Text)> examples, ReadOnlySpan<byte> cell, long line)
    {
        if (examples.Count < MaxExamples)
        {
            examples.Add((line, Encoding.UTF8.GetString(cell.Length > 60 ? cell[..60] : cell)));
        }
    }
}
