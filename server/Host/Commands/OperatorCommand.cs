using Holdfast.Host.Backups;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast operator</c>: says who runs the instance, beside or instead of who signed up by the link of the start.</summary>
internal static class OperatorCommand
{
    private const string Help = """
        usage: holdfast operator add EMAIL [--SETTING VALUE]...
               holdfast operator remove EMAIL [--SETTING VALUE]...
               holdfast operator list [--SETTING VALUE]...

          add     lets a person who has signed up, or came with an import, get to the operator's page
          remove  takes that from him
          list    shows who may

          Runs beside the server or without it. The settings that matter are --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal) { ["add"] = [], ["remove"] = [], ["list"] = [] };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var email = arguments is ["add" or "remove", var named, ..] && !named.StartsWith('-') ? named : null;
        var given = CommandArguments.Read("operator", OptionsOf, email is null ? arguments : [arguments[0], .. arguments.Skip(2)]);
        if (email is null && given.Verb != "list")
            throw CommandArguments.Refuse($"'{given.Name}' needs the e-mail address of a person: operator {given.Verb} ada@example.org.");
        var settings = given.ReadSettings();
        await using var database = await CommandDatabase.OpenAsync(settings, cancel);
        await using var provider = Program.Compose(database.ConnectionString);
        var operators = provider.GetRequiredService<Operators>();
        switch (given.Verb)
        {
            case "add":
                if (!await operators.AddAsync(email!, cancel))
                    throw new StartException($"Nobody has the address {Terminal.Plain(email!)} here. Sign up with it first, or name another.");
                break;
            case "remove":
                if (!await operators.RemoveAsync(email!, cancel))
                    throw new StartException($"{Terminal.Plain(email!)} is no operator. 'operator list' names them.");
                break;
        }

        var all = await operators.ListAsync(cancel);
        foreach (var one in all)
            await Console.Out.WriteLineAsync(Terminal.Plain($"{one.Email}, since {RestorePlan.Words(new DateTimeOffset(one.Since))}"));
        if (all.Count == 0)
            await Console.Error.WriteLineAsync($"{(given.Verb == "remove" ? "WARNING: that was the last one. " : "")}Nobody runs this server: the page This server is open to nobody, and nobody is told of what goes wrong there. Say who does by 'operator add ada@example.org'.");
        return 0;
    });
}
