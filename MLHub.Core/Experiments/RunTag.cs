using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;

namespace MLHub.Core.Experiments;

/// <summary>A word that somebody put on a run, with an optional value; in rows so that it can be searched.</summary>
public sealed class RunTag
{
    public const int MaxValueLength = 8000;
    public const int MaxTags = 200;

    private RunTag()
    {
    }

    public Guid RunId { get; private set; }

    public string Key { get; private set; } = "";

    public string Value { get; private set; } = "";

    /// <summary>Beginning of the value in small letters, for search and order.</summary>
    public string Text { get; private set; } = "";

    public double? Number { get; private set; }

    public static RunTag Create(Guid runId, string key, string? value)
    {
        var tag = new RunTag { RunId = runId, Key = RunKey.Require(key, "tags") };
        tag.Set(value ?? "");
        return tag;
    }

    public void Set(string value)
    {
        if (value.Length > MaxValueLength)
        {
            throw HubException.Field($"tags.{Key}", $"The value of a tag has at most {MaxValueLength} characters. Write longer texts as the note.");
        }

        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw HubException.Field($"tags.{Key}", "The value holds a zero character. Leave it out.", "BAD_TEXT");
        }

        Value = value;
        Text = RunKey.SearchText(value);
        Number = RunKey.Number(value);
    }
}

internal sealed class RunTagConfiguration : IEntityTypeConfiguration<RunTag>
{
    public void Configure(EntityTypeBuilder<RunTag> builder)
    {
        builder.ToTable("RunTags");
        builder.HasKey(t => new { t.RunId, t.Key });
        builder.Property(t => t.Key).HasMaxLength(RunKey.MaxLength);
        builder.Property(t => t.Value).HasMaxLength(RunTag.MaxValueLength);
        builder.Property(t => t.Text).HasMaxLength(RunKey.SearchLength);
        builder.HasOne<Run>().WithMany().HasForeignKey(t => t.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
