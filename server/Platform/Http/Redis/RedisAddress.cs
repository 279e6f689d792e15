namespace Holdfast.Platform.Http;

/// <summary>Where a Redis is, and as whom one comes.</summary>
/// <param name="Host">Its name or IP address.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsEncrypted">Whether by TLS.</param>
/// <param name="User">Null for the default user.</param>
/// <param name="Password">Null where none is asked for.</param>
/// <param name="Database">The number of the database in it.</param>
public sealed record RedisAddress(string Host, int Port, bool IsEncrypted, string? User, string? Password, int Database)
{
    /// <summary>Completes "it takes".</summary>
    public const string Allowed = "redis://user:password@host:port/0, or rediss:// for TLS; without TLS only a Redis on this machine";

    private const int DefaultPort = 6379;

    /// <returns>Null where it is no such address, or one that would send the password over an open wire.</returns>
    public static RedisAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0 || uri.Query.Length + uri.Fragment.Length > 0)
            return null;
        var path = uri.AbsolutePath.Trim('/');
        var database = 0;
        if (path.Length > 0 && (!int.TryParse(path, out database) || database is < 0 or > 15))
            return null;
        var isEncrypted = uri.Scheme == "rediss";
        if (!isEncrypted && !uri.IsLoopback)
            return null;
        var login = uri.UserInfo.Split(':', 2);
        var password = login.Length == 2 ? Uri.UnescapeDataString(login[1]) : null;
        var user = login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null;
        if (user is not null && password is null)
            return null;
        return new RedisAddress(uri.DnsSafeHost, uri.Port < 0 ? DefaultPort : uri.Port, isEncrypted, user, password, database);
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Host}:{Port}/{Database}";
}
