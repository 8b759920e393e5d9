using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Data;

/// <summary>Documents in columns: an immutable record, written as JSON (<c>jsonb</c> on PostgreSQL).</summary>
public static partial class JsonColumn
{
    internal const string Annotation = "MLHub:Json";

    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property)
    {
        property.HasConversion(
            new ValueConverter<T, string>(value => Storable(HubJson.Write(value)), text => HubJson.Read<T>(text)),
            // Documents are replaced, never changed in place; their text decides whether they differ.
            new ValueComparer<T>(
                (a, b) => ReferenceEquals(a, b) || HubJson.Write(a) == HubJson.Write(b),
                value => value == null ? 0 : HubJson.Write(value).GetHashCode(StringComparison.Ordinal),
                value => value));
        property.HasAnnotation(Annotation, true);
        return property;
    }

    /// <summary>PostgreSQL's <c>jsonb</c> refuses the NUL character, which data and names of classes may hold.</summary>
    private static string Storable(string json) => json.Contains("\\u0000", StringComparison.Ordinal) ? Nul().Replace(json, "$1\\uFFFD") : json;

    // A backslash that is escaped itself begins no escape.
    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)\\u0000")]
    private static partial Regex Nul();
}

internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
    value => value.Kind == DateTimeKind.Utc ? value : DateTime.SpecifyKind(value, DateTimeKind.Utc),
    value => DateTime.SpecifyKind(value, DateTimeKind.Utc));

internal sealed class BlobHashConverter() : ValueConverter<BlobHash, string>(hash => hash.ToString(), text => BlobHash.Parse(text));
