using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host.LocalPostgres;

/// <summary>Where the parts of a local cluster lie. Everything below <see cref="Root"/> belongs to whoever runs PostgreSQL.</summary>
internal sealed partial record ClusterFolder(string Root)
{
    /// <summary>PostgreSQL's port names its socket file; nothing listens on the network.</summary>
    public const int Port = 5432;

    // The size of sun_path less the closing zero.
    private const int LongestSocketPath = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder that holds the cluster's own; it stays when the cluster is moved away.</summary>
    public string Above => Path.GetDirectoryName(Root)!;

    public string Data => Path.Combine(Root, "data");

    /// <summary>Where initdb works; the finished folder is renamed, so that an interrupted one is never taken for a cluster.</summary>
    public string Unfinished => Path.Combine(Root, "data.unfinished");

    public string Log => Path.Combine(Root, "log");

    public string SuperuserPassword => Path.Combine(Root, "superuser.password");

    public string LoginPassword => Path.Combine(Root, "holdfast.password");

    public bool Exists => File.Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>
    /// The folder of the socket: in the data folder where path and name fit what the system and the connection string
    /// can hold, else a private one under /tmp with a name that follows from the path.
    /// </summary>
    public string Socket
    {
        get
        {
            var near = Path.Combine(Root, "run");
            if (PlainPath().IsMatch(near) && Encoding.UTF8.GetByteCount($"{near}/.s.PGSQL.{Port}.lock") <= LongestSocketPath)
                return near;
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16];
            return $"/tmp/holdfast-{name}";
        }
    }

    /// <summary>What a connection goes to. While it is missing, a server that lives takes no new one.</summary>
    public string SocketFile => Path.Combine(Socket, $".s.PGSQL.{Port}");

    /// <summary>Makes a folder that nobody but its owner may enter; refuses one that a stranger has put there.</summary>
    public static void MakePrivate(string folder, PostgresUser user)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        using var opened = OpenOurs(folder, user);
        user.Own(opened);
        File.SetUnixFileMode(opened, OwnerOnly);
    }

    /// <summary>Opens a folder that is there; refuses a link, and one that a stranger has put there.</summary>
    public static SafeFileHandle OpenOurs(string folder, PostgresUser user)
    {
        var opened = Posix.OpenFolder(folder) ?? throw new StartException($"{folder} is not a folder. Remove it and start again.");
        if (Posix.Look(opened).User is var owner && user.MayHaveMade(owner))
            return opened;
        opened.Dispose();
        throw new StartException($"{folder} belongs to user {owner}. Remove it, or choose another folder by --data.");
    }

    /// <summary>
    /// Takes away the socket of a server that is dead. PostgreSQL asks the lock beside it only whether a process with that
    /// number exists: one that nobody has collected yet, or a stranger who got the number since, would keep it from starting.
    /// </summary>
    public void RemoveDeadSocket()
    {
        File.Delete(SocketFile);
        File.Delete($"{SocketFile}.lock");
    }

    /// <summary>Takes away what a stopped cluster leaves outside its own folder.</summary>
    public void RemoveOutside(PostgresUser user)
    {
        if (!Socket.StartsWith(Root, StringComparison.Ordinal) && Posix.Look(Socket) is { } facts && user.MayHaveMade(facts.User)
            && !Directory.EnumerateFileSystemEntries(Socket).Any())
            Directory.Delete(Socket);
    }

    /// <summary>The password in a file that only its owner reads; made at random the first time.</summary>
    public static string Secret(string file, PostgresUser user)
    {
        if (!File.Exists(file))
        {
            var temporary = $"{file}.new";
            File.Delete(temporary);
            using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
                user.Own(stream.SafeFileHandle);
            }

            File.Move(temporary, file);
        }

        return File.ReadAllText(file).Trim();
    }

    [GeneratedRegex(@"^[A-Za-z0-9._/ \-]+$")]
    private static partial Regex PlainPath();
}
