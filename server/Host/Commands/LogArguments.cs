using Holdfast.Engine.Records;

namespace Holdfast.Host.Commands;

/// <summary>What a person typed after <c>holdfast log</c>.</summary>
/// <param name="Verb"><c>verify</c> or <c>show</c>.</param>
/// <param name="Given">The command's own options, by name.</param>
/// <param name="Settings">The rest, which are settings.</param>
internal sealed record LogArguments(string Verb, IReadOnlyDictionary<string, string> Given, IReadOnlyList<string> Settings)
{
    public const string Help = """
        usage: holdfast log verify [--workspace ID [--expect SEQ:DIGEST,...]] [--SETTING VALUE]...
               holdfast log show --workspace ID [--record TYPE/ID] [--from N] [--to N] [--json] [--SETTING VALUE]...

          verify  checks that no entry of the log is missing or changed, and that the log gives what the tables hold;
                  of one workspace, or of all; with --expect also that entries have the digests that were kept.
                  Exit code 1 where something does not hold
          show    prints the entries from N to N, or those of one record; as JSON Lines with --json, digests included

          Runs beside the server or without it. The settings that matter are --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["verify"] = ["--workspace", "--expect"],
        ["show"] = ["--workspace", "--record", "--from", "--to", Json],
    };

    private const string Json = "--json";

    public bool AsJson => Given.ContainsKey(Json);

    public Guid? Workspace => Given.GetValueOrDefault("--workspace") is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw Refuse($"--workspace takes the id of a workspace (UUID), not '{text}'.");

    public long From => Number("--from") ?? 1;

    public long To => Number("--to") ?? long.MaxValue;

    /// <summary>Digests that were kept, by the number of their entry.</summary>
    public IReadOnlyDictionary<long, string> Expected
    {
        get
        {
            var expected = new Dictionary<long, string>();
            foreach (var one in Given.GetValueOrDefault("--expect")?.Split(',') ?? [])
            {
                if (one.Split(':') is not [var number, { Length: 64 } digest] || !long.TryParse(number, out var seq) || seq < 1
                    || !digest.All(char.IsAsciiHexDigit) || !expected.TryAdd(seq, digest))
                    throw Refuse($"--expect takes SEQ:DIGEST, each entry once and with a comma between several, not '{one}'. 'log show --json' prints the digests.");
            }

            return expected;
        }
    }

    /// <exception cref="StartException">Something is unknown or missing; the message names it and what is allowed.</exception>
    public static LogArguments Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !OptionsOf.TryGetValue(arguments[0], out var options))
            throw Refuse($"'log' takes {string.Join(" or ", OptionsOf.Keys)}{(arguments.Count == 0 ? "" : $", not '{arguments[0]}'")}.");
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<string>();
        for (var at = 1; at < arguments.Count; at++)
        {
            var parts = arguments[at].Split('=', 2);
            if (!options.Contains(parts[0]))
            {
                settings.Add(arguments[at]);
                continue;
            }

            var value = parts.Length == 2 ? parts[1] : parts[0] == Json ? "" : at + 1 < arguments.Count ? arguments[++at] : throw Refuse($"{parts[0]} needs a value.");
            if (!given.TryAdd(parts[0], value))
                throw Refuse($"{parts[0]} is given twice.");
        }

        if (arguments[0] == "show" && !given.ContainsKey("--workspace"))
            throw Refuse("'log show' needs --workspace ID.");
        if (given.ContainsKey("--expect") && !given.ContainsKey("--workspace"))
            throw Refuse("--expect needs --workspace ID: each workspace has digests of its own.");
        return new LogArguments(arguments[0], given, settings);
    }

    /// <summary>The settings, with the command's own options named where one is not known.</summary>
    public Settings ReadSettings(string installation)
    {
        try
        {
            return Host.Settings.Read(Settings, Environment.GetEnvironmentVariables(), installation);
        }
        catch (StartException e) when (e.ExitCode == StartException.WrongSetting)
        {
            throw Refuse($"{e.Message} Besides, 'log {Verb}' takes {string.Join(", ", OptionsOf[Verb])}.");
        }
    }

    /// <summary>The record to show; null for all.</summary>
    public (RecordType Type, Guid Id)? Record(RecordRegistry registry)
    {
        if (Given.GetValueOrDefault("--record") is not { } text)
            return null;
        var parts = text.Split('/');
        return parts.Length == 2 && registry.All.FirstOrDefault(type => type.Name == parts[0]) is { } known && Guid.TryParse(parts[1], out var id)
            ? (known, id)
            : throw Refuse($"--record takes TYPE/ID, not '{text}'. The types are {string.Join(", ", registry.All.Select(type => type.Name))}.");
    }

    private long? Number(string option) => Given.GetValueOrDefault(option) is not { } text ? null
        : long.TryParse(text, out var number) && number > 0 ? number
        : throw Refuse($"{option} takes the number of an entry, from 1, not '{text}'.");

    private static StartException Refuse(string message) => new(message, StartException.WrongSetting);
}
