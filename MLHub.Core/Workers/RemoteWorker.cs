using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workers;

/// <summary>
/// A machine that computes for this server: a name and a credential that opens the routes of workers and nothing else. The secret is
/// shown once; the row holds its hash.
/// </summary>
public sealed class RemoteWorker
{
    public const int MaxNameLength = 80;
    public const int MaxFactLength = 120;

    private RemoteWorker()
    {
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The part of the token that is not secret; finds the row.</summary>
    public string PublicId { get; private set; } = "";

    public byte[] Hash { get; private set; } = [];

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>It ends what it has and gets nothing new.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>What it told of itself when it last came; <c>null</c> until it came.</summary>
    public WorkerFacts? Facts { get; private set; }

    /// <summary>To a few seconds.</summary>
    public DateTime? LastSeenAt { get; private set; }

    internal static RemoteWorker Create(Guid createdBy, string name, TokenText text, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = RequireName(name),
        PublicId = text.PublicId,
        Hash = text.Hash,
        CreatedBy = createdBy,
        CreatedAt = now,
    };

    internal void Drain(bool isDraining) => IsDraining = isDraining;

    private static string RequireName(string name)
    {
        var clean = Slug.RequireName(name, "worker");
        return clean.Length <= MaxNameLength ? clean : throw HubException.Field("name", $"The name of a worker has up to {MaxNameLength} characters.", "NAME_TOO_LONG");
    }
}

/// <summary>What a worker tells of itself.</summary>
/// <param name="Version">Of the program; only one with the server's own version gets jobs.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Labels">Words of whoever started it: <c>gpu</c>, <c>cellar</c> …</param>
/// <param name="Slots">Jobs at a time.</param>
public sealed record WorkerFacts(string Version, string Machine, IReadOnlyList<string> Labels, int Slots, int Cores, int MemoryMegabytes);

internal sealed class RemoteWorkerConfiguration : IEntityTypeConfiguration<RemoteWorker>
{
    public void Configure(EntityTypeBuilder<RemoteWorker> builder)
    {
        builder.ToTable("RemoteWorkers");
        builder.Property(w => w.Name).HasMaxLength(RemoteWorker.MaxNameLength);
        builder.Property(w => w.PublicId).HasMaxLength(TokenText.PublicIdLength);
        builder.Property(w => w.Hash).HasMaxLength(32);
        builder.Property(w => w.Facts).HasJson();
        builder.HasIndex(w => w.PublicId).IsUniqueOr("Try again: two tokens got the same number.");
        builder.HasIndex(w => w.Name).IsUniqueOr("There is a worker of this name already. Remove it first, or choose another name.");
    }
}
