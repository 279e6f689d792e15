using System.Text;

namespace Holdfast.Host.Commands;

/// <summary>What the program does beside serving, by the first word.</summary>
internal static class CommandTable
{
    /// <param name="Name">The word.</param>
    /// <param name="Meaning">One line for the help.</param>
    /// <param name="RunAsync">Takes what follows the word, and gives the exit code.</param>
    internal sealed record Command(string Name, string Meaning, Func<IReadOnlyList<string>, Task<int>> RunAsync);

    public static IReadOnlyList<Command> All { get; } =
    [
        new("log", "proves that nothing in the log was altered, prints it, and erases from it", LogCommand.RunAsync),
        new("backup", "makes backups, lists them, and tries the newest", BackupCommand.RunAsync),
        new("restore", "brings a backup back", RestoreCommand.RunAsync),
        new("workspace", "lists the workspaces, writes one to a file, or takes one in", WorkspaceCommand.RunAsync),
        new("operator", "says who runs the server", OperatorCommand.RunAsync),
        new("user", "makes people, lets them in again, and lists them", UserCommand.RunAsync),
    ];

    /// <summary>The begin of what --help prints; the settings follow.</summary>
    public static string Usage
    {
        get
        {
            var text = new StringBuilder("usage: bin/run [--SETTING VALUE]...\n       bin/run COMMAND ...\n\n");
            foreach (var command in All)
                text.Append($"  {command.Name,-10}  {command.Meaning}\n");
            return text.Append("      --help behind a command says more\n\n").ToString();
        }
    }

    /// <exception cref="StartException">There is none; the message names those that there are.</exception>
    public static Command Find(string name) => All.FirstOrDefault(command => command.Name == name) ?? throw CommandArguments.Refuse(
        $"'{name}' is no command. There are {string.Join(", ", All.Select(command => command.Name))}. Settings begin with --, and 'bin/run --help' names them.");
}
