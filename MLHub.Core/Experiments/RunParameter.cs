using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;

namespace MLHub.Core.Experiments;

/// <summary>A setting of a run, in rows so that it can be searched: as it was given, as text, and as a number where it is one.</summary>
public sealed class RunParameter
{
    public const int MaxValueLength = 100_000;
    public const int MaxParameters = 2000;

    private RunParameter()
    {
    }

    public Guid RunId { get; private set; }

    public string Key { get; private set; } = "";

    /// <summary>The value as JSON, whole.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Its beginning in small letters, for search and order.</summary>
    public string Text { get; private set; } = "";

    public double? Number { get; private set; }

    public static RunParameter Create(Guid runId, string key, JsonElement value)
    {
        var json = value.GetRawText();
        if (json.Length > MaxValueLength)
        {
            throw HubException.Field($"parameters.{key}", $"A parameter has at most {MaxValueLength} characters. Log long texts as an artifact.");
        }

        var text = value.ValueKind == JsonValueKind.String ? Plain(value, key) : json;
        return new() { RunId = runId, Key = RunKey.Require(key, "parameters"), Value = json, Text = RunKey.SearchText(text), Number = RunKey.Number(text) };
    }

    private static string Plain(JsonElement value, string key)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which is no character.
            throw HubException.Field($"parameters.{key}", "The value holds a character that is cut in half. Send valid Unicode.", "BAD_TEXT");
        }
    }
}

internal sealed class RunParameterConfiguration : IEntityTypeConfiguration<RunParameter>
{
    public void Configure(EntityTypeBuilder<RunParameter> builder)
    {
        builder.ToTable("RunParameters");
        builder.HasKey(p => new { p.RunId, p.Key });
        builder.Property(p => p.Key).HasMaxLength(RunKey.MaxLength);
        builder.Property(p => p.Text).HasMaxLength(RunKey.SearchLength);
        builder.HasOne<Run>().WithMany().HasForeignKey(p => p.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
