using System.Text.RegularExpressions;
using MLHub.Tests.Support;
using MLHub.Web.Shell;
using MudBlazor;
using MudBlazor.Utilities;

namespace MLHub.Tests.Shell;

public sealed partial class LookTests
{
    public static TheoryData<string, string, string> TextOnGround
    {
        get
        {
            var pairs = new TheoryData<string, string, string>();
            foreach (var (name, palette) in new (string, Palette)[] { ("light", HubTheme.Theme.PaletteLight), ("dark", HubTheme.Theme.PaletteDark) })
            {
                pairs.Add($"{name} text", palette.TextPrimary.Value, palette.Background.Value);
                pairs.Add($"{name} secondary text", palette.TextSecondary.Value, palette.Surface.Value);
                pairs.Add($"{name} primary button", palette.PrimaryContrastText.Value, palette.Primary.Value);
                pairs.Add($"{name} error", palette.Error.Value, palette.Surface.Value);
                pairs.Add($"{name} success", palette.Success.Value, palette.Surface.Value);
                pairs.Add($"{name} warning", palette.Warning.Value, palette.Surface.Value);
            }

            return pairs;
        }
    }

    /// <summary>WCAG 2.2, 1.4.3: at least 4.5 : 1.</summary>
    [Theory]
    [MemberData(nameof(TextOnGround))]
    public void Text_can_be_read_in_both_themes(string what, string text, string ground)
    {
        var (light, dark) = (Luminance(text), Luminance(ground));

        var ratio = (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);

        Assert.True(ratio >= 4.5, $"{what}: {ratio:0.00}");
    }

    [Fact]
    public void Both_palettes_are_in_every_document_so_that_the_first_paint_is_right()
    {
        Assert.StartsWith("html{", HubTheme.Sheet, StringComparison.Ordinal);
        Assert.Contains("html[data-theme=\"dark\"]{", HubTheme.Sheet);
        Assert.Equal(2, Regex.Count(HubTheme.Sheet, "--mud-palette-surface:"));
        Assert.Equal(2, Regex.Count(HubTheme.Sheet, "--mud-palette-primary-text:"));
        Assert.Equal(2, Regex.Count(HubTheme.Sheet, "--mud-palette-error-rgb:"));
    }

    [Fact]
    public void No_page_asks_another_host_for_anything()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "MLHub.Web"), "*.*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => Path.GetExtension(f) is ".razor" or ".css" or ".js" or ".svg");

        var foreign = files.Where(f => OtherHost().IsMatch(File.ReadAllText(f))).Select(Path.GetFileName);

        Assert.Empty(foreign);
    }

    [GeneratedRegex("""(src|href)="https?://|url\(["']?(https?:)?//|import .*https?://|fetch\(["']https?://""")]
    private static partial Regex OtherHost();

    private static double Luminance(string hex)
    {
        var color = new MudColor(hex);
        return 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

        static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
