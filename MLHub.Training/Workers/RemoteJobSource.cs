using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Workers;

namespace MLHub.Training.Workers;

/// <summary>Jobs of a server far away, over HTTP: this machine has a token for them and knows neither database nor store.</summary>
internal sealed partial class RemoteJobSource : IJobSource
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(20);

    /// <summary>A transfer in which nothing moves for so long has lost its connection.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly RemoteOptions _options;
    private readonly JobOptions _jobs;
    private readonly HubOptions _hub;
    private readonly ILogger<RemoteJobSource> _logger;
    private WorkerName? _name;
    private BlobCache? _cache;

    public RemoteJobSource(IOptions<RemoteOptions> options, IOptions<JobOptions> jobs, IOptions<HubOptions> hub, ILogger<RemoteJobSource> logger)
    {
        _options = options.Value;
        _jobs = jobs.Value;
        _hub = hub.Value;
        _logger = logger;
        var address = new Uri(_options.Hub.TrimEnd('/') + "/");
        // Redirects could carry the token to somebody else.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(address, "api/v1/worker/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _options.ResolvedToken);
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            Log.NotEncrypted(logger, address);
        }
    }

    public TimeSpan Pulse => TimeSpan.FromSeconds(1);

    private WorkerName Name => _name ?? throw new InvalidOperationException("The worker has no name yet.");

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _name ??= WorkerName.Take(_hub);
        // Each process has a cache of its own: one must not drop what another reads.
        _cache ??= new BlobCache(_hub.PathOf(Path.Combine("cache", Name.Instance)), _options.CacheMegabytes * 1024L * 1024);
        var facts = new WorkerFacts(
            ProgramVersion.Text, Environment.MachineName, _options.Labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _jobs.Slots, Environment.ProcessorCount, _jobs.MemoryMegabytes);
        await CallAsync(HttpMethod.Post, "hello", null, new WorkerHello(Name.Instance, facts), cancellationToken);
        Log.Arrived(_logger, _http.BaseAddress!.GetLeftPart(UriPartial.Authority), Name.Instance);
    }

    public Task TidyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<JobAssignment?> TakeAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Post, "jobs", null, new WorkerAsk(Name.Instance, ProgramVersion.Text), cancellationToken);
        return answer.Length == 0 ? null : JsonSerializer.Deserialize<JobAssignment>(answer, HubJson.Options);
    }

    public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => Task.Delay(atMost, cancellationToken);

    public Task<BlobFile> FetchAsync(JobAssignment job, string name, CancellationToken cancellationToken) =>
        _cache!.GetAsync(BlobHash.Parse(job.Inputs[name]), path => DownloadAsync(job, name, path, cancellationToken), cancellationToken);

    public async Task StoreAsync(JobAssignment job, string name, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        file.Position = 0;
        using var request = Request(HttpMethod.Put, $"jobs/{job.Id:N}/outputs/{Uri.EscapeDataString(name)}", job);
        request.Headers.Add(WorkerHeaders.Hash, BlobHash.FromBytes(hash).ToString());
        request.Content = new StreamContent(file);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await _http.SendAsync(request, cancellationToken);
        await RequireAsync(answer, cancellationToken);
    }

    public async Task<JobOrders> BeatAsync(JobAssignment job, JobReport report, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<JobOrders>(await CallAsync(HttpMethod.Post, $"jobs/{job.Id:N}/beat", job, report, cancellationToken), HubJson.Options)
        ?? throw new JsonException("The server gave no orders.");

    public Task CompleteAsync(JobAssignment job, JsonElement result, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"jobs/{job.Id:N}/finish", job, new WorkerResult(result), cancellationToken);

    public Task AbandonAsync(JobAssignment job, JobFailure failure, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"jobs/{job.Id:N}/fail", job, failure, cancellationToken);

    public Task ReleaseAsync(JobAssignment job, bool countsAsAttempt, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"jobs/{job.Id:N}/release", job, new WorkerRelease(countsAsAttempt), cancellationToken);

    public bool IsAway(Exception failure) => failure is HttpRequestException or IOException or TimeoutException or HubException { Refusal: Refusal.Unavailable or Refusal.TooMany };

    public void Dispose()
    {
        _http.Dispose();
        _name?.Dispose();
    }

    private async Task DownloadAsync(JobAssignment job, string name, string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, $"jobs/{job.Id:N}/inputs/{Uri.EscapeDataString(name)}", job);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StallLimit);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await RequireAsync(answer, limit.Token);
            await using var content = await answer.Content.ReadAsStreamAsync(limit.Token);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await content.ReadAsync(buffer, limit.Token)) > 0)
            {
                limit.CancelAfter(StallLimit);
                await file.WriteAsync(buffer.AsMemory(0, read), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came for {StallLimit.TotalSeconds} s.");
        }
    }

    /// <summary>A short call with a document; the answer's text, empty when there is none.</summary>
    private async Task<string> CallAsync<T>(HttpMethod method, string path, JobAssignment? job, T body, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, job);
        request.Content = JsonContent.Create(body, options: HubJson.Options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CallLimit);
        try
        {
            using var answer = await _http.SendAsync(request, limit.Token);
            await RequireAsync(answer, limit.Token);
            return await answer.Content.ReadAsStringAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not answer within {CallLimit.TotalSeconds} s.");
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, JobAssignment? job)
    {
        var request = new HttpRequestMessage(method, path);
        if (job is not null)
        {
            request.Headers.Add(WorkerHeaders.Lease, job.LeaseToken);
        }

        return request;
    }

    /// <summary>Refusals become what they were on the server; everything else counts as a server that is away.</summary>
    private static async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var problem = Parse(text);
        var refusal = answer.StatusCode switch
        {
            HttpStatusCode.BadRequest => Refusal.Invalid,
            HttpStatusCode.Unauthorized => Refusal.Unauthenticated,
            HttpStatusCode.Forbidden => Refusal.Forbidden,
            HttpStatusCode.NotFound => Refusal.NotFound,
            HttpStatusCode.Conflict => Refusal.Conflict,
            HttpStatusCode.RequestEntityTooLarge => Refusal.TooLarge,
            HttpStatusCode.UnprocessableEntity => Refusal.Impossible,
            HttpStatusCode.InsufficientStorage => Refusal.StorageFull,
            _ => (Refusal?)null,
        };
        throw refusal is { } known && (problem is not null || known == Refusal.Unauthenticated)
            ? new HubException(known, problem?.Detail ?? "The server does not know this token.", problem?.Code)
            : new HttpRequestException($"The server answered {(int)answer.StatusCode}.", null, answer.StatusCode);
    }

    private static Problem? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(text, HubJson.Options) is { Code.Length: > 0 } problem ? problem : null;
        }
        catch (JsonException)
        {
            // Not from MLHub: a proxy's page.
            return null;
        }
    }

    private sealed record Problem(string? Detail, string Code);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Working for {Hub} as {Instance}")]
        public static partial void Arrived(ILogger logger, string hub, string instance);

        [LoggerMessage(LogLevel.Warning, "{Hub} is not https: whoever listens on the way can read the data and use the token")]
        public static partial void NotEncrypted(ILogger logger, Uri hub);
    }
}
