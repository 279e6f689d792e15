using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Http;

/// <summary>
/// A secret of this instance, made when it is first asked for. All processes have the same, because it stands in the database:
/// it protects what browsers are handed, not what the database holds.
/// </summary>
public sealed class InstanceSecret(Db db)
{
    private volatile byte[]? _secret;

    /// <summary>A key of 32 bytes for one purpose.</summary>
    public async ValueTask<byte[]> DeriveAsync(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret ??= await ReadAsync(), 32, info: Encoding.UTF8.GetBytes(purpose));

    private async Task<byte[]> ReadAsync() => (await db.Instance.QueryAsync<byte[]>(
        [$"INSERT INTO http.secrets (secret) VALUES ({RandomNumberGenerator.GetBytes(32)}) ON CONFLICT DO NOTHING"],
        $"SELECT secret FROM http.secrets"))[0];
}
