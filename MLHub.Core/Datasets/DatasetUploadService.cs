using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>
/// Takes files in: as one stream, or resumable (tus). Ends with a stored blob, a version that is importing, and its job; the rows are
/// written in one transaction after the bytes are durable, so a crash leaves either nothing or all of it.
/// </summary>
public sealed class DatasetUploadService(
    IDbContextFactory<HubDbContext> contexts,
    WorkspaceAccess access,
    IBlobStore blobs,
    StagingFolder staging,
    StorageSpace space,
    StorageQuota quota,
    JobQueue queue,
    News news,
    IImportPreviewer previewer,
    IDataProtectionProvider protection,
    IOptions<DatasetOptions> options,
    TimeProvider time)
{
    private const int BufferBytes = 128 * 1024;
    private const long RecordEveryBytes = 64L * 1024 * 1024;
    private const int Attempts = 5;
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromHours(12);

    private readonly IDataProtector _tickets = protection.CreateProtector("MLHub.UploadTicket");

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private TimeSpan Lifetime => TimeSpan.FromHours(options.Value.UploadLifetimeHours);

    /// <summary>
    /// A ticket for the header <c>X-Upload-Ticket</c>, so that a page's script can upload without a token: bound to user and
    /// workspace, valid for 12 hours, good for the upload endpoints only, which ask for the right on the very dataset again.
    /// </summary>
    /// <param name="datasetId">Where a version is to be sent, by somebody who may be let in to this dataset alone.</param>
    public async Task<string> CreateTicketAsync(Actor actor, Guid workspaceId, Guid? datasetId, CancellationToken cancellationToken)
    {
        await RequireEditorAsync(actor, workspaceId, datasetId, "workspace", cancellationToken);

        var expires = time.GetUtcNow().Add(TicketLifetime).ToUnixTimeSeconds();
        return _tickets.Protect(string.Create(CultureInfo.InvariantCulture, $"{actor.UserId:N}|{workspaceId:N}|{expires}|{actor.Name}"));
    }

    /// <returns><c>null</c> when the ticket is forged or too old.</returns>
    public UploadTicket? ReadTicket(string ticket)
    {
        try
        {
            var parts = _tickets.Unprotect(ticket).Split('|', 4);
            if (time.GetUtcNow().ToUnixTimeSeconds() > long.Parse(parts[2], CultureInfo.InvariantCulture))
            {
                return null;
            }

            var workspaceId = Guid.Parse(parts[1]);
            return new(new Actor(Guid.Parse(parts[0]), parts[3], ActorKind.Browser) { OnlyWorkspaceId = workspaceId }, workspaceId);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Streams a whole file in; memory does not grow with it.</summary>
    public async Task<UploadAccepted> ReceiveAsync(Actor actor, UploadRequest request, Stream content, CancellationToken cancellationToken) =>
        await AcceptAsync(actor, request, await StoreAsync(actor, request, content, cancellationToken), cancellationToken);

    /// <summary>The first half of <see cref="ReceiveAsync"/>, for senders that name the dataset only behind the file.</summary>
    public async Task<BlobRef> StoreAsync(Actor actor, UploadRequest request, Stream content, CancellationToken cancellationToken)
    {
        await CheckAsync(actor, request, cancellationToken);
        space.Require(0);
        var left = await quota.RequireAsync(actor.UserId, request.WorkspaceId, 0, cancellationToken);
        return await blobs.PutAsync(new LimitedStream(content, MaxBytes, left ?? long.MaxValue), cancellationToken);
    }

    /// <summary>The second half: makes dataset, version and job of what <see cref="StoreAsync"/> stored.</summary>
    /// <exception cref="HubException">The file raises a question that the options leave open; its code and the option are named.</exception>
    public async Task<UploadAccepted> AcceptAsync(Actor actor, UploadRequest request, BlobRef blob, CancellationToken cancellationToken)
    {
        request = await CheckAsync(actor, request, cancellationToken);
        await RequireAnswersAsync(blob.Hash, request.FileName, request.Options, cancellationToken);
        var accepted = await AcceptAsync(actor, request, blob, upload: null, cancellationToken);
        Announce(request.WorkspaceId, accepted);
        return accepted;
    }

    /// <summary>Opens a resumable upload.</summary>
    public async Task<UploadView> CreateAsync(Actor actor, UploadRequest request, long length, CancellationToken cancellationToken)
    {
        request = await CheckAsync(actor, request, cancellationToken);
        if (length < 0 || length > MaxBytes)
        {
            throw TooLarge();
        }

        space.Require(length);
        await quota.RequireAsync(actor.UserId, request.WorkspaceId, length, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        if (await db.Set<Upload>().CountAsync(u => u.UserId == actor.UserId && u.VersionId == null && u.ExpiresAt > now, cancellationToken) >= options.Value.MaxOpenUploads)
        {
            throw new HubException(Refusal.TooMany, $"You have {options.Value.MaxOpenUploads} unfinished uploads. Finish or cancel one first.", "TOO_MANY_UPLOADS");
        }

        var upload = Upload.Create(actor.UserId, request, length, now, Lifetime);
        await using (new FileStream(staging.PathOf(upload.Id), FileMode.CreateNew))
        {
        }

        db.Add(upload);
        db.Audit(actor, upload.WorkspaceId, "upload.create", upload.Id, upload.FileName, now);
        await db.SaveChangesAsync(cancellationToken);
        return await ViewAsync(db, upload, cancellationToken);
    }

    /// <summary>Where the upload stands. One whose last byte came just before a crash is finished now: its sender believes it is done.</summary>
    public async Task<UploadView> GetAsync(Actor actor, Guid uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await RequireAsync(db, actor, uploadId, cancellationToken);
        if (upload.State == UploadState.Receiving && upload.Offset == upload.Length)
        {
            await FinishAsync(db, actor, upload, cancellationToken);
        }

        return await ViewAsync(db, upload, cancellationToken);
    }

    /// <summary>Appends bytes at an offset. The last ones make the dataset or the version.</summary>
    /// <exception cref="HubException"><c>UPLOAD_OFFSET</c> when the offset is not ours, <c>UPLOAD_BUSY</c> when another request is writing.</exception>
    public async Task<UploadView> AppendAsync(Actor actor, Guid uploadId, long offset, Stream body, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await RequireAsync(db, actor, uploadId, cancellationToken);
        if (upload.State != UploadState.Receiving)
        {
            return await ViewAsync(db, upload, cancellationToken);
        }

        await using (var file = OpenAlone(staging.PathOf(upload.Id)))
        {
            // The row may have moved between its reading and the lock.
            await db.Entry(upload).ReloadAsync(cancellationToken);
            if (offset != upload.Offset)
            {
                throw new HubException(Refusal.Conflict, $"The upload stands at byte {upload.Offset}, not {offset}. Ask for its state and go on from there.", "UPLOAD_OFFSET");
            }

            if (file.Length < upload.Offset)
            {
                throw new HubException(Refusal.Conflict, "The bytes of this upload are gone. Start it again.", "UPLOAD_LOST");
            }

            // What a crash left behind the last recorded byte was never acknowledged.
            file.SetLength(upload.Offset);
            file.Position = upload.Offset;
            await WriteAsync(db, upload, file, body, cancellationToken);
        }

        if (upload.Offset == upload.Length)
        {
            await FinishAsync(db, actor, upload, cancellationToken);
        }

        return await ViewAsync(db, upload, cancellationToken);
    }

    /// <summary>Imports what a held upload brought. Asked twice it answers the same.</summary>
    /// <param name="change">What is to be different from what came with the upload.</param>
    /// <exception cref="HubException"><c>UPLOAD_INCOMPLETE</c>, or a question that the options leave open.</exception>
    public async Task<UploadAccepted> ImportAsync(Actor actor, Guid uploadId, ImportChange change, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await RequireAsync(db, actor, uploadId, cancellationToken);
        if (upload.IsComplete)
        {
            return (await ViewAsync(db, upload, cancellationToken)).Result ?? throw HubException.NotFound("dataset version");
        }

        var request = upload.Request;
        request = await CheckAsync(actor, request with { Name = change.Name ?? request.Name, Description = change.Description ?? request.Description, Message = change.Message ?? request.Message, Options = change.Options ?? request.Options }, cancellationToken);
        var blob = new BlobRef(await RequireContentAsync(db, actor, upload, cancellationToken), upload.Length);
        await RequireAnswersAsync(blob.Hash, request.FileName, request.Options, cancellationToken);
        var accepted = await AcceptAsync(actor, request, blob, upload.Id, cancellationToken);
        Announce(upload.WorkspaceId, accepted);
        return accepted;
    }

    /// <summary>Imports the file that a version was made from once more, with other options, as the next version. No bytes move.</summary>
    public async Task<UploadAccepted> ReimportAsync(Actor actor, Guid datasetId, int number, ImportOptions? importOptions, string? message, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Editor, cancellationToken);
        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        // What is kept of a query is its SQL: no table to be read again.
        var original = version.Cause == DatasetVersionCause.Query ? throw VersionFiles.NoOriginal() : version.OriginalHash ?? throw VersionFiles.NoOriginal();

        var request = new UploadRequest(dataset.WorkspaceId, version.OriginalName ?? "file")
        {
            DatasetId = datasetId,
            Message = message ?? $"Version {number} imported again with other options",
            Options = ImportOptions.Checked(importOptions ?? version.ImportOptions ?? new()),
            Parent = number,
        };
        await RequireAnswersAsync(original, request.FileName, request.Options, cancellationToken);
        var accepted = await AcceptAsync(actor, request, new(original, version.OriginalBytes), upload: null, cancellationToken);
        Announce(dataset.WorkspaceId, accepted);
        return accepted;
    }

    /// <summary>The bytes of an upload that nothing was made of yet.</summary>
    /// <exception cref="HubException"><c>UPLOAD_INCOMPLETE</c>.</exception>
    internal async Task<HeldUpload> RequireHeldAsync(Actor actor, Guid uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await RequireAsync(db, actor, uploadId, cancellationToken);
        return new(upload.Request, await RequireContentAsync(db, actor, upload, cancellationToken));
    }

    public async Task AbortAsync(Actor actor, Guid uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var upload = await RequireAsync(db, actor, uploadId, cancellationToken);

        var path = staging.PathOf(upload.Id);
        if (upload.State == UploadState.Receiving && File.Exists(path))
        {
            await using var file = OpenAlone(path);
            File.Delete(path);
        }

        db.Remove(upload);
        db.Audit(actor, upload.WorkspaceId, "upload.abort", upload.Id, upload.FileName, Now);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets uploads whose time is over. Their staging files go with them, and files that no row knows.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        var expired = await db.Set<Upload>().Where(u => u.ExpiresAt < now).OrderBy(u => u.ExpiresAt).Take(1000).ToListAsync(cancellationToken);
        foreach (var upload in expired)
        {
            File.Delete(staging.PathOf(upload.Id));
            db.Remove(upload);
        }

        await db.SaveChangesAsync(cancellationToken);
        var oldest = now - Lifetime - TimeSpan.FromHours(1);
        foreach (var file in Directory.CreateDirectory(staging.Root).EnumerateFiles().Where(f => f.LastWriteTimeUtc < oldest))
        {
            if (!Guid.TryParse(file.Name, out var id) || !await db.Set<Upload>().AnyAsync(u => u.Id == id, cancellationToken))
            {
                file.Delete();
            }
        }

        return expired.Count;
    }

    private long MaxBytes => options.Value.MaxUploadMegabytes * 1024L * 1024;

    private HubException TooLarge() =>
        new(Refusal.TooLarge, $"Files may have up to {options.Value.MaxUploadMegabytes} MB here. Compress it with gzip, or split it.", "FILE_TOO_LARGE");

    private async Task<UploadRequest> CheckAsync(Actor actor, UploadRequest request, CancellationToken cancellationToken)
    {
        await RequireEditorAsync(actor, request.WorkspaceId, request.DatasetId, "workspace", cancellationToken);

        if (request.Name is { } name)
        {
            Slug.RequireName(name, "dataset");
        }

        return request with { FileName = CleanFileName(request.FileName) };
    }

    /// <summary>A file name is only shown and offered for download; paths and invisible characters of the sender's machine are cut.</summary>
    private static string CleanFileName(string fileName)
    {
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)]).Trim();
        return clean.Length == 0 ? "file" : clean.Length > 200 ? clean[..200] : clean;
    }

    private async Task<Upload> RequireAsync(HubDbContext db, Actor actor, Guid uploadId, CancellationToken cancellationToken)
    {
        var now = Now;
        var upload = await db.Set<Upload>().SingleOrDefaultAsync(u => u.Id == uploadId && u.UserId == actor.UserId && u.ExpiresAt > now, cancellationToken)
            ?? throw HubException.NotFound("upload");
        await RequireEditorAsync(actor, upload.WorkspaceId, upload.DatasetId, "upload", cancellationToken);
        return upload;
    }

    /// <summary>A new dataset needs an editor of the workspace; a version needs an editor of the dataset, who may be a collaborator.</summary>
    private async Task RequireEditorAsync(Actor actor, Guid workspaceId, Guid? datasetId, string what, CancellationToken cancellationToken)
    {
        if (datasetId is null)
        {
            await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, what, cancellationToken);
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.WorkspaceId == workspaceId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Editor, cancellationToken);
    }

    /// <summary>The lock of an upload is the one of its file: the system drops it with the process, so a crash locks nobody out.</summary>
    private static FileStream OpenAlone(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous });
        }
        catch (IOException busy) when (!busy.IsDiskFull())
        {
            throw new HubException(Refusal.Conflict, "Another request is sending bytes of this upload. Wait a moment and go on.", "UPLOAD_BUSY");
        }
    }

    private async Task WriteAsync(HubDbContext db, Upload upload, FileStream file, Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var recorded = upload.Offset;
        var offset = upload.Offset;
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                if (offset + read > upload.Length)
                {
                    throw new HubException(Refusal.TooLarge, $"The upload was announced with {upload.Length} bytes, but more came.", "UPLOAD_TOO_LONG");
                }

                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                offset += read;
                if (offset - recorded >= RecordEveryBytes)
                {
                    space.Require(upload.Length - offset);
                    await RecordAsync();
                }
            }
        }
        catch (IOException full) when (full.IsDiskFull())
        {
            file.SetLength(recorded);
            throw StorageSpace.Full();
        }
        catch (Exception cut) when (cut is not HubException)
        {
            // The connection broke: what came before is good, and the sender goes on from there.
            await RecordAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await RecordAsync();

        async Task RecordAsync()
        {
            if (offset == recorded)
            {
                return;
            }

            file.Flush(flushToDisk: true);
            upload.Advance(offset, Now, Lifetime);
            // Not with the request's token: it is cancelled exactly when the bytes that came must be remembered.
            await db.SaveChangesAsync(CancellationToken.None);
            recorded = offset;
        }
    }

    /// <summary>
    /// Staging file → blob → rows. The hash is written down before the file is moved, so that a crash between the steps leaves something
    /// to go on from; that two requests finish at once is settled by the row, whose end can be written only once.
    /// </summary>
    private async Task FinishAsync(HubDbContext db, Actor actor, Upload upload, CancellationToken cancellationToken)
    {
        var path = staging.PathOf(upload.Id);
        if (upload.ContentHash is null)
        {
            await using (var file = OpenAlone(path))
            {
                var sealedBlob = await StagingFolder.HashAsync(file, cancellationToken);
                if (sealedBlob.Length != upload.Length)
                {
                    throw new HubException(Refusal.Conflict, "The bytes of this upload are gone. Start it again.", "UPLOAD_LOST");
                }

                upload.Seal(sealedBlob.Hash);
            }

            await db.SaveChangesAsync(CancellationToken.None);
        }

        var blob = new BlobRef(upload.ContentHash!.Value, upload.Length);
        if (File.Exists(path))
        {
            try
            {
                blob = await blobs.PutFileAsync(path, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                // Another request moved it in the meantime.
            }
        }

        if (!await blobs.ExistsAsync(blob.Hash, cancellationToken))
        {
            throw new HubException(Refusal.Conflict, "The bytes of this upload are gone. Start it again.", "UPLOAD_LOST");
        }

        if (upload.IsHeld)
        {
            upload.Hold(Now, Lifetime);
            await db.SaveChangesAsync(CancellationToken.None);
            return;
        }

        var accepted = await AcceptAsync(actor, upload.Request, blob, upload.Id, cancellationToken);
        await db.Entry(upload).ReloadAsync(cancellationToken);
        Announce(upload.WorkspaceId, accepted);
    }

    private async Task<BlobHash> RequireContentAsync(HubDbContext db, Actor actor, Upload upload, CancellationToken cancellationToken)
    {
        if (upload.State == UploadState.Receiving && upload.Offset == upload.Length && upload.IsHeld)
        {
            await FinishAsync(db, actor, upload, cancellationToken);
        }

        return upload is { State: UploadState.Held or UploadState.Imported, ContentHash: { } content }
            ? content
            : throw HubException.Conflict($"Only {upload.Offset} of {upload.Length} bytes of this upload are here. Send the rest first.", "UPLOAD_INCOMPLETE");
    }

    /// <summary>
    /// Programs are asked, too: a file that raises a question is refused with the option that answers it, before anything is made of it.
    /// A file that cannot be read at all is accepted; its import tells why, and keeps it.
    /// </summary>
    private async Task RequireAnswersAsync(BlobHash original, string fileName, ImportOptions importOptions, CancellationToken cancellationToken)
    {
        if (importOptions.AcceptDefaults)
        {
            return;
        }

        ImportPreview preview;
        try
        {
            preview = await previewer.PreviewAsync(original, new(fileName, importOptions), cancellationToken);
        }
        catch (HubException failed) when (failed.Code == "PREVIEW_FAILED")
        {
            // The import has more time and memory; if it fails, too, it keeps the file and says why.
            return;
        }

        if (preview.Questions is not [var question, ..])
        {
            return;
        }

        var choices = string.Join(", ", question.Choices.Select(c => $"\"{c.Value}\""));
        throw new HubException(
            Refusal.Impossible,
            $"{question.Reason} {question.Text} Set the import option {question.Option} to one of {choices}, or acceptDefaults to true{(question.Default is null ? "" : $" to take \"{question.Default}\"")}.",
            question.Code)
        {
            Errors = preview.Questions.GroupBy(q => $"options.{q.Option}").ToDictionary(g => g.Key, g => g.Select(q => $"{q.Text} {q.Reason}").ToArray()),
        };
    }

    /// <summary>Dataset (when new), version, job and the end of the upload in one transaction.</summary>
    private async Task<UploadAccepted> AcceptAsync(Actor actor, UploadRequest request, BlobRef blob, Guid? upload, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAcceptAsync(actor, request, blob, upload, cancellationToken);
            }
            catch (HubException taken) when (taken.Refusal == Refusal.Conflict && attempt < Attempts && (upload is not null || request.DatasetId is not null || request.Name is null))
            {
                // Two uploads took the same version number, or the same name made from a file name: the next look sees the other one.
            }
        }
    }

    private async Task<UploadAccepted> TryAcceptAsync(Actor actor, UploadRequest request, BlobRef blob, Guid? uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        var upload = uploadId is { } id ? await db.Set<Upload>().SingleAsync(u => u.Id == id, cancellationToken) : null;
        if (upload?.IsComplete == true)
        {
            return (await ViewAsync(db, upload, cancellationToken)).Result!;
        }

        Dataset dataset;
        var number = 1;
        int? parent = null;
        if (request.DatasetId is { } datasetId)
        {
            dataset = await db.Set<Dataset>().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
                ?? throw HubException.NotFound("dataset");
            number = await DatasetVersion.NextNumberAsync(db, datasetId, cancellationToken);
            parent = request.Parent ?? dataset.LatestVersion;
        }
        else
        {
            var name = request.Name ?? await FreeNameAsync(db, request, cancellationToken);
            dataset = Dataset.Create(request.WorkspaceId, actor.UserId, name, request.Description, now);
            db.Add(dataset);
        }

        var version = DatasetVersion.Create(dataset.Id, number, DatasetVersionCause.Upload, parent, request.Message, actor.UserId, now);
        var job = queue.Add(db, ImportResult.JobKind, request.WorkspaceId, actor.UserId, dataset.Id);
        version.ImportFrom(blob, request.FileName, request.Options, job.Id);
        db.Add(version);
        upload?.Finish(version.Id);
        db.Audit(actor, request.WorkspaceId, number == 1 ? "dataset.create" : "dataset.version", dataset.Id, $"{dataset.Name} v{number} from {request.FileName}", now);
        await db.SaveChangesAsync(cancellationToken);
        return new(dataset.Id, version.Id, number, job.Id);
    }

    /// <summary>The file's name without its ending; with a number when it is taken.</summary>
    private static async Task<string> FreeNameAsync(HubDbContext db, UploadRequest request, CancellationToken cancellationToken)
    {
        var stem = request.FileName;
        foreach (var ending in (string[])[".gz", ".csv", ".tsv", ".txt", ".tab", ".psv", ".json", ".ndjson", ".jsonl", ".geojson", ".xlsx", ".xlsm", ".xlsb", ".xls", ".parquet", ".pq", ".zip"])
        {
            stem = stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && stem.Length > ending.Length ? stem[..^ending.Length] : stem;
        }

        stem = stem.Trim().Length == 0 ? "Dataset" : stem.Length > Slug.MaxNameLength - 6 ? stem[..(Slug.MaxNameLength - 6)] : stem;
        var taken = await db.Set<Dataset>().Where(d => d.WorkspaceId == request.WorkspaceId && d.DeletedAt == null && d.NameKey.StartsWith(Slug.Key(stem)))
            .Select(d => d.NameKey).ToListAsync(cancellationToken);
        var name = stem;
        for (var number = 2; taken.Contains(Slug.Key(name)); number++)
        {
            name = $"{stem} {number}";
        }

        return name;
    }

    private void Announce(Guid workspaceId, UploadAccepted accepted)
    {
        queue.Wake();
        news.Publish(Topic.Workspace(workspaceId), Topic.Dataset(accepted.DatasetId));
    }

    private static async Task<UploadView> ViewAsync(HubDbContext db, Upload upload, CancellationToken cancellationToken)
    {
        UploadAccepted? result = null;
        if (upload.VersionId is { } versionId)
        {
            result = await db.Set<DatasetVersion>().AsNoTracking().Where(v => v.Id == versionId)
                .Select(v => new UploadAccepted(v.DatasetId, v.Id, v.Number, v.JobId ?? Guid.Empty)).SingleOrDefaultAsync(cancellationToken);
        }

        return new(upload.Id, upload.WorkspaceId, upload.FileName, upload.Length, upload.Offset, upload.ExpiresAt, result) { State = upload.State, DatasetId = upload.DatasetId, Options = upload.Options };
    }

    /// <summary>Stops a body that is longer than allowed; its length is often not announced.</summary>
    private sealed class LimitedStream(Stream inner, long limit, long quota) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            return _read > quota ? throw StorageQuota.Exceeded("The file does not fit into what is left of your storage", quota)
                : _read <= limit ? read
                : throw new HubException(Refusal.TooLarge, $"Files may have up to {limit / 1024 / 1024} MB here. Compress it with gzip, or split it.", "FILE_TOO_LARGE");
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A request's body is read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
