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

    /// <summary>Who owns a file, and which file it is whatever path leads to it.</summary>
    public sealed record FileFacts(uint User, uint Group, ulong Inode, ulong Device);

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
        // O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC; the first two differ by architecture.
        var flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 | 0x8000 : 0x10000 | 0x20000;
        var opened = Open(path, flags | 0x80000);
        return opened < 0 ? null : new SafeFileHandle(opened, ownsHandle: true);
    }

    private static unsafe FileFacts? Look(int folder, string path, int flags)
    {
        // The layout of struct statx is the same on every architecture, unlike that of struct stat.
        var buffer = stackalloc byte[256];
        if (Statx(folder, path, flags, BasicStats, buffer) != 0)
            return null;
        return new FileFacts(
            *(uint*)(buffer + 20), *(uint*)(buffer + 24), *(ulong*)(buffer + 32), ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140));
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

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int Chown(SafeFileHandle open, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint AccountByName(string name);

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    private static partial nint AccountById(uint user);
}
