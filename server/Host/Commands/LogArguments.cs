using Holdfast.Engine.Records;

namespace Holdfast.Host.Commands;

/// <summary>What a person typed after <c>holdfast log</c>.</summary>
internal sealed record LogArguments(CommandArguments All)
{
    public const string Help = """
        usage: holdfast log verify [--workspace ID [--expect SEQ:DIGEST,...]] [--SETTING VALUE]...
               holdfast log show --workspace ID [--record TYPE/ID] [--from N] [--to N] [--json] [--SETTING VALUE]...
               holdfast log records --workspace ID [--at N] [--type TYPE | --record TYPE/ID] [--json] [--SETTING VALUE]...
               holdfast log erase --workspace ID --record TYPE/ID [--fields NAME,...] --yes [--SETTING VALUE]...
               holdfast log revocations --workspace ID [--SETTING VALUE]...

          verify  checks that no entry of the log is missing or changed, and that the log gives what the tables hold;
                  of one workspace, or of all; with --expect also that entries have the digests that were kept.
                  Exit code 1 where something does not hold
          show    prints the entries from N to N, or those of one record; as JSON Lines with --json, digests included
          records prints the records as they were right after entry N, or as they are: all, those of a type, or one
          erase   takes out of the log for good what a record once held, in these fields or in all. What it holds now
                  stays: empty the field or delete the record first where that shall go as well
          revocations
                  prints what browsers were told to forget, because rights were taken, and which have done so

          Runs beside the server or without it. The settings that matter are --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["verify"] = ["--workspace", "--expect"],
        ["show"] = ["--workspace", "--record", "--from", "--to", "--json?"],
        ["records"] = ["--workspace", "--at", "--type", "--record", "--json?"],
        ["erase"] = ["--workspace", "--record", "--fields", "--yes?"],
        ["revocations"] = ["--workspace"],
    };

    public string Verb => All.Verb;

    public bool AsJson => All["--json"] is not null;

    public Guid? Workspace => All.Id("--workspace", "a workspace");

    public long From => Number("--from") ?? 1;

    public long To => Number("--to") ?? long.MaxValue;

    /// <summary>The entry after which the records are shown; null for the newest.</summary>
    public long? At => Number("--at");

    /// <summary>The names of the fields to erase; null for all.</summary>
    public IReadOnlyList<string>? Fields => All["--fields"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) switch
    {
        [] => throw CommandArguments.Refuse("--fields takes the names of fields, with a comma between several. Leave it away to erase what any field once held."),
        var named => named,
    };

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
        if (all.Verb != "verify")
            all.Need("--workspace", "ID");
        if (all.Verb == "records" && all["--type"] is not null && all["--record"] is not null)
            throw CommandArguments.Refuse("--record names one record, of one type: leave --type away.");
        if (all.Verb == "erase")
        {
            var record = all.Need("--record", "TYPE/ID");
            if (all["--yes"] is null)
                throw CommandArguments.Refuse($"'log erase' takes values out of the log for good. 'log show --record {Terminal.Plain(record)}' prints what the log holds; add --yes where it shall go.");
        }

        if (all["--expect"] is not null && all["--workspace"] is null)
            throw CommandArguments.Refuse("--expect needs --workspace ID: each workspace has digests of its own.");
        return new LogArguments(all);
    }

    /// <summary>The types whose records are shown.</summary>
    public IReadOnlyList<RecordType> Types(RecordRegistry registry) => All["--type"] is not { } text ? registry.All
        : Known(registry, text) is { } known ? [known]
        : throw CommandArguments.Refuse($"--type takes a record type, not '{text}'. The types are {Names(registry)}.");

    /// <summary>The record that is meant; null for all.</summary>
    public (RecordType Type, Guid Id)? Record(RecordRegistry registry)
    {
        if (All["--record"] is not { } text)
            return null;
        var parts = text.Split('/');
        return parts.Length == 2 && Known(registry, parts[0]) is { } known && Guid.TryParse(parts[1], out var id)
            ? (known, id)
            : throw CommandArguments.Refuse($"--record takes TYPE/ID, not '{text}'. The types are {Names(registry)}.");
    }

    private static RecordType? Known(RecordRegistry registry, string name) => registry.All.FirstOrDefault(type => type.Name == name);

    private static string Names(RecordRegistry registry) => string.Join(", ", registry.All.Select(type => type.Name));

    private long? Number(string option) => All[option] is not { } text ? null
        : long.TryParse(text, out var number) && number > 0 ? number
        : throw CommandArguments.Refuse($"{option} takes the number of an entry, from 1, not '{text}'.");
}
