namespace MLHub.Tests.Support;

/// <summary>Tests that need the whole process for themselves run after all others and one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
