using Holdfast.Engine.Records;
using Holdfast.Host.Backups;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast user</c>: what whoever has the machine does for people who cannot help themselves.</summary>
internal static class UserCommand
{
    private const string Help = """
        usage: holdfast user create EMAIL --name NAME [--language TAG] [--test] [--SETTING VALUE]...
               holdfast user reset EMAIL [--SETTING VALUE]...
               holdfast user sign-out EMAIL | --all [--SETTING VALUE]...
               holdfast user unlock EMAIL [--SETTING VALUE]...
               holdfast user delete EMAIL [--now] [--SETTING VALUE]...
               holdfast user list [--SETTING VALUE]...

          create    makes a person, and prints a link by which he sets his password; the first of all runs the server
          reset     ends all sessions of a person, takes the password, and prints a link by which he sets a new one
          sign-out  ends all sessions of a person, or of everybody (--all), and their tokens; passwords stay
          unlock    forgets the attempts at a person's password, so that he can try again at once
          delete    shuts a person out, and erases him when the time is over in which he can keep his account by the link that a mail
                    brings him; --now erases him at once, and nobody can take that back
          list      shows all people: name, address and whether it is verified, when they signed in last, and whether somebody is locked out

          Links work once, for 24 hours, and begin with the public address: give --public-address where the server is given it.
          --test makes a person who needs no link and prints the password; only where the public address is this machine's own: that of
          the server that runs on --data, else give --public-address.

          Runs beside the server or without it. The settings that matter are --data or --database, --public-address, --redis and
          --deletion-days.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["create"] = ["--name", "--language", "--test?"],
        ["reset"] = [],
        ["sign-out"] = ["--all?"],
        ["unlock"] = [],
        ["delete"] = ["--now?"],
        ["list"] = [],
    };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var email = arguments is ["create" or "reset" or "sign-out" or "unlock" or "delete", var named, ..] && !named.StartsWith('-') ? named : null;
        var given = CommandArguments.Read("user", OptionsOf, email is null ? arguments : [arguments[0], .. arguments.Skip(2)]);
        var all = given["--all"] is not null;
        if (email is null && !all && given.Verb != "list")
            throw CommandArguments.Refuse($"'{given.Name}' needs the e-mail address of a person: user {given.Verb} ada@example.org.");
        if (email is not null && all)
            throw CommandArguments.Refuse($"'{given.Name}' takes a person or --all, not both.");
        var settings = given.ReadSettings();
        await using var database = await CommandDatabase.OpenAsync(settings, cancel);
        await using var provider = Program.Compose(database.ConnectionString, new SiteSettings { PublicAddress = settings.PublicAddress, Redis = settings.Redis });
        var accounts = provider.GetRequiredService<Accounts>();
        await Console.Out.WriteAsync(given.Verb switch
        {
            "create" => await CreateAsync(accounts, given, settings, email!),
            "reset" => await accounts.ResetAsync(email!, cancel) is { } link
                ? $"All sessions of {Terminal.Plain(email!)} have ended. The link to set a new password works once, for 24 hours:\n{link}\n"
                : throw Nobody(email!),
            "sign-out" when all => $"{await accounts.SignOutAsync(null)} sessions and tokens have ended, of everybody.\n",
            "sign-out" => await accounts.FindAsync(email!, cancel) is { } user
                ? $"{await accounts.SignOutAsync(user)} sessions and tokens of {Terminal.Plain(email!)} have ended.\n"
                : throw Nobody(email!),
            "unlock" => await accounts.FindAsync(email!, cancel) is { } user && await accounts.UnlockAsync(user, by: null)
                ? $"{Terminal.Plain(email!)} can try again.\n"
                : throw Nobody(email!),
            "delete" => await accounts.FindAsync(email!, cancel) is { } user
                ? Told(email!, await accounts.DeleteAsync(user, given["--now"] is null ? settings.Deletion.CoolOff : TimeSpan.Zero, cancel))
                : throw Nobody(email!),
            _ => await accounts.ListAsync(cancel) is { Count: > 0 } people ? string.Concat(people.Select(Line)) : "Nobody has signed up here yet.\n",
        });
        return 0;
    });

    private static string Told(string email, AccountDeletion deletion) => Terminal.Plain(deletion switch
    {
        { IsErased: true } => $"{email} is gone, with all that said who that was. Backups hold it until they are thrown away.",
        { Until: { } until } => $"{email} is shut out, and is erased on {RestorePlan.Words(until)}.",
        _ => throw new StartException(Terminal.Plain(string.Join(' ',
        [
            .. deletion.Workspaces.Count == 0 ? [] : new[] { $"{email} is the only owner of {string.Join(", ", deletion.Workspaces)}, where others work: one of them becomes an owner first." },
            .. deletion.IsLastOperator ? [$"Nobody but {email} runs this server: say who else does by 'operator add'."] : Array.Empty<string>(),
        ]))),
    }) + "\n";

    private static async Task<string> CreateAsync(Accounts accounts, CommandArguments given, Settings settings, string email)
    {
        var name = TextOf(given.Need("--name", "NAME"), 200, "--name");
        var language = given["--language"] ?? "en";
        if (email.Length > 254 || !TextRules.Matches(TextFormat.Email, email))
            throw CommandArguments.Refuse($"'{Terminal.Plain(email)}' is no e-mail address.");
        if (language.Length > 35 || !TextRules.Matches(TextFormat.Language, language))
            throw CommandArguments.Refuse($"--language takes a language tag such as en or de, not '{Terminal.Plain(language)}'.");
        if (given["--test"] is not null)
        {
            var address = (settings.Database is null ? DataFolder.AddressIn(settings.Data) : null) ?? settings.GivenAddress
                ?? throw CommandArguments.Refuse("--test makes people for trying out, and nothing here says who reaches the server. Give its --public-address.");
            if (!address.IsLoopback)
                throw CommandArguments.Refuse($"--test makes people for trying out, and {address} is reached by others. Without it a link is printed.");
            return await accounts.CreateForTestsAsync(email, name, language) is { } password
                ? $"{Terminal.Plain(email)} signs in with the password {password}\n"
                : throw Taken(email);
        }

        return await accounts.CreateAsync(email, name, language) is { } link
            ? $"{Terminal.Plain(email)} is there. The link to set a password works once, for 24 hours:\n{link}\n"
            : throw Taken(email);
    }

    private static string TextOf(string text, int most, string option) => text.Length <= most && !TextRules.IsBlank(text)
        ? text
        : throw CommandArguments.Refuse($"{option} takes at most {most} characters, and at least one.");

    private static string Line(AccountRow one) => Terminal.Plain(
        $"{one.Name} <{one.Email}>{(one.IsVerified ? "" : " (not verified)")}, {(one.LastSignIn is { } at ? $"signed in last {RestorePlan.Words(new DateTimeOffset(at, TimeSpan.Zero))}" : "has not signed in lately")}" +
        (one.Locked is { } left ? $", somebody is locked out for {Math.Ceiling(left.TotalMinutes)} min" : "")) + "\n";

    private static StartException Nobody(string email) => new($"Nobody has the address {Terminal.Plain(email)} here. 'user list' names all.");

    private static StartException Taken(string email) => new($"Somebody has the address {Terminal.Plain(email)} already. 'user reset' gives him a link to set a new password.");
}
