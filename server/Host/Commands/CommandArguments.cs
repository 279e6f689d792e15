namespace Holdfast.Host.Commands;

/// <summary>What a person typed after a command: its verb, its own options, and settings.</summary>
/// <param name="Command">Such as <c>log</c>.</param>
/// <param name="Verb">Such as <c>verify</c>; empty where the command goes without.</param>
/// <param name="Given">The command's own options by name; a flag's value is empty.</param>
/// <param name="Settings">The rest, which are settings.</param>
internal sealed record CommandArguments(string Command, string Verb, IReadOnlyDictionary<string, string> Given, IReadOnlyList<string> Settings)
{
    private IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The command as it was typed.</summary>
    public string Name => Verb.Length == 0 ? Command : $"{Command} {Verb}";

    /// <param name="command">The command.</param>
    /// <param name="optionsOf">The options of each verb; an option that ends with <c>?</c> is a flag without a value.</param>
    /// <param name="arguments">What follows the command.</param>
    /// <exception cref="StartException">Something is unknown or missing; the message names it and what is allowed.</exception>
    public static CommandArguments Read(string command, IReadOnlyDictionary<string, string[]> optionsOf, IReadOnlyList<string> arguments)
    {
        var verb = optionsOf.ContainsKey("") && (arguments.Count == 0 || arguments[0].StartsWith('-')) ? "" : arguments.Count == 0 ? null : arguments[0];
        if (verb is null || !optionsOf.TryGetValue(verb, out var options))
        {
            var verbs = string.Join(" or ", optionsOf.Keys.Where(name => name.Length > 0));
            throw Refuse($"'{command}' takes {verbs}{(optionsOf.ContainsKey("") ? ", or none of them" : "")}{(verb is null ? "" : $", not '{verb}'")}.");
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<string>();
        for (var at = verb.Length == 0 ? 0 : 1; at < arguments.Count; at++)
        {
            var parts = arguments[at].Split('=', 2);
            var isFlag = options.Contains(parts[0] + "?");
            if (!isFlag && !options.Contains(parts[0]))
            {
                settings.Add(arguments[at]);
                // A setting's value may look like anything.
                if (parts.Length == 1 && at + 1 < arguments.Count)
                    settings.Add(arguments[++at]);
                continue;
            }

            var value = parts.Length == 2 ? parts[1] : isFlag ? "" : at + 1 < arguments.Count ? arguments[++at] : throw Refuse($"{parts[0]} needs a value.");
            if (!given.TryAdd(parts[0], value))
                throw Refuse($"{parts[0]} is given twice.");
        }

        return new CommandArguments(command, verb, given, settings) { Options = [.. options.Select(option => option.TrimEnd('?'))] };
    }

    /// <summary>An option's value; null where it is not given.</summary>
    public string? this[string option] => Given.GetValueOrDefault(option);

    /// <summary>An option that the command cannot do without.</summary>
    public string Need(string option, string value) => this[option] ?? throw Refuse($"'{Name}' needs {option} {value}.");

    /// <summary>An option that takes an id.</summary>
    public Guid? Id(string option, string what) => this[option] is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw Refuse($"{option} takes the id of {what} (UUID), not '{text}'.");

    /// <summary>The settings, with the command's own options named where one is not known.</summary>
    public Settings ReadSettings()
    {
        try
        {
            return Host.Settings.Read(Settings, Environment.GetEnvironmentVariables(), Installation.Find());
        }
        catch (StartException e) when (e.ExitCode == StartException.WrongSetting && Options.Count > 0)
        {
            throw Refuse($"{e.Message} Besides, '{Name}' takes {string.Join(", ", Options)}.");
        }
    }

    public static StartException Refuse(string message) => new(message, StartException.WrongSetting);
}
