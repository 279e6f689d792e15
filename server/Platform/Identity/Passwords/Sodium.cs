using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Holdfast.Platform.Identity;

/// <summary>Argon2id as libsodium has it. Blocks its thread for some 20 ms and takes <see cref="MemoryBytes"/>: go through <see cref="PasswordHasher"/>.</summary>
internal static class Sodium
{
    /// <summary>19 MiB and two passes, one lane: the least that OWASP and ASVS 5.0 (appendix C) accept.</summary>
    internal const int MemoryBytes = 19_456 * 1024;
    internal const ulong Passes = 2;

    private const string Library = "libsodium";
    private const int Argon2Id13 = 2;
    private const int PhcBytes = 128;

    // Made elsewhere by the same library, for the check at start.
    private const string KnownPassword = "holdfast tests itself";
    private const string KnownHash =
        "$argon2id$v=19$m=19456,t=2,p=1$Fpo2cAPhwq4Cs9yKqEE6Pg$lZOtorF1sALbkQysgiXCg1wlVMaOYpRe8J6OFkl0QTk";

    static Sodium() => NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);

    /// <summary>Loads the library and holds it against a known hash.</summary>
    /// <exception cref="InvalidOperationException">It is missing or does not do what it must; the message says the way out.</exception>
    internal static void Start()
    {
        try
        {
            if (Init() < 0)
                throw new InvalidOperationException("libsodium does not start on this machine.");
        }
        catch (DllNotFoundException e)
        {
            throw new InvalidOperationException(
                $"libsodium is missing, without which no password can be checked. Install it (Debian: apt install libsodium23) or name its folder in LD_LIBRARY_PATH.", e);
        }

        if (!Verify(KnownHash, Encoding.UTF8.GetBytes(KnownPassword)) || Verify(KnownHash, Encoding.UTF8.GetBytes("something else")))
            throw new InvalidOperationException("libsodium computes Argon2id wrongly on this machine. Install another version of it.");
    }

    /// <returns>The hash in PHC format, with a new salt.</returns>
    internal static string Hash(byte[] password)
    {
        var phc = new byte[PhcBytes];
        if (Str(phc, password, (ulong)password.Length, Passes, MemoryBytes, Argon2Id13) != 0)
            throw new InvalidOperationException("There was no memory for a password hash.");
        return Encoding.ASCII.GetString(phc).TrimEnd('\0');
    }

    internal static bool Verify(string phc, byte[] password) => StrVerify(Padded(phc), password, (ulong)password.Length) == 0;

    /// <summary>Whether the hash was made at other costs than today's.</summary>
    internal static bool IsOutdated(string phc) => NeedsRehash(Padded(phc), Passes, MemoryBytes) != 0;

    private static byte[] Padded(string phc)
    {
        var bytes = new byte[PhcBytes];
        Encoding.ASCII.GetBytes(phc, bytes);
        return bytes;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Library)
            return IntPtr.Zero;
        foreach (var candidate in (string[])["libsodium.so.23", "libsodium.so.26", "libsodium"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, paths, out var found))
                return found;
        }

        return IntPtr.Zero;
    }

    [DllImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init();

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_alg")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Str([Out] byte[] phc, byte[] password, ulong length, ulong passes, nuint memory, int algorithm);

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_verify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StrVerify(byte[] phc, byte[] password, ulong length);

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_needs_rehash")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NeedsRehash(byte[] phc, ulong passes, nuint memory);
}
