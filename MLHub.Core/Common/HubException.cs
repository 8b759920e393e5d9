namespace MLHub.Core.Common;

/// <summary>Why a request was refused. Each value has one HTTP status; pages show the text.</summary>
public enum Refusal
{
    /// <summary>The input cannot be understood (400).</summary>
    Invalid,

    /// <summary>No credential, or one that is not valid (401).</summary>
    Unauthenticated,

    /// <summary>Visible to the caller, but the caller's role is too small (403).</summary>
    Forbidden,

    /// <summary>Does not exist, or is not visible to the caller: both look the same (404).</summary>
    NotFound,

    /// <summary>Name taken, stale edit, last owner … (409).</summary>
    Conflict,

    /// <summary>More bytes than allowed (413).</summary>
    TooLarge,

    /// <summary>A kind of file or body that is not supported (415).</summary>
    UnsupportedType,

    /// <summary>Understood, but impossible (422).</summary>
    Impossible,

    /// <summary>Too many requests (429).</summary>
    TooMany,

    /// <summary>Overloaded, or something that MLHub depends on is down (503).</summary>
    Unavailable,

    /// <summary>The disk or the quota is full (507).</summary>
    StorageFull,
}

/// <summary>
/// The user asked for something that cannot be done. The message is written for that user and says what to do.
/// </summary>
/// <param name="refusal">What kind of refusal it is; decides the HTTP status.</param>
/// <param name="message">One or two sentences for the user.</param>
/// <param name="code">Stable SCREAMING_SNAKE code for programs; by default derived from the refusal.</param>
public sealed class HubException(Refusal refusal, string message, string? code = null) : Exception(message)
{
    public Refusal Refusal { get; } = refusal;

    public string Code { get; } = code ?? DefaultCode(refusal);

    /// <summary>Field → messages, when single fields are to blame (shown beside the field; <c>errors</c> over REST).</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When it is worth trying again (<c>Retry-After</c> over REST).</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static HubException NotFound(string what) =>
        new(Refusal.NotFound, $"There is no such {what}, or you have no access to it.");

    public static HubException Invalid(string message, string? code = null) => new(Refusal.Invalid, message, code);

    public static HubException Impossible(string message, string? code = null) => new(Refusal.Impossible, message, code);

    public static HubException Conflict(string message, string? code = null) => new(Refusal.Conflict, message, code);

    /// <summary>A 422 that blames one field.</summary>
    public static HubException Field(string field, string message, string? code = null) =>
        new(Refusal.Impossible, message, code) { Errors = new Dictionary<string, string[]> { [field] = [message] } };

    private static string DefaultCode(Refusal refusal) => refusal switch
    {
        Refusal.Invalid => "INVALID",
        Refusal.Unauthenticated => "UNAUTHENTICATED",
        Refusal.Forbidden => "FORBIDDEN",
        Refusal.NotFound => "NOT_FOUND",
        Refusal.Conflict => "CONFLICT",
        Refusal.TooLarge => "TOO_LARGE",
        Refusal.UnsupportedType => "TYPE_UNSUPPORTED",
        Refusal.Impossible => "IMPOSSIBLE",
        Refusal.TooMany => "TOO_MANY_REQUESTS",
        Refusal.Unavailable => "UNAVAILABLE",
        _ => "STORAGE_FULL",
    };
}
