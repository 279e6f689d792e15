using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host.LocalPostgres;

/// <summary>
/// Who runs PostgreSQL. It refuses root, so a start by root hands it to another user where that user can reach
/// the files, and to a user namespace otherwise: there the same root looks like an ordinary user to PostgreSQL.
/// </summary>
internal sealed record PostgresUser
{
    /// <summary>The system user that <c>bin/setup</c> makes when root runs it.</summary>
    private const string SystemUser = "holdfast";

    // A name that initdb finds in every user database.
    private const string AnyUser = "nobody";

    private readonly string[] _prefix;
    private readonly Posix.Account? _owner;

    private PostgresUser(string[] prefix, Posix.Account? owner = null) => (_prefix, _owner) = (prefix, owner);

    /// <summary>The words that start a program as this user, in a session of its own when it is to outlive us or our terminal's Ctrl+C.</summary>
    public IEnumerable<string> Words(IEnumerable<string> program, bool ownSession = false) =>
        [.. _prefix, .. ownSession ? ["setsid"] : Array.Empty<string>(), .. program];

    /// <summary>Gives a file or folder to this user.</summary>
    public void Own(SafeFileHandle open)
    {
        if (_owner is { } account)
            Posix.ChangeOwner(open, account);
    }

    /// <summary>Whether a folder of this owner can be one that we or an earlier start have made.</summary>
    public bool MayHaveMade(uint owner) => owner == Posix.EffectiveUser() || owner == _owner?.User;

    /// <summary>Finds who can run these programs on this folder, which exists. A cluster that is there already decides by its owner.</summary>
    public static async Task<PostgresUser> ChooseAsync(ClusterFolder folder, PostgresPrograms programs, CancellationToken cancel)
    {
        var madeBy = folder.Exists ? Posix.Look(folder.Data) : null;
        if (!Posix.IsRoot)
            return await ChooseAsOneselfAsync(madeBy?.User, folder, cancel);
        if (madeBy is { User: not 0 } facts)
        {
            var user = SwitchTo(new Posix.Account(facts.User, facts.Group));
            return await user.CanRunAsync(folder, programs, cancel)
                ? user
                : throw new StartException($"{folder.Data} belongs to user {facts.User}, who cannot reach it or {programs.Folder}. Open the folders above them to that user (chmod o+x).");
        }

        if (madeBy is null && Posix.FindAccount(SystemUser) is { } account)
        {
            var user = SwitchTo(account);
            using var root = ClusterFolder.OpenOurs(folder.Root, user);
            user.Own(root);
            if (await user.CanRunAsync(folder, programs, cancel))
                return user;
            Posix.ChangeOwner(root, new Posix.Account(0, 0));
        }

        return await NamespaceAsync(cancel) ?? throw new StartException(
            $"PostgreSQL refuses to run as root. User '{SystemUser}' {(Posix.FindAccount(SystemUser) is null ? "does not exist (bin/setup makes it)" : $"cannot reach {folder.Root} or {programs.Folder}")}, " +
            "and user namespaces are not allowed here. Put the installation and its data where that user can reach them (for instance below /srv), start as another user, or give a database by --database.");
    }

    private static async Task<PostgresUser> ChooseAsOneselfAsync(uint? madeBy, ClusterFolder folder, CancellationToken cancel)
    {
        var me = Posix.EffectiveUser();
        if (madeBy is { } other && other != me)
            throw new StartException($"{folder.Data} belongs to user {other}, and this is user {me}. Start as that user or as root, or choose another folder by --data.");
        if (Posix.FindAccount(me) is not null)
            return new PostgresUser([]);
        return await NamespaceAsync(cancel) ?? throw new StartException(
            $"PostgreSQL needs a user with a name, and user {me} has none here. Add it to /etc/passwd, or give a database by --database.");
    }

    private static PostgresUser SwitchTo(Posix.Account account) => new(
        ["setpriv", $"--reuid={account.User}", $"--regid={account.Group}", "--clear-groups", "--no-new-privs"], account);

    private static async Task<PostgresUser?> NamespaceAsync(CancellationToken cancel)
    {
        var user = new PostgresUser(["unshare", "--user", $"--map-user={AnyUser}", $"--map-group={Posix.FindAccount(AnyUser)?.Group ?? 65534}"]);
        var answer = await Command.RunAsync(user.Words(["true"]), cancel);
        return answer.ExitCode == 0 ? user : null;
    }

    private async Task<bool> CanRunAsync(ClusterFolder folder, PostgresPrograms programs, CancellationToken cancel)
    {
        var version = await Command.RunAsync(Words([programs.Postgres, "--version"]), cancel);
        var folderTest = await Command.RunAsync(Words(["test", "-w", folder.Exists ? folder.Data : folder.Root]), cancel);
        return version.ExitCode == 0 && folderTest.ExitCode == 0;
    }
}
