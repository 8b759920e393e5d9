using System.Text.RegularExpressions;

namespace MLHub.Tests.Browser.Pages;

/// <summary>The pages in the user's words. Elements are found by what a person, or a screen reader, calls them.</summary>
public sealed class HubPages(Visit visit)
{
    public SignUpPage SignUp => new(visit);

    public DatasetsPage Datasets => new(visit);

    public DatasetPage Dataset => new(visit);

    public TrainPage Train => new(visit);

    public RunPage Run => new(visit);

    public ModelPage Model => new(visit);

    internal static Regex Like(string pattern) => new(pattern, RegexOptions.IgnoreCase);
}
