using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host;

/// <summary>The few system calls that .NET does not wrap. Linux with glibc.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;

    private const int CurrentFolder = -100;
    private const int TheHandleItself = 0x1000;
    private const uint BasicStats = 0x7ff;

    private const int DoNotWait = 0x800;
    private const int CloseAtExec = 0x80000;
    private const int NotThere = 2;
    private const int NoFolder = 20;
    private const int IsLink = 40;

    /// <summary>Who owns a file, which file it is whatever path leads to it, how many names it has, and whether it is no folder, pipe or device.</summary>
    public sealed record FileFacts(uint User, uint Group, ulong Inode, ulong Device, uint Links, bool IsFile);

    /// <summary>A user of this machine.</summary>
    public sealed record Account(uint User, uint Group);

    public static bool IsRoot => EffectiveUser() == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Sends a signal; false when the process is gone or not ours.</summary>
    public static bool Signal(int process, int signal) => SendSignal(process, signal) == 0;

    /// <summary>The facts about what the path leads to, links followed; null when it cannot be seen.</summary>
    public static FileFacts? Look(string path) => Look(CurrentFolder, path, 0);

    /// <summary>The facts about what is open.</summary>
    public static FileFacts Look(SafeFileHandle open) =>
        Look((int)open.DangerousGetHandle(), "", TheHandleItself) ?? throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    /// <summary>
    /// Opens a folder, for all that is then looked at and changed to be the same one. Null when it is none, or a link:
    /// where someone else may write, a link could lead root to a folder of his choice.
    /// </summary>
    public static SafeFileHandle? OpenFolder(string path)
    {
        var opened = Open(path, Folder | NoLink | CloseAtExec);
        return opened < 0 ? null : new SafeFileHandle(opened, ownsHandle: true);
    }

    /// <summary>Opens a folder that is trusted, be it by a link. Null where there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? OpenTrusted(string path)
    {
        var opened = Open(path, Folder | CloseAtExec);
        if (opened >= 0)
            return new SafeFileHandle(opened, ownsHandle: true);
        return Marshal.GetLastPInvokeError() == NotThere ? null : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>A path to an open folder, wherever it lies by now; for what .NET does by paths.</summary>
    public static string PathOf(SafeFileHandle folder) => $"/proc/self/fd/{folder.DangerousGetHandle()}";

    /// <summary>Opens a folder below another one. Null where there is none.</summary>
    /// <param name="root">The folder that is trusted.</param>
    /// <param name="path">Its path from there; empty for the same one.</param>
    /// <exception cref="IOException">There is a link on the way.</exception>
    public static SafeFileHandle? OpenFolder(SafeFileHandle root, string path)
    {
        var at = OpenAt(root, ".", Folder, path);
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = at;
            if (above is null)
                return null;
            at = OpenAt(above, name, Folder | NoLink, path);
        }

        return at;
    }

    /// <summary>Opens a file below a folder to read it. Null where there is none.</summary>
    /// <param name="root">The folder that is trusted.</param>
    /// <param name="path">The file's path from there.</param>
    /// <exception cref="IOException">
    /// There is a link on the way; or it is no file; or a hard link that somebody has laid to what is not the folder's owner's.
    /// </exception>
    public static SafeFileHandle? OpenFile(SafeFileHandle root, string path)
    {
        using var folder = OpenFolder(root, Path.GetDirectoryName(path)!);
        if (folder is null || OpenAt(folder, Path.GetFileName(path), NoLink | DoNotWait, path) is not { } file)
            return null;
        var facts = Look(file);
        if (facts.IsFile && (facts.Links == 1 || facts.User == Look(root).User))
            return file;
        file.Dispose();
        throw new IOException(facts.IsFile ? $"{path} is a link to a file of another user." : $"{path} is no file.");
    }

    private static SafeFileHandle? OpenAt(SafeFileHandle folder, string name, int flags, string path)
    {
        var opened = OpenAt(folder, name, flags | CloseAtExec);
        if (opened >= 0)
            return new SafeFileHandle(opened, ownsHandle: true);
        return Marshal.GetLastPInvokeError() switch
        {
            NotThere => null,
            NoFolder or IsLink => throw new IOException($"{path} is a link, or leads over one or over what is no folder. Put in its place what it leads to."),
            _ => throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}."),
        };
    }

    // O_DIRECTORY and O_NOFOLLOW, which differ by architecture; O_NONBLOCK, for a pipe not to be waited for; O_CLOEXEC.
    private static int Folder => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    private static int NoLink => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;


    private static unsafe FileFacts? Look(int folder, string path, int flags)
    {
        // The layout of struct statx is the same on every architecture, unlike that of struct stat.
        var buffer = stackalloc byte[256];
        if (Statx(folder, path, flags, BasicStats, buffer) != 0)
            return null;
        return new FileFacts(
            *(uint*)(buffer + 20), *(uint*)(buffer + 24), *(ulong*)(buffer + 32), ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140),
            *(uint*)(buffer + 16), (*(ushort*)(buffer + 28) & 0xF000) == 0x8000);
    }

    public static void ChangeOwner(SafeFileHandle open, Account owner)
    {
        if (Chown(open, owner.User, owner.Group) != 0)
            throw new IOException($"It cannot be given to user {owner.User}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public static Account? FindAccount(string name) => ReadAccount(AccountByName(name));

    public static Account? FindAccount(uint user) => ReadAccount(AccountById(user));

    // struct passwd begins with two pointers, then user and group.
    private static Account? ReadAccount(nint entry) => entry == 0
        ? null
        : new Account((uint)Marshal.ReadInt32(entry, 2 * nint.Size), (uint)Marshal.ReadInt32(entry, (2 * nint.Size) + 4));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int Chown(SafeFileHandle open, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint AccountByName(string name);

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    private static partial nint AccountById(uint user);
}
