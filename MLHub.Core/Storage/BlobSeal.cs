using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>
/// Proof that this server itself made a blob: a keyed hash of its content hash. The key lies beside the data, not in the
/// database, so a forged row cannot make the server load a foreign model.
/// </summary>
public sealed class BlobSeal(IOptions<HubOptions> options)
{
    private readonly Lazy<byte[]> _key = new(() => LoadKey(options.Value));

    public string Sign(BlobHash hash) => Convert.ToHexStringLower(HMACSHA256.HashData(_key.Value, Encoding.ASCII.GetBytes(hash.ToString())));

    public bool IsGenuine(BlobHash hash, string? seal) =>
        seal is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(hash)), Encoding.ASCII.GetBytes(seal));

    private static byte[] LoadKey(HubOptions hub)
    {
        var folder = hub.PathOf("keys");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, "seal.key");
        if (!File.Exists(path))
        {
            var fresh = path + "." + Guid.NewGuid().ToString("N");
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(fresh, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process was first; its key counts.
                File.Delete(fresh);
            }
        }

        return File.ReadAllBytes(path);
    }
}
