using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

/// <summary>
/// The one row that says who took the server into service. Its fixed key makes "first" a matter of the database:
/// of two sign-ups at the same moment only one becomes administrator.
/// </summary>
public sealed class ServerClaim
{
    private ServerClaim()
    {
    }

    public int Id { get; private set; }

    public Guid UserId { get; private set; }

    public DateTime ClaimedAt { get; private set; }

    public static ServerClaim Create(Guid userId, DateTime now) => new() { Id = 1, UserId = userId, ClaimedAt = now };
}

internal sealed class ServerClaimConfiguration : IEntityTypeConfiguration<ServerClaim>
{
    public void Configure(EntityTypeBuilder<ServerClaim> builder)
    {
        builder.ToTable("ServerClaims");
        builder.Property(c => c.Id).ValueGeneratedNever();
    }
}
