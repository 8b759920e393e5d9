using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MLHub.Tests.Support;

/// <summary>One resumable upload (tus 1.0) as a client keeps it: it trusts only what was acknowledged.</summary>
public sealed class TusUpload
{
    private readonly HubClient _client;
    private readonly byte[] _content;

    private TusUpload(HubClient client, byte[] content, Uri location)
    {
        _client = client;
        _content = content;
        Location = location;
    }

    public Uri Location { get; }

    /// <summary>Bytes that the server said it has.</summary>
    public long Acknowledged { get; private set; }

    public bool IsComplete => Acknowledged == _content.Length;

    public static async Task<TusUpload> CreateAsync(HubClient client, string fileName, byte[] content)
    {
        using var request = Request(HttpMethod.Post, new Uri("uploads", UriKind.Relative));
        request.Headers.Add("Upload-Length", content.Length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", $"filename {Encode(fileName)},workspaceId {Encode(client.WorkspaceId)}");
        using var answer = await client.Http.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"Opening an upload answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return new(client, content, answer.Headers.Location ?? throw new InvalidOperationException("The answer names no Location."));
    }

    /// <summary>Sends the rest in pieces; <see cref="Acknowledged"/> follows the answers.</summary>
    /// <exception cref="HttpRequestException">The server is gone.</exception>
    public async Task SendAsync(int pieceBytes)
    {
        while (!IsComplete)
        {
            var piece = (int)Math.Min(pieceBytes, _content.Length - Acknowledged);
            using var request = Request(HttpMethod.Patch, Location);
            request.Headers.Add("Upload-Offset", Acknowledged.ToString(CultureInfo.InvariantCulture));
            request.Content = new ByteArrayContent(_content, (int)Acknowledged, piece) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
            using var answer = await _client.Http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.NoContent, $"A piece was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            Acknowledged = Offset(answer);
        }
    }

    /// <summary>Asks where to go on. Less than was acknowledged before means lost bytes.</summary>
    public async Task ResumeAsync()
    {
        using var request = Request(HttpMethod.Head, Location);
        using var answer = await _client.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"Asking for the offset of an upload answered {(int)answer.StatusCode}.");
        var offset = Offset(answer);
        Assert.True(offset >= Acknowledged, $"The server had acknowledged {Acknowledged} bytes and now knows of {offset}.");
        Assert.InRange(offset, 0, _content.Length);
        Acknowledged = offset;
    }

    private static long Offset(HttpResponseMessage answer) => long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);

    private static HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
