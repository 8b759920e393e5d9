using System.Security.Claims;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;
using MLHub.Tests.Datasets;
using MLHub.Web.Accounts;
using MLHub.Web.Datasets;
using MLHub.Web.Shell;
using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Tests.DatasetPages;

/// <summary>The page that looks at a file before it is imported, over the real services and files.</summary>
public sealed class ImportPageTests : BunitContext, IAsyncLifetime
{
    private DatasetBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await DatasetBench.CreateAsync();
        Share<DatasetUploadService>();
        Share<ImportPreviewService>();
        Share<DatasetService>();
        Share<WorkspaceService>();
        Share<News>();
        Services.AddScoped<CurrentActor>();
        Services.AddScoped<CurrentWorkspace>();
        Services.AddMudServices();
        this.AddAuthorization().SetAuthorized("Eve").SetClaims(new Claim(ClaimTypes.NameIdentifier, _bench.Eve.UserId.ToString()), new Claim(ClaimTypes.Name, "Eve"));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Render<MudPopoverProvider>();
    }

    [Fact]
    public async Task Who_was_let_in_to_one_dataset_imports_its_file_again()
    {
        var made = await _bench.ImportAsync("name,age\nAda,36\nGrace,45\n");
        await using (var db = await _bench.Contexts.CreateDbContextAsync(Xunit.TestContext.Current.CancellationToken))
        {
            var email = await db.Set<HubUser>().Where(u => u.Id == _bench.Eve.UserId).Select(u => u.Email!).SingleAsync(Xunit.TestContext.Current.CancellationToken);
            await _bench.Services.GetRequiredService<DatasetSharing>().PutAsync(_bench.Ada, made.DatasetId, email, WorkspaceRole.Editor, default);
        }

        var page = Render<ImportPage>(p => p.Add(i => i.DatasetId, made.DatasetId).Add(i => i.Number, 1));

        page.WaitForAssertion(() => Assert.Contains("2 rows × 2 columns", page.Markup), TimeSpan.FromSeconds(30));
        Assert.StartsWith("Shared", page.Find("nav").TextContent.Trim(), StringComparison.Ordinal);
    }

    private void Share<T>() where T : class => Services.AddSingleton(_bench.Services.GetRequiredService<T>());

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await base.DisposeAsync();
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
