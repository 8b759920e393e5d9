using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>Looks into files as the child process does, without the process around it.</summary>
internal sealed class InProcessPreviewer(IBlobStore blobs) : IImportPreviewer
{
    public async Task<ImportPreview> PreviewAsync(BlobHash original, ImportSpec spec, CancellationToken cancellationToken)
    {
        using var file = await blobs.FetchAsync(original, cancellationToken);
        return await LookAsync(file.Path, spec.Options);
    }

    public static async Task<ImportPreview> LookAsync(string path, ImportOptions options)
    {
        using var folder = new TestFolder();
        var task = new JobTask(
            ImportPreviewHandler.JobKind, JsonSerializer.SerializeToElement(new ImportSpec("file", options), HubJson.Options), new Dictionary<string, string> { [ImportResult.Original] = path },
            Directory.CreateDirectory(folder.File("out")).FullName, Directory.CreateDirectory(folder.File("scratch")).FullName, 1, 1L << 30);
        await DatasetsSetup.CreatePreviewHandler().RunAsync(task, new NoReporter(), CancellationToken.None);
        return HubJson.Read<ImportPreview>(await File.ReadAllTextAsync(task.OutputPath(ImportPreviewHandler.Output)));
    }

    private sealed class NoReporter : IJobReporter
    {
        public CancellationToken FinishRequested => CancellationToken.None;

        public void Progress(double progress, string stage, string? message = null)
        {
        }

        public void Log(JobLogLevel level, string text)
        {
        }

        public void Metric(string key, long step, double value)
        {
        }
    }
}
