using Microsoft.Playwright;

namespace MLHub.Tests.Browser.Pages;

public sealed class DatasetsPage(Visit visit)
{
    private ILocator DropZone => visit.Page.Locator(".drop-zone[data-takes-files]").First;

    public async Task OpenAsync()
    {
        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Datasets", Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Datasets", Exact = true }).WaitForAsync();
        await DropZone.WaitForAsync();
    }

    /// <summary>Drags a file from the desktop and lets it go over the page.</summary>
    public async Task DropAsync(string path)
    {
        var bytes = Convert.ToBase64String(await File.ReadAllBytesAsync(path));
        var transfer = await visit.Page.EvaluateHandleAsync(
            """
            ([name, base64]) => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name, { type: 'text/csv' }));
                return transfer;
            }
            """,
            new[] { Path.GetFileName(path), bytes });
        foreach (var step in new[] { "dragenter", "dragover", "drop" })
        {
            await DropZone.DispatchEventAsync(step, new { dataTransfer = transfer });
        }
    }

    /// <summary>Follows the upload to its end and opens what came of it.</summary>
    public async Task OpenUploadedAsync()
    {
        var link = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }).GetByRole(AriaRole.Link, new() { Name = "Open dataset" });
        await link.WaitForAsync(new() { Timeout = 90_000 });
        await link.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Grid).WaitForAsync();
    }
}
