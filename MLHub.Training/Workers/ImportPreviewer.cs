using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Training.Workers;

/// <summary>
/// Looks into a file in a child process that ends with the answer. Somebody waits for it at a page, so it gets little time; a few at a time,
/// so that many who look do not starve the jobs.
/// </summary>
internal sealed partial class ImportPreviewer(IJobExecutor executor, IBlobStore blobs, IOptions<HubOptions> hub, IOptions<JobOptions> jobs, ILogger<ImportPreviewer> logger) : IImportPreviewer, IDisposable
{
    private const int AtATime = 2;
    private const int MaxAnswerBytes = 32 * 1024 * 1024;
    private const long MaxMemoryBytes = 1L << 30;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(AtATime);

    public async Task<ImportPreview> PreviewAsync(BlobHash original, ImportSpec spec, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(LongestWait, cancellationToken))
        {
            throw new HubException(Refusal.Unavailable, "Many files are being looked at right now. Try again in a moment.", "PREVIEW_BUSY") { RetryAfter = TimeSpan.FromSeconds(10) };
        }

        try
        {
            return await LookAsync(original, spec, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<ImportPreview> LookAsync(BlobHash original, ImportSpec spec, CancellationToken cancellationToken)
    {
        using var file = await blobs.FetchAsync(original, cancellationToken);
        using var folder = WorkFolder.Create(hub.Value.PathOf("work"), "preview");
        var task = new JobTask(
            ImportPreviewHandler.JobKind,
            JsonSerializer.SerializeToElement(spec, HubJson.Options),
            new Dictionary<string, string> { [ImportResult.Original] = file.Path },
            folder.Output,
            folder.Scratch,
            1,
            Math.Min(MaxMemoryBytes, jobs.Value.MemoryMegabytes * 1024L * 1024));
        var end = await executor.ExecuteAsync(task, folder.Path, TimeLimit, _ => { }, CancellationToken.None, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (end.Result is null)
        {
            Log.Failed(logger, original, end.Failure?.Code ?? "", end.Failure?.Trace ?? end.Failure?.Message ?? "");
            throw HubException.Impossible("This file could not be looked at: it took too long, or broke the process that tried. Import it to learn more, or check whether it is damaged.", "PREVIEW_FAILED");
        }

        await using var answer = File.OpenRead(task.OutputPath(ImportPreviewHandler.Output));
        return answer.Length <= MaxAnswerBytes
            ? await JsonSerializer.DeserializeAsync<ImportPreview>(answer, HubJson.Options, cancellationToken) ?? throw new JsonException("The preview is empty.")
            : throw HubException.Impossible("The cells of this file are too long to be shown before the import.", "PREVIEW_FAILED");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Looking into {Original} failed: {Code} {Trace}")]
        public static partial void Failed(ILogger logger, BlobHash original, string code, string trace);
    }
}
