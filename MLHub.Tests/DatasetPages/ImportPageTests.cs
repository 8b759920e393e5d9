using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;
using MLHub.Web.Datasets;

namespace MLHub.Tests.DatasetPages;

/// <summary>The page that looks at a file before it is imported.</summary>
public sealed class ImportPageTests : BenchScene
{
    [Fact]
    public async Task Who_was_let_in_to_one_dataset_imports_its_file_again()
    {
        var made = await Bench.ImportAsync("name,age\nAda,36\nGrace,45\n");
        await using (var db = await Bench.Contexts.CreateDbContextAsync(Token))
        {
            var email = await db.Set<HubUser>().Where(u => u.Id == Bench.Eve.UserId).Select(u => u.Email!).SingleAsync(Token);
            await Bench.Services.GetRequiredService<DatasetSharing>().PutAsync(Bench.Ada, made.DatasetId, email, WorkspaceRole.Editor, default);
        }

        SignInAs(Bench.Eve);
        RenderLayoutParts();

        var page = Render<ImportPage>(p => p.Add(i => i.DatasetId, made.DatasetId).Add(i => i.Number, 1));

        page.WaitForAssertion(() => Assert.Contains("2 rows × 2 columns", page.Markup));
        Assert.StartsWith("Shared", page.Find("nav").TextContent.Trim(), StringComparison.Ordinal);
    }
}
