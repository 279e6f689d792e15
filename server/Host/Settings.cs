using System.Collections;
using System.Net;
using System.Text;

namespace Holdfast.Host;

internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>What a person can set, each by a flag (<c>--public-address</c>) or by the environment (<c>HOLDFAST_PUBLIC_ADDRESS</c>); the flag wins.</summary>
internal sealed record Settings
{
    private const string Prefix = "HOLDFAST_";

    // The suite's own; the product does not read them.
    private const string TestPrefix = "HOLDFAST_TEST_";

    private const string BackupAllowed = "a folder outside the data folder, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME";

    /// <param name="Name">As in the flag, without its dashes.</param>
    /// <param name="Value">What stands for the value in the help.</param>
    /// <param name="Default">In the help's words.</param>
    /// <param name="Allowed">Completes "it takes".</param>
    /// <param name="Meaning">One line for the help.</param>
    /// <param name="Apply">The settings with this value, or null if it is not allowed.</param>
    private sealed record Setting(string Name, string Value, string Default, string Allowed, string Meaning, Func<Settings, string, Settings?> Apply)
    {
        public string Flag => $"--{Name}";

        public string Environment => Prefix + Name.Replace('-', '_').ToUpperInvariant();

        /// <summary>A wrong value is repeated in the refusal unless it can hold a password.</summary>
        public bool Secret { get; init; }
    }

    private static readonly Setting[] Table =
    [
        new("port", "N", "8400", "a number from 0 to 65535, where 0 means any free port", "the port to listen on",
            (s, v) => SettingForms.Number(v, 0, 65535) is { } port ? s with { Port = port == 0 ? SettingForms.FreePort() : port } : null),
        new("bind", "ADDRESS", "loopback", "loopback, any, or an IP address of this machine", "where to listen",
            (s, v) => v == "loopback" ? s with { Bind = null } : SettingForms.Bind(v) is { } address ? s with { Bind = address } : null),
        new("public-address", "URL", "http://localhost and the port", "an http or https address without path, such as https://holdfast.example", "the address that people type",
            (s, v) => SettingForms.Origin(v) is { } origin ? s with { GivenAddress = origin } : null),
        new("data", "DIR", "data in the clone", "a folder", "where files and the local database live",
            (s, v) => s with { Data = Path.GetFullPath(v) }),
        new("database", "CONNECTION", "a local PostgreSQL in the data folder", DatabaseAddress.Allowed, "the PostgreSQL to use; holds a password, so set it by the environment",
            (s, v) => DatabaseAddress.Parse(v) is { } database ? s with { Database = database } : null) { Secret = true },
        new("postgres-bin", "DIR", "what bin/setup brought", "a folder", "the programs of the local PostgreSQL",
            (s, v) => s with { PostgresPrograms = Path.GetFullPath(v) }),
        new("backup", "PLACE", "none", BackupAllowed, "where backups go; the server keeps them up to date while it runs",
            (s, v) => v.StartsWith("s3://", StringComparison.Ordinal)
                ? SettingForms.IsBucket(v) ? s with { Backup = v } : null
                : v.Contains("://", StringComparison.Ordinal) ? null : s with { Backup = Path.GetFullPath(v) }),
        new("backup-key", "FILE", "backup.key in the data folder", "a file", "the key of the backups, made by bin/run backup key",
            (s, v) => s with { GivenBackupKey = Path.GetFullPath(v) }),
        new("backup-keep", "DAYS", "30", "a number of days from 1 to 3650", "how far back backups reach",
            (s, v) => SettingForms.Number(v, 1, 3650) is { } days ? s with { BackupKeep = TimeSpan.FromDays(days) } : null),
        new("backup-login", "LOGIN", "none", "ID:SECRET, an access key of the S3 service", "who may write to the bucket; holds a secret, so set it by the environment",
            (s, v) => v.Split(':', 2) is [{ Length: > 0 }, { Length: > 0 }] ? s with { BackupLogin = v } : null) { Secret = true },
        new("browser", "DIR", "web/dist in the clone", "a folder", "the built browser side",
            (s, v) => s with { Browser = Path.GetFullPath(v) }),
        new("trusted-proxies", "LIST", "none", "IP addresses or networks such as 10.0.0.0/8, separated by commas", "whose X-Forwarded headers are believed",
            (s, v) => SettingForms.Networks(v) is { } networks ? s with { TrustedProxies = networks } : null),
        new("sockets-per-person", "N", "100", "a number from 10 to 100000", "how many connections one person may have open at once",
            (s, v) => SettingForms.Number(v, 10, 100_000) is { } sockets ? s with { SocketsPerPerson = sockets } : null),
        new("log-days", "N", "for ever", "a number of days from 90 to 36500", "how long the log is kept whole; what is older is compacted",
            (s, v) => SettingForms.Number(v, 90, 36_500) is { } days ? s with { KeepLog = TimeSpan.FromDays(days) } : null),
        new("drain", "SECONDS", "1", "a number from 0 to 600", "how long a stop waits for requests and jobs that run",
            (s, v) => SettingForms.Number(v, 0, 600) is { } seconds ? s with { Drain = TimeSpan.FromSeconds(seconds) } : null),
        new("log-level", "LEVEL", "information", "trace, debug, information, warning or error", "how much to log",
            (s, v) => SettingForms.Name<LogLevel>(v) is { } level and <= LogLevel.Error ? s with { LogLevel = level } : null),
        new("log-format", "FORMAT", "text", "text or json", "how log lines look",
            (s, v) => SettingForms.Name<LogFormat>(v) is { } format ? s with { LogFormat = format } : null),
    ];

    public int Port { get; init; } = 8400;

    /// <summary>Null listens on every loopback address.</summary>
    public IPAddress? Bind { get; init; }

    /// <summary>Where people reach the product: scheme, host and port.</summary>
    public Uri PublicAddress => GivenAddress ?? new Uri($"http://localhost:{Port}");

    public required string Data { get; init; }

    /// <summary>An Npgsql connection string; null lets the host own a local cluster.</summary>
    public string? Database { get; init; }

    public required string PostgresPrograms { get; init; }

    public required string Browser { get; init; }

    /// <summary>A folder, or s3://bucket/prefix with endpoint and region in the query; null for no backups.</summary>
    public string? Backup { get; init; }

    /// <summary>The file of the key that backups are encrypted with.</summary>
    public string BackupKey => GivenBackupKey ?? Path.Combine(Data, "backup.key");

    /// <summary>How far back backups reach.</summary>
    public TimeSpan BackupKeep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>ID:SECRET of the bucket.</summary>
    public string? BackupLogin { get; init; }

    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public int SocketsPerPerson { get; init; } = 100;

    /// <summary>How long entries of the workspaces' logs are kept; for ever where null.</summary>
    public TimeSpan? KeepLog { get; init; }

    /// <summary>How long a stop waits for requests and jobs that run, before it tells them to end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether what is listened on can be reached from this machine alone.</summary>
    public bool IsLoopbackOnly => Bind is null || IPAddress.IsLoopback(Bind);

    private Uri? GivenAddress { get; init; }

    private string? GivenBackupKey { get; init; }

    /// <summary>What --help prints of the settings.</summary>
    public static string Help
    {
        get
        {
            var text = new StringBuilder();
            foreach (var setting in Table)
                text.Append($"  {setting.Flag} {setting.Value}  ({setting.Environment})\n      {setting.Meaning}; default: {setting.Default}\n      takes {setting.Allowed}\n");
            return text.Append("  --help\n  --version\n").ToString();
        }
    }

    /// <summary>Reads environment and arguments.</summary>
    /// <param name="arguments">What the person typed.</param>
    /// <param name="environment">The process's variables.</param>
    /// <param name="installation">The folder that holds data and programs unless told otherwise.</param>
    /// <exception cref="StartException">Something is unknown or not allowed; the message names it and what is.</exception>
    public static Settings Read(IReadOnlyList<string> arguments, IDictionary environment, string installation)
    {
        var settings = new Settings
        {
            Data = Path.Combine(installation, "data"),
            PostgresPrograms = LocalPostgres.PostgresPrograms.DefaultFolder(installation),
            Browser = Path.Combine(installation, "web/dist"),
        };
        foreach (var (setting, name, value) in FromEnvironment(environment).Concat(FromArguments(arguments)))
        {
            settings = (value.Length == 0 ? null : setting.Apply(settings, value)) ?? throw Refuse(
                $"{(setting.Secret ? $"the value of {name}" : $"{name} '{value}'")} is not allowed: it takes {setting.Allowed}.");
        }

        return settings;
    }

    private static IEnumerable<(Setting Setting, string Name, string Value)> FromEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry entry in environment)
        {
            var name = (string)entry.Key;
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.StartsWith(TestPrefix, StringComparison.Ordinal))
                continue;
            var setting = Table.FirstOrDefault(s => s.Environment == name)
                ?? throw Refuse($"the environment holds {name}, which is no setting. There are {string.Join(", ", Table.Select(s => s.Environment))}.");
            // An empty variable is how many tools say "not set".
            if (entry.Value is string { Length: > 0 } value)
                yield return (setting, name, value);
        }
    }

    private static IEnumerable<(Setting Setting, string Name, string Value)> FromArguments(IReadOnlyList<string> arguments)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < arguments.Count; at++)
        {
            var parts = arguments[at].Split('=', 2);
            var setting = Table.FirstOrDefault(s => s.Flag == parts[0])
                ?? throw Refuse($"'{parts[0]}' is no setting. There are {string.Join(", ", Table.Select(s => s.Flag))}, --help and --version.");
            if (!seen.Add(setting.Flag))
                throw Refuse($"{setting.Flag} is given twice.");
            if (parts.Length == 1 && at + 1 == arguments.Count)
                throw Refuse($"{setting.Flag} needs a value: it takes {setting.Allowed}.");
            yield return (setting, setting.Flag, parts.Length == 2 ? parts[1] : arguments[++at]);
        }
    }

    private static StartException Refuse(string message) => new(message, StartException.WrongSetting);
}
