using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Storage;

namespace MLHub.Web.Datasets;

/// <summary>Reads <c>multipart/form-data</c> part by part: the file goes to storage as it comes, wherever in the form it stands.</summary>
internal static class MultipartUpload
{
    private const int MaxFields = 20;
    private const int MaxFieldLength = 64 * 1024;

    public static async Task<UploadAccepted> ReceiveAsync(HttpRequest http, Actor actor, UploadRequest request, DatasetUploadService uploads, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
        {
            throw new HubException(Refusal.UnsupportedType, "Send the file as multipart/form-data in a field named \"file\".", "MULTIPART_EXPECTED");
        }

        var reader = new MultipartReader(boundary, http.Body);
        BlobRef? stored = null;
        try
        {
            for (var fields = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; fields++)
            {
                if (fields > MaxFields)
                {
                    throw HubException.Invalid($"A form may have up to {MaxFields} fields.", "BAD_FORM");
                }

                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    continue;
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (name == "file" || disposition.IsFileDisposition())
                {
                    if (stored is not null)
                    {
                        throw HubException.Invalid("Send one file at a time.", "ONE_FILE");
                    }

                    var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
                    request = request with { FileName = string.IsNullOrWhiteSpace(fileName) ? request.FileName : fileName };
                    stored = await uploads.StoreAsync(actor, request, section.Body, cancellationToken);
                    continue;
                }

                request = With(request, name, await TextAsync(section, cancellationToken));
            }
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw HubException.Invalid("The form ended in the middle.", "BAD_FORM");
        }

        return stored is { } blob
            ? await uploads.AcceptAsync(actor, request, blob, cancellationToken)
            : throw HubException.Field("file", "The form holds no file. Send it in a field named \"file\".", "NO_FILE");
    }

    private static UploadRequest With(UploadRequest request, string name, string value) => name switch
    {
        "name" => request with { Name = value.Trim().Length == 0 ? null : value },
        "description" => request with { Description = value },
        "message" => request with { Message = value },
        "options" => request with { Options = ImportOptions.Parse(value) },
        _ => throw HubException.Invalid($"There is no field \"{name}\" here: file, name, description, message and options are known.", "UNKNOWN_FIELD"),
    };

    private static async Task<string> TextAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxFieldLength + 1];
        using var reader = new StreamReader(section.Body);
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return length <= MaxFieldLength ? new string(buffer, 0, length) : throw HubException.Invalid("A field of the form is too long.", "BAD_FORM");
    }
}
