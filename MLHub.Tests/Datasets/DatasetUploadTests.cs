using System.Text;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

public sealed class DatasetUploadTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},x\n")));

    [Fact]
    public async Task An_upload_in_pieces_becomes_a_dataset()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await OpenAsync(bench);

        upload = await SendAsync(bench, upload, 0, 10_000);
        Assert.Equal((10_000L, (UploadAccepted?)null), (upload.Offset, upload.Result));
        upload = await SendAsync(bench, upload, 10_000, Content.Length - 10_000);

        await bench.RunJobAsync(upload.Result!.JobId);
        Assert.Equal(5000, (await bench.Datasets.GetAsync(bench.Ada, upload.Result.DatasetId, default)).RowCount);
    }

    [Fact]
    public async Task After_a_crash_an_upload_goes_on_at_the_recorded_byte()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await SendAsync(bench, await OpenAsync(bench), 0, 10_000);
        // Bytes that reached the file, but not the row, before the power went.
        var staging = Path.Combine(bench.DataPath, "staging", upload.Id.ToString("N"));
        await File.AppendAllTextAsync(staging, "garbage");

        await bench.RestartAsync();
        upload = await bench.Uploads.GetAsync(bench.Ada, upload.Id, default);
        Assert.Equal(10_000, upload.Offset);
        upload = await SendAsync(bench, upload, 10_000, Content.Length - 10_000);

        await bench.RunJobAsync(upload.Result!.JobId);
        Assert.Equal(5000, (await bench.Datasets.GetAsync(bench.Ada, upload.Result.DatasetId, default)).RowCount);
    }

    [Fact]
    public async Task A_crash_after_the_last_byte_loses_nothing_and_makes_nothing_twice()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await SendAsync(bench, await OpenAsync(bench), 0, 10_000);
        // What is on the disk when the server dies between recording the last byte and making the dataset.
        await File.AppendAllBytesAsync(Path.Combine(bench.DataPath, "staging", upload.Id.ToString("N")), Content[10_000..]);
        await using (var db = await bench.Contexts.CreateDbContextAsync())
        {
            await db.Set<Upload>().ExecuteUpdateAsync(set => set.SetProperty(u => u.Offset, Content.Length));
        }

        await bench.RestartAsync();
        var views = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TryGetAsync(bench, upload.Id))));
        var again = await bench.Uploads.GetAsync(bench.Ada, upload.Id, default);

        Assert.NotNull(again.Result);
        Assert.All(views.Where(v => v is not null), v => Assert.Equal(again.Result, v!.Result));
        Assert.Equal(1, (await bench.Datasets.CountsAsync(bench.Ada, bench.WorkspaceId, default)).Datasets);
    }

    [Fact]
    public async Task A_wrong_offset_is_refused_and_changes_nothing()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await SendAsync(bench, await OpenAsync(bench), 0, 100);

        var refused = await Assert.ThrowsAsync<HubException>(() => SendAsync(bench, upload, 50, 100));

        Assert.Equal("UPLOAD_OFFSET", refused.Code);
        Assert.Equal(100, (await bench.Uploads.GetAsync(bench.Ada, upload.Id, default)).Offset);
    }

    [Fact]
    public async Task A_broken_connection_keeps_what_came_and_a_second_writer_waits()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await OpenAsync(bench);
        var body = new BreakingStream(Content.AsMemory(0, 3000));

        var writing = bench.Uploads.AppendAsync(bench.Ada, upload.Id, 0, body, default);
        await body.Waiting;
        var second = await Assert.ThrowsAsync<HubException>(() => SendAsync(bench, upload, 0, 10));
        body.Break();
        await Assert.ThrowsAsync<IOException>(() => writing);

        Assert.Equal("UPLOAD_BUSY", second.Code);
        Assert.Equal(3000, (await bench.Uploads.GetAsync(bench.Ada, upload.Id, default)).Offset);
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), 10, default);

        using var body = new MemoryStream(new byte[11]);
        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.AppendAsync(bench.Ada, upload.Id, 0, body, default));

        Assert.Equal("UPLOAD_TOO_LONG", refused.Code);
    }

    [Fact]
    public async Task Files_above_the_limit_are_refused_in_both_ways()
    {
        await using var bench = await DatasetBench.CreateAsync(("MLHub:Datasets:MaxUploadMegabytes", "1"));
        using var body = new MemoryStream(new byte[1024 * 1024 + 1]);

        var whole = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.ReceiveAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), body, default));
        var announced = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), body.Length, default));

        Assert.Equal((Refusal.TooLarge, Refusal.TooLarge), (whole.Refusal, announced.Refusal));
        Assert.Empty(Directory.GetFiles(Path.Combine(bench.DataPath, "staging")));
    }

    [Fact]
    public async Task A_full_disk_is_refused_before_it_is_full()
    {
        await using var bench = await DatasetBench.CreateAsync(("MLHub:Storage:MinFreeMegabytes", "1048576"), ("MLHub:Datasets:MaxUploadMegabytes", "10485760"));

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), 9L << 40, default));

        Assert.Equal((Refusal.StorageFull, "STORAGE_FULL"), (refused.Refusal, refused.Code));
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await SendAsync(bench, await OpenAsync(bench), 0, 100);

        await bench.Uploads.AbortAsync(bench.Ada, upload.Id, default);

        Assert.Empty(Directory.GetFiles(Path.Combine(bench.DataPath, "staging")));
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => bench.Uploads.GetAsync(bench.Ada, upload.Id, default))).Refusal);
    }

    [Fact]
    public async Task An_upload_of_somebody_else_does_not_exist()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await OpenAsync(bench);

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.GetAsync(bench.Eve, upload.Id, default));

        Assert.Equal(Refusal.NotFound, refused.Refusal);
    }

    [Fact]
    public async Task A_ticket_names_its_user_and_workspace_and_cannot_be_forged()
    {
        await using var bench = await DatasetBench.CreateAsync();

        var ticket = await bench.Uploads.CreateTicketAsync(bench.Ada, bench.WorkspaceId, null, default);

        var read = bench.Uploads.ReadTicket(ticket)!;
        Assert.Equal((bench.Ada.UserId, bench.WorkspaceId, (Guid?)bench.WorkspaceId), (read.Actor.UserId, read.WorkspaceId, read.Actor.OnlyWorkspaceId));
        Assert.Null(bench.Uploads.ReadTicket(ticket[..^4] + "AAAA"));
        Assert.Null(bench.Uploads.ReadTicket("nonsense"));
    }

    private static Task<UploadView> OpenAsync(DatasetBench bench) =>
        bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "C:\\data\\people.csv"), Content.Length, default);

    private static async Task<UploadView> SendAsync(DatasetBench bench, UploadView upload, int offset, int length)
    {
        using var body = new MemoryStream(Content, offset, length);
        return await bench.Uploads.AppendAsync(bench.Ada, upload.Id, offset, body, default);
    }

    private static async Task<UploadView?> TryGetAsync(DatasetBench bench, Guid uploadId)
    {
        try
        {
            return await bench.Uploads.GetAsync(bench.Ada, uploadId, default);
        }
        catch (HubException busy) when (busy.Refusal == Refusal.Conflict)
        {
            return null;
        }
    }

    /// <summary>A connection that gives some bytes, stays open for a while and breaks.</summary>
    private sealed class BreakingStream(ReadOnlyMemory<byte> content) : MemoryStream
    {
        private readonly TaskCompletionSource _waiting = new();
        private readonly TaskCompletionSource _broken = new();
        private bool _given;

        public Task Waiting => _waiting.Task;

        public void Break() => _broken.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_given)
            {
                _given = true;
                content.CopyTo(buffer);
                return content.Length;
            }

            _waiting.SetResult();
            await _broken.Task;
            throw new IOException("connection reset");
        }
    }
}
