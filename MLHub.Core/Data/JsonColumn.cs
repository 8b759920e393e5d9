using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Data;

/// <summary>Documents in columns: an immutable record, written as JSON (<c>jsonb</c> on PostgreSQL).</summary>
public static class JsonColumn
{
    internal const string Annotation = "MLHub:Json";

    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property)
    {
        property.HasConversion(
            new ValueConverter<T, string>(value => HubJson.Write(value), text => HubJson.Read<T>(text)),
            // Documents are replaced, never changed in place; their text decides whether they differ.
            new ValueComparer<T>(
                (a, b) => ReferenceEquals(a, b) || HubJson.Write(a) == HubJson.Write(b),
                value => value == null ? 0 : HubJson.Write(value).GetHashCode(StringComparison.Ordinal),
                value => value));
        property.HasAnnotation(Annotation, true);
        return property;
    }
}

internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
    value => value.Kind == DateTimeKind.Utc ? value : DateTime.SpecifyKind(value, DateTimeKind.Utc),
    value => DateTime.SpecifyKind(value, DateTimeKind.Utc));

internal sealed class BlobHashConverter() : ValueConverter<BlobHash, string>(hash => hash.ToString(), text => BlobHash.Parse(text));
