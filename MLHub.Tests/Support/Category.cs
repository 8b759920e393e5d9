namespace MLHub.Tests.Support;

/// <summary>Values of the trait <c>Category</c>, for tests that need something or take long.</summary>
internal static class Category
{
    public const string Trait = "Category";
    public const string Postgres = "Postgres";
    public const string S3 = "S3";
    public const string Mail = "Mail";
    public const string Oidc = "Oidc";
    public const string Browser = "Browser";

    /// <summary>More than a few seconds; left out by <c>scripts/test.sh --fast</c>.</summary>
    public const string Slow = "Slow";
}
