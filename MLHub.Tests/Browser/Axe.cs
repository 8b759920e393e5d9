using System.Text.Json;
using Microsoft.Playwright;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>Accessibility by axe-core's rules.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(Need.AxeScript));

    /// <summary>Fails on any violation that axe calls serious or critical, naming rule and elements.</summary>
    public static Task AssertNoSeriousAsync(IPage page, string where) => AssertAsync(page, where, "{ resultTypes: ['violations'] }");

    /// <summary>The same for the one rule that depends on the theme.</summary>
    public static Task AssertContrastAsync(IPage page, string where) => AssertAsync(page, where, "{ resultTypes: ['violations'], runOnly: { type: 'rule', values: ['color-contrast'] } }");

    private static async Task AssertAsync(IPage page, string where, string options)
    {
        // Evaluated through the debugger, not as a script element: the page's content security policy stays as it is.
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Script.Value + "; undefined");
        }

        var found = await page.EvaluateAsync<JsonElement>(
            $$"""
            async () => (await axe.run(document, {{options}})).violations
                .filter(v => v.impact === 'serious' || v.impact === 'critical')
                .map(v => `${v.impact} ${v.id}: ${v.help}\n` + v.nodes.slice(0, 5).map(n => `    ${n.html.slice(0, 300)}\n    ${(n.any[0] || n.all[0] || n.none[0] || {}).message || ''}`).join('\n'))
            """);

        var violations = found.EnumerateArray().Select(v => v.GetString()).ToList();
        Assert.True(violations.Count == 0, $"axe-core found serious problems on {where}:\n{string.Join('\n', violations)}");
    }
}
