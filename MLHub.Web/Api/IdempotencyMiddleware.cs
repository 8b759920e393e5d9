using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Net.Http.Headers;
using MLHub.Core.Common;
using MLHub.Core.Idempotency;

namespace MLHub.Web.Api;

/// <summary>On an endpoint that creates something: the header <c>Idempotency-Key</c> makes its repetition harmless.</summary>
internal sealed record IdempotentEndpoint;

internal static class IdempotencyExtensions
{
    /// <summary>
    /// A repetition with the same <c>Idempotency-Key</c> within 24 hours gets the first answer and does nothing; while the first
    /// is under way, 409; the same key on another request, 422. A refused call leaves its key free.
    /// </summary>
    public static TBuilder Idempotent<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new IdempotentEndpoint());
}

internal sealed class IdempotencyMiddleware(RequestDelegate next, IdempotencyLedger ledger, IDataProtectionProvider protection)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayHeader = "Idempotency-Replayed";

    // Bodies above this are files on their way to storage: they are told apart by size and type, not read twice.
    private const int HashedBodyBytes = 1 << 20;
    private const int KeptAnswerBytes = 1 << 20;

    private readonly IDataProtector _protector = protection.CreateProtector("MLHub.Idempotency");

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IdempotentEndpoint>() is null
            || http.Request.Headers[Header].ToString() is not { Length: > 0 } key
            || Caller.ActorOf(http.User) is not { } actor)
        {
            await next(http);
            return;
        }

        if (key.Length > IdempotencyRecord.MaxKeyLength || key.Any(c => c is < '!' or > '~'))
        {
            throw HubException.Invalid($"An Idempotency-Key has up to {IdempotencyRecord.MaxKeyLength} visible ASCII characters.", "BAD_IDEMPOTENCY_KEY");
        }

        var claim = await ledger.ClaimAsync(actor, key, await HashAsync(http.Request), http.RequestAborted);
        if (claim.Answer is { } first)
        {
            await ReplayAsync(http, first);
            return;
        }

        await RunAsync(http, actor, claim.RecordId);
    }

    private async Task RunAsync(HttpContext http, Actor actor, Guid recordId)
    {
        var body = http.Response.Body;
        await using var copy = new MemoryStream();
        http.Response.Body = copy;
        var isKept = false;
        using var ended = new CancellationTokenSource();
        var alive = ledger.KeepAsync(actor, recordId, ended.Token);
        try
        {
            await next(http);
            isKept = http.Response.StatusCode is >= 200 and < 300 && copy.Length <= KeptAnswerBytes;
            if (isKept)
            {
                // The thing exists now: its answer is kept even when the caller has gone.
                await ledger.AnswerAsync(
                    actor,
                    recordId,
                    new(http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.Location, _protector.Protect(copy.ToArray())),
                    CancellationToken.None);
            }
        }
        finally
        {
            http.Response.Body = body;
            await ended.CancelAsync();
            await alive.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!isKept)
            {
                await ledger.ReleaseAsync(actor, recordId, CancellationToken.None);
            }
        }

        copy.Position = 0;
        await copy.CopyToAsync(body, http.RequestAborted);
    }

    private async Task ReplayAsync(HttpContext http, RecordedAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.Headers[ReplayHeader] = "true";
        if (answer.Location is not null)
        {
            http.Response.Headers.Location = answer.Location;
        }

        if (answer.Body.Length > 0)
        {
            await http.Response.Body.WriteAsync(_protector.Unprotect(answer.Body), http.RequestAborted);
        }
    }

    private static async Task<byte[]> HashAsync(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        if (request.ContentLength > HashedBodyBytes || !request.HasJsonContentType())
        {
            // The boundary of a form is new at each try.
            var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value : "";
            hash.AppendData(Encoding.UTF8.GetBytes($"{type} {request.ContentLength}"));
            return hash.GetHashAndReset();
        }

        request.EnableBuffering(HashedBodyBytes);
        var buffer = new byte[16 * 1024];
        var total = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            total += read;
            if (total > HashedBodyBytes)
            {
                // Its size is not known beforehand, so there is nothing to tell it apart by.
                throw new HubException(Refusal.TooLarge, "JSON of more than 1 MB with an Idempotency-Key needs the header Content-Length. Send it, or leave the key out.", "IDEMPOTENCY_BODY_TOO_LARGE");
            }

            hash.AppendData(buffer, 0, read);
        }

        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }
}
