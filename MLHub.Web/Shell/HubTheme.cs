using System.Globalization;
using System.Reflection;
using System.Text;
using MudBlazor;
using MudBlazor.Utilities;

namespace MLHub.Web.Shell;

/// <summary>The look of MLHub in MudBlazor's terms. <c>hub.css</c> holds the same colours for everything else.</summary>
public static class HubTheme
{
    private static readonly string[] Sans = ["Inter", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#2b57d0",
            PrimaryContrastText = "#ffffff",
            Secondary = "#565e6c",
            Tertiary = "#0a8567",
            Info = "#2b57d0",
            Success = "#0b7350",
            Warning = "#9a5f00",
            Error = "#bb2525",
            Dark = "#171a20",
            TextPrimary = "#171a20",
            TextSecondary = "#565e6c",
            TextDisabled = "#8d95a3",
            ActionDefault = "#565e6c",
            ActionDisabled = "#8d95a3",
            ActionDisabledBackground = "#eef0f3",
            Background = "#f8f9fa",
            BackgroundGray = "#f3f4f6",
            Surface = "#ffffff",
            DrawerBackground = "#f8f9fa",
            DrawerText = "#171a20",
            DrawerIcon = "#565e6c",
            AppbarBackground = "#f8f9fa",
            AppbarText = "#171a20",
            LinesDefault = "#e4e6eb",
            LinesInputs = "#cfd3da",
            TableLines = "#e4e6eb",
            TableStriped = "#f8f9fa",
            TableHover = "#f0f2f5",
            Divider = "#e4e6eb",
            DividerLight = "#eef0f3",
            Skeleton = "#eef0f3",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8fadff",
            PrimaryContrastText = "#0b1226",
            Secondary = "#a3abb8",
            SecondaryContrastText = "#0e1014",
            Tertiary = "#3ccba8",
            TertiaryContrastText = "#0e1014",
            Info = "#8fadff",
            InfoContrastText = "#0b1226",
            Success = "#5cd2a4",
            SuccessContrastText = "#06150f",
            Warning = "#f0b860",
            WarningContrastText = "#1d1406",
            Error = "#ff8f8a",
            ErrorContrastText = "#240808",
            Dark = "#e9ebef",
            DarkContrastText = "#0e1014",
            TextPrimary = "#e9ebef",
            TextSecondary = "#a3abb8",
            TextDisabled = "#6c7482",
            ActionDefault = "#a3abb8",
            ActionDisabled = "#6c7482",
            ActionDisabledBackground = "#20242b",
            Background = "#0e1014",
            BackgroundGray = "#111318",
            Surface = "#15181d",
            DrawerBackground = "#0e1014",
            DrawerText = "#e9ebef",
            DrawerIcon = "#a3abb8",
            AppbarBackground = "#0e1014",
            AppbarText = "#e9ebef",
            LinesDefault = "#262a32",
            LinesInputs = "#3a404b",
            TableLines = "#262a32",
            TableStriped = "#181b21",
            TableHover = "#1c2027",
            Divider = "#262a32",
            DividerLight = "#20242b",
            Skeleton = "#20242b",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "52px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "14px", LineHeight = "20px", LetterSpacing = "normal" },
            H4 = new H4Typography { FontFamily = Sans, FontSize = "20px", LineHeight = "28px", FontWeight = "600", LetterSpacing = "-.014em" },
            H5 = new H5Typography { FontFamily = Sans, FontSize = "20px", LineHeight = "28px", FontWeight = "600", LetterSpacing = "-.014em" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "16px", LineHeight = "24px", FontWeight = "600", LetterSpacing = "-.01em" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Sans, FontSize = "15px", LineHeight = "22px", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontFamily = Sans, FontSize = "13px", LineHeight = "20px", FontWeight = "600", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "14px", LineHeight = "20px", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "13.5px", LineHeight = "20px", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Sans, FontSize = "13.5px", LineHeight = "20px", FontWeight = "500", LetterSpacing = "normal", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Sans, FontSize = "12px", LineHeight = "16px", LetterSpacing = "normal" },
        },
    };

    /// <summary>
    /// Both palettes as rules that follow <c>html[data-theme]</c>. MudBlazor knows one palette per circuit, which would
    /// paint static pages and the first paint in the wrong one; so both are in the document and CSS chooses.
    /// </summary>
    public static string Sheet { get; } = Rule("html", Theme.PaletteLight) + Rule("html[data-theme=\"dark\"]", Theme.PaletteDark);

    private static string Rule(string selector, Palette palette)
    {
        var css = new StringBuilder(selector).Append('{');
        foreach (var property in palette.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var name = "--mud-palette-" + Kebab(property.Name.Replace("ContrastText", "Text", StringComparison.Ordinal));
            switch (property.GetValue(palette))
            {
                case MudColor color:
                    css.Append(CultureInfo.InvariantCulture, $"{name}:{color.ToString(MudColorOutputFormats.RGBA)};");
                    css.Append(CultureInfo.InvariantCulture, $"{name}-rgb:{color.ToString(MudColorOutputFormats.ColorElements)};");
                    css.Append(CultureInfo.InvariantCulture, $"{name}-hover:{color.SetAlpha(palette.HoverOpacity).ToString(MudColorOutputFormats.RGBA)};");
                    break;
                case string text:
                    css.Append(CultureInfo.InvariantCulture, $"{name}:{text};");
                    break;
            }
        }

        return css.Append('}').ToString();
    }

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
