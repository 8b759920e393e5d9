using System.Reflection;

namespace MLHub.Tests.Architecture;

/// <summary>A library is known in one place, so that it can be exchanged there.</summary>
public sealed class LibraryBoundaryTests
{
    [Theory]
    [InlineData("Microsoft.EntityFrameworkCore", "MLHub.Core")]
    [InlineData("Npgsql", "MLHub.Core")]
    [InlineData("Microsoft.Data.Sqlite", "MLHub.Core")]
    [InlineData("Amazon", "MLHub.Core")]
    [InlineData("ExcelDataReader", "MLHub.Core")]
    [InlineData("MailKit", "MLHub.Core")]
    [InlineData("MudBlazor", "MLHub.Web")]
    [InlineData("ScottPlot", "MLHub.Web")]
    [InlineData("QRCoder", "MLHub.Web")]
    [InlineData("Microsoft.ML", "MLHub.Training")]
    [InlineData("TorchSharp", "MLHub.Training")]
    [InlineData("DuckDB", "MLHub.Core", "MLHub.Training")]
    public void A_library_is_used_only_where_it_belongs(string library, params string[] homes) =>
        Assert.Empty(Assemblies.Uses()
            .Where(u => (u.To == library || u.To.StartsWith(library + ".", StringComparison.Ordinal)) && !IsAllowed(u.From, u.To) && !homes.Any(h => u.From.StartsWith(h + ".", StringComparison.Ordinal)))
            .Select(u => $"{u.From} → {u.To}").Distinct().Order());

    [Fact]
    public void The_boundaries_look_at_something()
    {
        var used = Assemblies.Uses().Select(u => u.To).ToList();

        Assert.Contains(used, t => t.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal));
        Assert.Contains(used, t => t.StartsWith("MudBlazor.", StringComparison.Ordinal));
        Assert.Contains(used, t => t.StartsWith("Microsoft.ML.", StringComparison.Ordinal));
    }

    [Fact]
    public void No_component_or_service_of_the_web_holds_a_context() =>
        Assert.Empty(Assemblies.Written(Assemblies.Web)
            .Where(t => t.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Any(f => typeof(Core.Data.HubDbContext).IsAssignableFrom(f.FieldType)))
            .Select(t => t.FullName));

    // DataFrame's view of itself is one of ML.NET's interfaces; the readiness probe asks the context itself.
    private static bool IsAllowed(string from, string to) =>
        to.Contains("IDataView", StringComparison.Ordinal)
        || from.StartsWith("MLHub.Web.HubSetup", StringComparison.Ordinal);
}
