using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using MLHub.Core.Data;

namespace MLHub.Web.Accounts;

/// <summary>Signs access tokens. Made at the first start, kept in the data folder, readable by the server's user alone.</summary>
public sealed class SigningKey(IOptions<HubOptions> options)
{
    private const int Bytes = 64;

    private readonly Lazy<SymmetricSecurityKey> _key = new(() => Load(options.Value.PathOf("keys")));

    public SymmetricSecurityKey Value => _key.Value;

    private static SymmetricSecurityKey Load(string folder)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(folder, ownerOnly | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, "access-token.key");
        if (!File.Exists(path))
        {
            // Written aside and moved: a start that dies half-way leaves no short key behind.
            var draft = $"{path}.{Guid.NewGuid():N}";
            using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ownerOnly }))
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == Bytes
            ? new SymmetricSecurityKey(bytes) { KeyId = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4)) }
            : throw new InvalidOperationException($"{path} is not a key of MLHub. Delete it: a new one is made at the next start, and everybody signs in again.");
    }
}
