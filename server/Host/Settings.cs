using System.Collections;
using System.Net;
using System.Text;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Mail;

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

    private const string MailAllowed = "console, a folder, or smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, encrypted (STARTTLS) unless HOST is this machine";

    private const string SessionTime = "a number with m, h or d behind it, from 5m to 365d";

    private static readonly TimeSpan ShortestSession = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(365);

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
        new("redis", "ADDRESS", "none", RedisAddress.Allowed, "where limits are counted and sessions looked up before the database; holds a password, so set it by the environment",
            (s, v) => RedisAddress.Parse(v) is { } redis ? s with { Redis = redis } : null) { Secret = true },
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
        new("mail", "PLACE", "console", MailAllowed, "where mail to people goes; can hold a password, so set it by the environment",
            (s, v) => SettingForms.Mail(v) is { } mail ? s with { Mail = mail } : null) { Secret = true },
        new("sign-up", "WHO", "invited", "open or invited", "who may sign up: anybody, or who has an invite",
            (s, v) => v is "open" or "invited" ? s with { SignUps = s.SignUps with { IsOpen = v == "open" } } : null),
        new("verify", "WHEN", "first where mail is sent, else later", "first or later", "whether a mail shows that an address is the person's before he is let in",
            (s, v) => v is "first" or "later" ? s with { GivenVerify = v == "first" } : null),
        new("reset-link", "TIME", "15m", "a number with m or h behind it, from 5m to 24h", "how long the link works by which a person sets a new password",
            (s, v) => SettingForms.Length(v, TimeSpan.FromMinutes(5), TimeSpan.FromHours(24)) is { } time ? s with { ResetLink = time } : null),
        new("form-time", "SECONDS", "2", "a number from 0 to 60", "who fills in a form of strangers faster than that is taken for a program",
            (s, v) => SettingForms.Number(v, 0, 60) is { } seconds ? s with { FormTime = TimeSpan.FromSeconds(seconds) } : null),
        new("requests", "N", "300", "a number from 100 to 1000000", "how much one person, one token, or one client address without either may ask at once; it comes back within half a minute",
            (s, v) => SettingForms.Number(v, 100, 1_000_000) is { } most ? s with { Requests = most } : null),
        new("browser", "DIR", "web/dist in the clone", "a folder", "the built browser side",
            (s, v) => s with { Browser = Path.GetFullPath(v) }),
        new("trusted-proxies", "LIST", "none", "IP addresses or networks such as 10.0.0.0/8, separated by commas", "whose X-Forwarded headers are believed",
            (s, v) => SettingForms.Networks(v) is { } networks ? s with { TrustedProxies = networks } : null),
        new("allowed-origins", "LIST", "none", "addresses of sites such as https://shop.example, separated by commas", "whose pages may use the API with a token",
            (s, v) => SettingForms.Origins(v) is { } origins ? s with { AllowedOrigins = origins } : null),
        new("connections", "N", "10000", "a number from 100 to 1000000", "how many connections there may be at once, and as many sockets",
            (s, v) => SettingForms.Number(v, 100, 1_000_000) is { } most ? s with { Connections = most } : null),
        new("sockets-per-person", "N", "100", "a number from 10 to 100000", "how many connections one person may have open at once",
            (s, v) => SettingForms.Number(v, 10, 100_000) is { } sockets ? s with { SocketsPerPerson = sockets } : null),
        new("session-idle", "TIME", "7d", SessionTime, "how long a session lasts without use",
            (s, v) => SettingForms.Length(v, ShortestSession, LongestSession) is { } time ? s with { Sessions = s.Sessions with { Idle = time } } : null),
        new("session-longest", "TIME", "30d", SessionTime, "how long a session lasts in any case",
            (s, v) => SettingForms.Length(v, ShortestSession, LongestSession) is { } time ? s with { Sessions = s.Sessions with { Longest = time } } : null),
        new("sessions-per-person", "N", "20", "a number from 1 to 1000", "in how many browsers one person is signed in at once",
            (s, v) => SettingForms.Number(v, 1, 1000) is { } most ? s with { Sessions = s.Sessions with { PerPerson = most } } : null),
        new("sessions-per-operator", "N", "5", "a number from 1 to 1000", "in how many browsers one who runs the server is signed in at once",
            (s, v) => SettingForms.Number(v, 1, 1000) is { } most ? s with { Sessions = s.Sessions with { PerOperator = most } } : null),
        new("sessions-full", "WHAT", "evict", "evict or refuse", "whether one more session ends the one used longest ago, or is refused",
            (s, v) => SettingForms.Name<WhenFull>(v) is { } full ? s with { Sessions = s.Sessions with { Full = full } } : null),
        new("session-agent", "WHAT", "end", "log, ask or end", "what happens to a session that another browser or system uses",
            (s, v) => SettingForms.Name<WhenMoved>(v) is { } when ? s with { Sessions = s.Sessions with { AgentChanges = when } } : null),
        new("session-address", "WHAT", "log", "log, ask or end", "what happens to a session that is used from another network",
            (s, v) => SettingForms.Name<WhenMoved>(v) is { } when ? s with { Sessions = s.Sessions with { AddressChanges = when } } : null),
        new("token-key", "FILE", "token.key in the data folder", "a file", "the key that tokens are made with; made where there is none",
            (s, v) => s with { GivenTokenKey = Path.GetFullPath(v) }),
        new("log-days", "N", "for ever", "a number of days from 90 to 36500", "how long the log is kept whole; what is older is compacted",
            (s, v) => SettingForms.Number(v, 90, 36_500) is { } days ? s with { KeepLog = TimeSpan.FromDays(days) } : null),
        new("events-days", "N", "400", "a number of days from 30 to 3650", "how long security events are kept, such as sign-ins",
            (s, v) => SettingForms.Number(v, 30, 3650) is { } days ? s with { KeepEvents = TimeSpan.FromDays(days) } : null),
        new("deletion-days", "DAYS", "14", "a number of days from 1 to 30", "how long somebody who deletes his account can still keep it",
            (s, v) => SettingForms.Number(v, 1, 30) is { } days ? s with { Deletion = new DeletionSettings { CoolOff = TimeSpan.FromDays(days) } } : null),
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

    /// <summary>Where limits are counted; null counts them in the database.</summary>
    public RedisAddress? Redis { get; init; }

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

    public MailSettings Mail { get; init; } = new();

    /// <summary>Who may sign up, and what he shows before.</summary>
    public SignUpSettings SignUps { get => field with { VerifiesFirst = GivenVerify ?? Mail.IsSent }; init; } = new();

    /// <summary>How long the link of a forgotten password works.</summary>
    public TimeSpan ResetLink { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a person takes at least to fill in a form.</summary>
    public TimeSpan FormTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much one caller may ask at once.</summary>
    public int Requests { get; init; } = 300;

    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Sites whose pages may read what the API answers, each as a browser names it.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>How many connections there may be at once; sockets are counted apart from requests, and as many.</summary>
    public int Connections { get; init; } = 10_000;

    public int SocketsPerPerson { get; init; } = 100;

    /// <summary>How long sessions live, and what they bear.</summary>
    public SessionSettings Sessions { get; init; } = new();

    /// <summary>How long entries of the workspaces' logs are kept; for ever where null.</summary>
    public TimeSpan? KeepLog { get; init; }

    /// <summary>How long security events are kept.</summary>
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long a person can think better of being deleted.</summary>
    public DeletionSettings Deletion { get; init; } = new();

    /// <summary>How long a stop waits for requests and jobs that run, before it tells them to end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether what is listened on can be reached from this machine alone.</summary>
    public bool IsLoopbackOnly => Bind is null || IPAddress.IsLoopback(Bind);

    /// <summary>The file of the key that tokens are made with.</summary>
    public string TokenKey => GivenTokenKey ?? Path.Combine(Data, "token.key");

    private string? GivenTokenKey { get; init; }

    /// <summary>The public address where it was given; a command cannot know it otherwise.</summary>
    public Uri? GivenAddress { get; private init; }

    private bool? GivenVerify { get; init; }

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
