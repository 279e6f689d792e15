using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Holdfast.Platform.Identity;

/// <summary>
/// The keys that access tokens are signed with (ES256). A new one is made each month, is published for a day before it signs, and is
/// forgotten when nothing that it signed can live any more.
/// </summary>
internal sealed partial class SigningKeys(Db db, TokenKey key, TimeProvider time, ILogger<SigningKeys> logger) : IJobHandler<SigningKeys.Rotate>, IDisposable
{
    /// <summary>The job of the instance that does so.</summary>
    internal sealed record Rotate
    {
        internal const string Kind = "identity.rotate_keys";
    }

    private sealed record Row(string Id, byte[] PublicKey, byte[] PrivateKey, string SealedBy, DateTime CreatedAt);

    private sealed record Known(IReadOnlyList<SecurityKey> Public, SigningCredentials Signer, DateTimeOffset ReadAt);

    private static readonly TimeSpan Replaced = TimeSpan.FromDays(30);
    private static readonly TimeSpan Announced = TimeSpan.FromDays(1);
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(5);

    /// <summary>A token that names a key which is not known makes us look again, this often at most.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Known? _known;

    /// <summary>What signs now.</summary>
    internal async Task<SigningCredentials> SignerAsync() => (await KnownAsync(Trusted)).Signer;

    /// <summary>All that a token may be signed with.</summary>
    /// <param name="id">The key that one names; where it is not known, another process may have made it just now.</param>
    internal async Task<IReadOnlyList<SecurityKey>> PublicAsync(string? id = null)
    {
        var known = await KnownAsync(Trusted);
        return id is null || known.Public.Any(one => one.KeyId == id) ? known.Public : (await KnownAsync(LookAgain)).Public;
    }

    /// <summary>As others read them (RFC 7517).</summary>
    internal async Task<IEnumerable<object>> JwksAsync() => (await PublicAsync()).Select(one =>
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)one);
        return new { jwk.Kty, jwk.Crv, jwk.X, jwk.Y, jwk.Kid, use = "sig", alg = SecurityAlgorithms.EcdsaSha256 };
    });

    public async Task RunAsync(Job job, Rotate payload, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var rows = await ReadAsync();
        if (rows.Count == 0 || rows[^1].CreatedAt < now.UtcDateTime - Replaced)
            await MakeAsync(now);
        // Whatever the one before the newest signed is over an hour after the newest began to sign.
        await db.Instance.ExecuteAsync(
            $"""
            DELETE FROM identity.signing_keys k WHERE EXISTS (
              SELECT FROM identity.signing_keys later WHERE later.created_at > k.created_at AND later.created_at < {now - Announced - TimeSpan.FromHours(1)})
            """,
            $"DELETE FROM identity.denied_tokens WHERE expires_at < {now - TimeSpan.FromHours(1)}");
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Known> KnownAsync(TimeSpan freshness)
    {
        if (_known is { } known && time.GetUtcNow() - known.ReadAt < freshness)
            return known;
        await _reading.WaitAsync();
        try
        {
            if (_known is { } meanwhile && time.GetUtcNow() - meanwhile.ReadAt < freshness)
                return meanwhile;
            return _known = await LoadAsync();
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Known> LoadAsync()
    {
        var now = time.GetUtcNow();
        var rows = await ReadAsync();
        if (rows.Any(row => row.SealedBy != key.Id) && _known is null)
            LogOtherKey(logger);
        if (rows.All(row => row.SealedBy != key.Id))
        {
            await MakeAsync(now);
            rows = await ReadAsync();
        }

        var own = rows.Where(row => row.SealedBy == key.Id).ToArray();
        // The newest that everybody has had a day to learn of; the first one of all signs at once.
        var signer = own.LastOrDefault(row => row.CreatedAt <= now.UtcDateTime - Announced) ?? own[0];
        var secret = ECDsa.Create();
        secret.ImportPkcs8PrivateKey(key.Open(Encoding.UTF8.GetBytes(signer.Id), signer.PrivateKey), out _);
        return new Known([.. rows.Select(PublicOf)], new SigningCredentials(new ECDsaSecurityKey(secret) { KeyId = signer.Id }, SecurityAlgorithms.EcdsaSha256), now);
    }

    private Task<IReadOnlyList<Row>> ReadAsync() =>
        db.Instance.QueryAsync<Row>($"SELECT id, public_key, private_key, sealed_by, created_at FROM identity.signing_keys ORDER BY created_at, id");

    private async Task MakeAsync(DateTimeOffset now)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var open = pair.ExportSubjectPublicKeyInfo();
        // The same key has the same name wherever it is read, and no name can be made to stand for another key.
        var id = Convert.ToHexStringLower(SHA256.HashData(open).AsSpan(0, 16));
        var secret = key.Seal(Encoding.UTF8.GetBytes(id), pair.ExportPkcs8PrivateKey());
        await db.Instance.ExecuteAsync($"""
            INSERT INTO identity.signing_keys (id, public_key, private_key, sealed_by, created_at) VALUES ({id}, {open}, {secret}, {key.Id}, {now})
            """);
    }

    private static ECDsaSecurityKey PublicOf(Row row)
    {
        var open = ECDsa.Create();
        open.ImportSubjectPublicKeyInfo(row.PublicKey, out _);
        return new ECDsaSecurityKey(open) { KeyId = row.Id };
    }

    [LoggerMessage(LogLevel.Warning, "Another server of this database makes tokens with another key file. Tokens made there are refused here: give all of them the same file by --token-key, or, if the other one is lost, make new tokens")]
    private static partial void LogOtherKey(ILogger logger);
}
