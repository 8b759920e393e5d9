using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>What was learned from the training rows about one raw column, and how it becomes features. Stored with the model.</summary>
[JsonDerivedType(typeof(NumberEncoding), "number")]
[JsonDerivedType(typeof(MomentEncoding), "moment")]
[JsonDerivedType(typeof(CategoryEncoding), "category")]
internal abstract record ColumnEncoding(ColumnSchema Schema)
{
    /// <summary>Names of the features it makes and whether they are level numbers.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<(string Name, bool IsCategory)> Slots { get; }

    /// <summary>Writes its features for the chosen rows, row by row, into a matrix.</summary>
    /// <param name="stride">Features per row.</param>
    /// <param name="offset">Its first feature.</param>
    public abstract void Write(RawColumn column, ReadOnlySpan<int> rows, float[] matrix, int stride, int offset);
}

/// <param name="Fill">Takes the place of missing values; NaN leaves them missing.</param>
/// <param name="Indicator">A second feature says where a value was missing.</param>
/// <param name="Shift">Subtracted first.</param>
/// <param name="Scale">Multiplied afterwards.</param>
internal sealed record NumberEncoding(ColumnSchema Schema, float Fill, bool Indicator, double Shift, double Scale) : ColumnEncoding(Schema)
{
    [JsonIgnore]
    public override IReadOnlyList<(string Name, bool IsCategory)> Slots =>
        Indicator ? [(Schema.Name, false), ($"{Schema.Name} is missing", false)] : [(Schema.Name, false)];

    public override void Write(RawColumn column, ReadOnlySpan<int> rows, float[] matrix, int stride, int offset)
    {
        var values = ((NumberColumn)column).Values;
        for (var i = 0; i < rows.Length; i++, offset += stride)
        {
            var value = values[rows[i]];
            if (Indicator)
            {
                matrix[offset + 1] = float.IsNaN(value) ? 1 : 0;
            }

            matrix[offset] = (float)(((float.IsNaN(value) ? Fill : value) - Shift) * Scale);
        }
    }
}

internal enum MomentPart
{
    /// <summary>Days since the earliest training row.</summary>
    Days,
    Year,
    Month,
    DayOfMonth,
    DayOfYear,

    /// <summary>Monday is 0.</summary>
    DayOfWeek,

    /// <summary>With the minutes as fraction.</summary>
    Hour,
}

/// <param name="Origin">Seconds since 1970 of the earliest training row.</param>
internal sealed record MomentEncoding(ColumnSchema Schema, double Origin, IReadOnlyList<MomentPartEncoding> Parts, bool Indicator) : ColumnEncoding(Schema)
{
    private static readonly double _earliest = (DateTime.MinValue - DateTime.UnixEpoch).TotalSeconds;
    private static readonly double _latest = (DateTime.MaxValue - DateTime.UnixEpoch).TotalSeconds - 1;

    [JsonIgnore]
    public override IReadOnlyList<(string Name, bool IsCategory)> Slots =>
    [
        .. Parts.Select(p => ($"{Schema.Name} {p.Part}", false)),
        .. Indicator ? new[] { ($"{Schema.Name} is missing", false) } : [],
    ];

    public override void Write(RawColumn column, ReadOnlySpan<int> rows, float[] matrix, int stride, int offset)
    {
        var seconds = ((MomentColumn)column).Seconds;
        for (var i = 0; i < rows.Length; i++, offset += stride)
        {
            var moment = seconds[rows[i]];
            for (var p = 0; p < Parts.Count; p++)
            {
                var part = Parts[p];
                var value = double.IsNaN(moment) ? part.Fill : Value(part.Part, moment, Origin);
                matrix[offset + p] = (float)((value - part.Shift) * part.Scale);
            }

            if (Indicator)
            {
                matrix[offset + Parts.Count] = double.IsNaN(moment) ? 1 : 0;
            }
        }
    }

    public static double Value(MomentPart part, double seconds, double origin)
    {
        if (part == MomentPart.Days)
        {
            return (seconds - origin) / 86_400;
        }

        var at = DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, _earliest, _latest));
        return part switch
        {
            MomentPart.Year => at.Year,
            MomentPart.Month => at.Month,
            MomentPart.DayOfMonth => at.Day,
            MomentPart.DayOfYear => at.DayOfYear,
            MomentPart.DayOfWeek => ((int)at.DayOfWeek + 6) % 7,
            _ => at.TimeOfDay.TotalHours,
        };
    }
}

internal sealed record MomentPartEncoding(MomentPart Part, double Fill, double Shift, double Scale);

internal enum CategoryMode
{
    OneHot,
    Native,
    Ordinal,
    HashedOneHot,
    HashedNative,
}

/// <param name="Levels">Levels with a place of their own, most frequent first.</param>
/// <param name="HasOther">Rare levels shared one place in training; values never seen go there too.</param>
/// <param name="HasMissing">Missing values had a place of their own in training; otherwise they count as the most frequent level.</param>
/// <param name="Buckets">Number of places for hashed modes.</param>
internal sealed record CategoryEncoding(ColumnSchema Schema, CategoryMode Mode, IReadOnlyList<string> Levels, bool HasOther, bool HasMissing, int Buckets) : ColumnEncoding(Schema)
{
    /// <summary>Neither a level nor the shared place.</summary>
    private const int Unknown = -2;

    [JsonIgnore]
    public override IReadOnlyList<(string Name, bool IsCategory)> Slots => Mode switch
    {
        CategoryMode.Native or CategoryMode.HashedNative => [(Schema.Name, true)],
        CategoryMode.Ordinal => [(Schema.Name, false)],
        CategoryMode.HashedOneHot => [.. Enumerable.Range(0, Buckets).Select(b => ($"{Schema.Name} #{b}", false))],
        _ =>
        [
            .. Levels.Select(l => ($"{Schema.Name} = {l}", false)),
            .. HasOther ? new[] { ($"{Schema.Name} is another", false) } : [],
            .. HasMissing ? new[] { ($"{Schema.Name} is missing", false) } : [],
        ],
    };

    public override void Write(RawColumn column, ReadOnlySpan<int> rows, float[] matrix, int stride, int offset)
    {
        var text = (TextColumn)column;
        var places = Places(text);
        var missing = MissingPlace;
        var width = Slots.Count;
        for (var i = 0; i < rows.Length; i++, offset += stride)
        {
            var code = text.Codes[rows[i]];
            var place = code == TextColumn.Missing ? missing : places[code];
            switch (Mode)
            {
                case CategoryMode.OneHot or CategoryMode.HashedOneHot:
                    matrix.AsSpan(offset, width).Clear();
                    if (place >= 0)
                    {
                        matrix[offset + place] = 1;
                    }

                    break;
                case CategoryMode.Ordinal:
                    matrix[offset] = place >= 0 ? place : Levels.Count;
                    break;
                default:
                    matrix[offset] = place >= 0 ? place : float.NaN;
                    break;
            }
        }
    }

    private int MissingPlace => Mode switch
    {
        CategoryMode.Native or CategoryMode.HashedNative or CategoryMode.HashedOneHot => Unknown,
        CategoryMode.Ordinal => HasMissing ? Levels.Count + 1 : 0,
        _ => HasMissing ? Levels.Count + (HasOther ? 1 : 0) : 0,
    };

    private int[] Places(TextColumn text)
    {
        var places = new int[text.Levels.Count];
        if (Mode is CategoryMode.HashedNative or CategoryMode.HashedOneHot)
        {
            for (var l = 0; l < places.Length; l++)
            {
                places[l] = (int)(StableHash.Of(text.Levels[l]) % (ulong)Buckets);
            }

            return places;
        }

        var known = new Dictionary<string, int>(Levels.Count);
        for (var l = 0; l < Levels.Count; l++)
        {
            known[Levels[l]] = l;
        }

        for (var l = 0; l < places.Length; l++)
        {
            places[l] = known.TryGetValue(text.Levels[l], out var place) ? place : HasOther ? Levels.Count : Unknown;
        }

        return places;
    }
}
