using System.Collections;
using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Host;
using Holdfast.Host.Commands;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("--port", "99999", "0 to 65535")]
    [InlineData("--port", "http", "0 to 65535")]
    [InlineData("--port", "", "0 to 65535")]
    [InlineData("--bind", "everywhere", "loopback, any, or an IP address")]
    [InlineData("--bind", "1", "loopback, any, or an IP address")]
    [InlineData("--public-address", "holdfast.example", "http or https")]
    [InlineData("--public-address", "ftp://holdfast.example", "http or https")]
    [InlineData("--public-address", "https://holdfast.example/sub", "without path")]
    [InlineData("--public-address", "https://me@holdfast.example", "without path")]
    [InlineData("--requests", "99", "100 to 1000000")]
    [InlineData("--drain", "601", "0 to 600")]
    [InlineData("--drain", "-1", "0 to 600")]
    [InlineData("--drain", "1.5", "0 to 600")]
    [InlineData("--session-idle", "4m", "from 5m to 365d")]
    [InlineData("--session-idle", "7", "from 5m to 365d")]
    [InlineData("--session-longest", "366d", "from 5m to 365d")]
    [InlineData("--session-longest", "-1d", "from 5m to 365d")]
    [InlineData("--sessions-per-person", "0", "1 to 1000")]
    [InlineData("--sessions-full", "shrug", "evict or refuse")]
    [InlineData("--session-agent", "1", "log, ask or end")]
    [InlineData("--reset-link", "4m", "from 5m to 24h")]
    [InlineData("--reset-link", "25h", "from 5m to 24h")]
    [InlineData("--reset-link", "15", "from 5m to 24h")]
    [InlineData("--log-level", "loud", "trace, debug, information, warning or error")]
    [InlineData("--log-level", "2", "trace, debug, information, warning or error")]
    [InlineData("--log-level", "none", "trace, debug, information, warning or error")]
    [InlineData("--log-format", "xml", "text or json")]
    [InlineData("--trusted-proxies", "10.0.0.0/8,proxy", "IP addresses or networks")]
    [InlineData("--trusted-proxies", "1.2.3", "IP addresses or networks")]
    public void Wrong_value_is_refused_by_name_with_what_is_allowed(string flag, string value, string allowed)
    {
        var variable = "HOLDFAST_" + flag[2..].Replace('-', '_').ToUpperInvariant();

        var byFlag = Assert.Throws<StartException>(() => Read([flag, value]));
        Assert.Equal(2, byFlag.ExitCode);
        Assert.Contains($"{flag} '{value}'", byFlag.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, byFlag.Message, StringComparison.Ordinal);
        if (value.Length > 0)
            Assert.Contains($"{variable} '{value}'", Assert.Throws<StartException>(() => Read([], (variable, value))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prot", "8400", "'--prot' is no setting")]
    [InlineData("8400", "--port", "'8400' is no setting")]
    [InlineData("--data", "a", "--data is given twice", "--data", "b")]
    [InlineData("--port", "8400", "--data needs a value", "--data")]
    public void Wrong_arguments_are_named(string first, string second, string message, params string[] rest)
    {
        var refusal = Assert.Throws<StartException>(() => Read([first, second, .. rest]));
        Assert.Equal(2, refusal.ExitCode);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_variable_of_ours_is_refused_and_others_are_left_alone()
    {
        Assert.Contains("HOLDFAST_PROT", Assert.Throws<StartException>(() => Read([], ("HOLDFAST_PROT", "1"))).Message, StringComparison.Ordinal);
        Assert.Equal(8400, Read([], ("PORT", "1"), ("HOLDFAST_TEST_ANYTHING", "1"), ("HOLDFAST_PORT", "")).Port);
    }

    [Fact]
    public void Flag_wins_over_environment_and_environment_over_default()
    {
        Assert.Equal(8400, Read([]).Port);
        Assert.Equal(1234, Read([], ("HOLDFAST_PORT", "1234")).Port);
        Assert.Equal(4321, Read(["--port=4321"], ("HOLDFAST_PORT", "1234")).Port);
    }

    [Fact]
    public void Lengths_of_time_are_minutes_hours_or_days()
    {
        Assert.Equal(TimeSpan.FromMinutes(15), Read(["--session-idle", "15m"]).Sessions.Idle);
        Assert.Equal(TimeSpan.FromHours(8), Read(["--session-longest", "8h"]).Sessions.Longest);
        Assert.Equal(TimeSpan.FromDays(365), Read(["--session-longest", "365d"]).Sessions.Longest);
    }

    [Fact]
    public void Listens_on_loopback_alone_unless_told_otherwise()
    {
        Assert.True(Read([]).IsLoopbackOnly);
        Assert.True(Read(["--bind", "loopback"]).IsLoopbackOnly);
        Assert.True(Read(["--bind", "127.0.0.2"]).IsLoopbackOnly);
        Assert.False(Read(["--bind", "any"]).IsLoopbackOnly);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Read(["--bind", "192.0.2.1"]).Bind);
    }

    [Fact]
    public void Public_address_follows_the_port_until_it_is_given()
    {
        Assert.Equal("http://localhost:8500/", Read(["--port", "8500"]).PublicAddress.AbsoluteUri);
        Assert.Equal("https://holdfast.example/", Read(["--port", "8500", "--public-address", "https://holdfast.example"]).PublicAddress.AbsoluteUri);
        var free = Read(["--port", "0"]);
        Assert.NotEqual(0, free.Port);
        Assert.Equal(free.Port, free.PublicAddress.Port);
    }

    [Fact]
    public void Proxies_are_addresses_and_networks()
    {
        Assert.Empty(Read([]).TrustedProxies);
        Assert.Equal(["10.0.0.0/8", "192.0.2.1/32", "::1/128"], Read(["--trusted-proxies", "10.0.0.0/8, 192.0.2.1,::1"]).TrustedProxies.Select(n => n.ToString()));
    }

    [Fact]
    [Trait("asvs", "7.1.1")]
    public void Help_and_documentation_hold_every_setting_with_flag_and_variable()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/en/operate/settings.md"));
        var settings = Regex.Matches(Settings.Help, @"--([a-z-]+) [A-Z]+  \(([A-Z_]+)\)");
        Assert.Contains("port", settings.Select(setting => setting.Groups[1].Value));
        foreach (Match setting in settings)
            Assert.Contains($"| `--{setting.Groups[1].Value}` | `{setting.Groups[2].Value}` |", page, StringComparison.Ordinal);
        Assert.Equal(settings.Count, Regex.Count(page, @"^\| `--", RegexOptions.Multiline));
        Assert.Equal(CommandTable.All.Select(command => command.Name), Regex.Matches(page, @"^\| `(?<name>[a-z]+)` \|", RegexOptions.Multiline).Select(command => command.Groups["name"].Value));
    }

    [Theory]
    [InlineData("console", null, null, 0, null, false)]
    [InlineData("smtp://ann%40mail.example:to+p%3As@mail.example", "ann@mail.example", "mail.example", 587, "to+p:s", true)]
    [InlineData("smtp://ann:secret@mail.example:2525?from=team+us@mail.example", "team+us@mail.example", "mail.example", 2525, "secret", true)]
    [InlineData("smtp://localhost:25?from=team@mail.example", "team@mail.example", "localhost", 25, null, false)]
    [InlineData("smtp://[::1]:25?from=team@mail.example&tls=starttls", "team@mail.example", "::1", 25, null, true)]
    public void Mail_goes_to_a_server_that_encrypts_unless_it_is_this_machine(string given, string? from, string? host, int port, string? password, bool encrypts)
    {
        var server = Read(["--mail", given]).Mail.Server;
        Assert.Equal((from, host, port, password, encrypts), (server?.From, server?.Host, server?.Port ?? 0, server?.Login?.Password, server?.Encrypts ?? false));
        Assert.Equal(Path.GetFullPath("mails"), Read(["--mail", "mails"]).Mail.Folder);
    }

    [Theory]
    [InlineData("smtp://ann:topsecret@mail.example")]
    [InlineData("smtp://topsecret@mail.example?from=a@mail.example")]
    [InlineData("smtp://ann:topsecret@mail.example?from=a@mail.example&tls=none")]
    [InlineData("smtp://ann:topsecret@mail.example?from=A <a@mail.example>")]
    [InlineData("smtp://ann:topsecret@mail.example?from=a@mail.example%0d%0aBcc:b@mail.example")]
    [InlineData("smtp://ann:topsecret@mail.example?from=a@mail.example&colour=topsecret")]
    [InlineData("smtp://ann:topsecret@mail.example/topsecret?from=a@mail.example")]
    [InlineData("smtps://ann:topsecret@mail.example?from=a@mail.example")]
    public void Refusal_of_a_mail_server_does_not_repeat_it(string given)
    {
        var refusal = Assert.Throws<StartException>(() => Read(["--mail", given])).Message;
        Assert.DoesNotContain("topsecret", refusal, StringComparison.Ordinal);
        Assert.Contains("smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://ann:s%40cret@db.example:6432/hold%20fast?sslmode=verify-full", "Host=db.example;Port=6432;Database=hold fast;Username=ann;Password=s@cret;SSL Mode=VerifyFull")]
    [InlineData("postgresql://ann@db.example/holdfast", "Host=db.example;Database=holdfast;Username=ann")]
    [InlineData("postgresql://ann@localhost/holdfast?host=/run/postgresql", "Host=/run/postgresql;Database=holdfast;Username=ann")]
    [InlineData("Host=db;Database=d;Username=u;Password=p", "Host=db;Database=d;Username=u;Password=p")]
    public void Database_is_taken_in_both_forms(string given, string expected)
    {
        var expectedParts = new Npgsql.NpgsqlConnectionStringBuilder(expected);
        Assert.True(expectedParts.EquivalentTo(new Npgsql.NpgsqlConnectionStringBuilder(Read([], ("HOLDFAST_DATABASE", given)).Database)));
    }

    [Theory]
    [InlineData("postgres://ann:topsecret@db.example/holdfast?colour=topsecret")]
    [InlineData("postgres://ann:topsecret@db.example:topsecret/holdfast")]
    [InlineData("postgres://ann:topsecret@db.example")]
    [InlineData("Host=db;Database=d;Username=u;Password=topsecret;topsecret=x")]
    [InlineData("Host=db;Username=u;Password=topsecret")]
    [InlineData("Host=db;Database=d;Username=u;Port=topsecret")]
    [InlineData("topsecret")]
    public void Refusal_of_a_database_does_not_repeat_it(string given)
    {
        var refusal = Assert.Throws<StartException>(() => Read(["--database", given]));
        Assert.Contains("--database", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("postgres://", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", refusal.ToString(), StringComparison.Ordinal);
    }

    private static Settings Read(string[] arguments, params (string Name, string Value)[] environment)
    {
        var variables = new Hashtable();
        foreach (var (name, value) in environment)
            variables[name] = value;
        return Settings.Read(arguments, variables, "/opt/holdfast");
    }
}
