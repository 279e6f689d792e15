using Npgsql;

namespace Holdfast.Host;

/// <summary>Reads where a PostgreSQL is, from either of the two forms that people have at hand. Never repeats what it was given, which holds a password.</summary>
internal static class DatabaseAddress
{
    public const string Allowed = "postgres://user:password@host:port/database?sslmode=require, or Host=...;Port=...;Database=...;Username=...;Password=...";

    // What libpq calls them in a URL, and what they are called here.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
    };

    /// <summary>An Npgsql connection string that names host, database and user; null if the text is not allowed.</summary>
    public static string? Parse(string text)
    {
        try
        {
            var database = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUrl(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
            return database is { Host.Length: > 0, Database.Length: > 0, Username.Length: > 0 } ? database.ConnectionString : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            // The message of the exception can quote the text.
            return null;
        }
    }

    private static NpgsqlConnectionStringBuilder? FromUrl(Uri url)
    {
        var database = new NpgsqlConnectionStringBuilder();
        var login = url.UserInfo.Split(':', 2);
        Set("Host", Uri.UnescapeDataString(url.Host));
        Set("Port", url.Port > 0 ? url.Port.ToString() : "");
        Set("Database", Uri.UnescapeDataString(url.AbsolutePath[1..]));
        Set("Username", Uri.UnescapeDataString(login[0]));
        Set("Password", login.Length == 2 ? Uri.UnescapeDataString(login[1]) : "");
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || !Parameters.TryGetValue(parts[0], out var name))
                return null;
            // libpq writes verify-full where Npgsql writes VerifyFull.
            var value = Uri.UnescapeDataString(parts[1]);
            Set(name, name == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }

        return database;

        void Set(string name, string value)
        {
            if (value.Length > 0)
                database[name] = value;
        }
    }
}
