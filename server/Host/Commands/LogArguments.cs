using Holdfast.Engine.Records;

namespace Holdfast.Host.Commands;

/// <summary>What a person typed after <c>holdfast log</c>.</summary>
internal sealed record LogArguments(CommandArguments All)
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
        ["show"] = ["--workspace", "--record", "--from", "--to", "--json?"],
    };

    public string Verb => All.Verb;

    public bool AsJson => All["--json"] is not null;

    public Guid? Workspace => All.Id("--workspace", "a workspace");

    public long From => Number("--from") ?? 1;

    public long To => Number("--to") ?? long.MaxValue;

    /// <summary>Digests that were kept, by the number of their entry.</summary>
    public IReadOnlyDictionary<long, string> Expected
    {
        get
        {
            var expected = new Dictionary<long, string>();
            foreach (var one in All["--expect"]?.Split(',') ?? [])
            {
                if (one.Split(':') is not [var number, { Length: 64 } digest] || !long.TryParse(number, out var seq) || seq < 1
                    || !digest.All(char.IsAsciiHexDigit) || !expected.TryAdd(seq, digest))
                    throw CommandArguments.Refuse($"--expect takes SEQ:DIGEST, each entry once and with a comma between several, not '{one}'. 'log show --json' prints the digests.");
            }

            return expected;
        }
    }

    /// <exception cref="StartException">Something is unknown or missing; the message names it and what is allowed.</exception>
    public static LogArguments Read(IReadOnlyList<string> arguments)
    {
        var all = CommandArguments.Read("log", OptionsOf, arguments);
        if (all.Verb == "show")
            all.Need("--workspace", "ID");
        if (all["--expect"] is not null && all["--workspace"] is null)
            throw CommandArguments.Refuse("--expect needs --workspace ID: each workspace has digests of its own.");
        return new LogArguments(all);
    }

    /// <summary>The record to show; null for all.</summary>
    public (RecordType Type, Guid Id)? Record(RecordRegistry registry)
    {
        if (All["--record"] is not { } text)
            return null;
        var parts = text.Split('/');
        return parts.Length == 2 && registry.All.FirstOrDefault(type => type.Name == parts[0]) is { } known && Guid.TryParse(parts[1], out var id)
            ? (known, id)
            : throw CommandArguments.Refuse($"--record takes TYPE/ID, not '{text}'. The types are {string.Join(", ", registry.All.Select(type => type.Name))}.");
    }

    private long? Number(string option) => All[option] is not { } text ? null
        : long.TryParse(text, out var number) && number > 0 ? number
        : throw CommandArguments.Refuse($"{option} takes the number of an entry, from 1, not '{text}'.");
}
