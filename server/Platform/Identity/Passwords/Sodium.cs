using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Platform.Identity;

/// <summary>Argon2id as libsodium has it. Blocks its thread for some 20 ms and takes <see cref="MemoryBytes"/>: go through <see cref="PasswordHasher"/>.</summary>
internal static partial class Sodium
{
    /// <summary>19 MiB and two passes, one lane: the least that OWASP and ASVS 5.0 (appendix C) accept.</summary>
    internal const int MemoryBytes = 19_456 * 1024;
    internal const ulong Passes = 2;

    /// <summary>Each Argon2id is a span of whoever asked for it, named by its memory in KiB and its passes.</summary>
    internal static readonly ActivitySource Spans = new("Holdfast.Passwords");

    private const string Library = "libsodium";
    private const int Argon2Id13 = 2;
    private const int PhcBytes = 128;
    private const int KeyBytes = 32;
    private const int SaltBytes = 16;
    private const int LeastKiB = 8;

    // Made elsewhere by the same library, for the check at start.
    private const string KnownPassword = "holdfast tests itself";
    private const string KnownHash =
        "$argon2id$v=19$m=19456,t=2,p=1$Fpo2cAPhwq4Cs9yKqEE6Pg$lZOtorF1sALbkQysgiXCg1wlVMaOYpRe8J6OFkl0QTk";

    private static readonly Lazy<string?> WhatIsMissing = new(Check);

    static Sodium() => NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);

    /// <summary>Loads the library, once, and holds it against a known hash.</summary>
    /// <returns>What is wrong, and the way out; null where all is well.</returns>
    internal static string? Start() => WhatIsMissing.Value;

    /// <returns>The hash in PHC format, with a new salt.</returns>
    internal static string Hash(byte[] password)
    {
        using var span = Spans.StartActivity(NameOf(MemoryBytes / 1024, Passes));
        var phc = new byte[PhcBytes];
        if (Str(phc, password, (ulong)password.Length, Passes, MemoryBytes, Argon2Id13) != 0)
            throw new InvalidOperationException("There was no memory for a password hash.");
        return Encoding.ASCII.GetString(phc).TrimEnd('\0');
    }

    /// <summary>
    /// Checks a password. A hash of lower costs than today's, from before these rose or out of a file, has the rest of the work made up: else
    /// its person's sign-in would answer sooner than that of an address that nobody has.
    /// </summary>
    internal static bool Verify(string phc, byte[] password)
    {
        var (kib, passes) = CostsOf(phc) ?? default;
        // The work is memory times passes. Of as many passes it takes no more memory than one of today's.
        var missing = (MemoryBytes / 1024) - (kib * (long)passes / (long)Passes);
        if (missing >= LeastKiB)
            Derive(password, missing);
        using var span = Spans.StartActivity(NameOf(kib, passes));
        return StrVerify(Padded(phc), password, (ulong)password.Length) == 0;
    }

    /// <summary>
    /// Whether to check a password against it costs no more than it does today. Whoever made a hash elsewhere chose that; at higher costs its
    /// person's sign-in would answer later than that of an address that nobody has.
    /// </summary>
    internal static bool IsAffordable(string phc) =>
        CostsOf(phc) is var (kib, passes) && phc.Length < PhcBytes && kib <= MemoryBytes / 1024 && passes <= Passes;

    /// <summary>Whether the hash was made at other costs than today's.</summary>
    internal static bool IsOutdated(string phc) => NeedsRehash(Padded(phc), Passes, MemoryBytes) != 0;

    /// <summary>The work of a hash of so much memory, whose result nobody wants.</summary>
    private static void Derive(byte[] password, long kib)
    {
        using var span = Spans.StartActivity(NameOf(kib, Passes));
        if (Derive(new byte[KeyBytes], KeyBytes, password, (ulong)password.Length, new byte[SaltBytes], Passes, (nuint)(kib * 1024), Argon2Id13) != 0)
            throw new InvalidOperationException("There was no memory for a password hash.");
    }

    private static (long KiB, ulong Passes)? CostsOf(string phc) => Form().Match(phc) is { Success: true } match
        ? (long.Parse(match.Groups["kib"].ValueSpan, CultureInfo.InvariantCulture), ulong.Parse(match.Groups["passes"].ValueSpan, CultureInfo.InvariantCulture))
        : null;

    private static string NameOf(long kib, ulong passes) => string.Create(CultureInfo.InvariantCulture, $"argon2id {kib} {passes}");

    private static string? Check()
    {
        try
        {
            if (Init() < 0)
                return "libsodium does not start on this machine. Install another version of it.";
            return Verify(KnownHash, Encoding.UTF8.GetBytes(KnownPassword)) && !Verify(KnownHash, Encoding.UTF8.GetBytes("something else"))
                ? null
                : "libsodium computes Argon2id wrongly on this machine. Install another version of it.";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return "libsodium is missing, without which no password can be checked. Install it (Debian: apt install libsodium23) or name its folder in LD_LIBRARY_PATH.";
        }
    }

    private static byte[] Padded(string phc)
    {
        var bytes = new byte[PhcBytes];
        Encoding.ASCII.GetBytes(phc, bytes);
        return bytes;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        foreach (var candidate in (string[])["libsodium.so.23", "libsodium.so.26", "libsodium"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, paths, out var found))
                return found;
        }

        return IntPtr.Zero;
    }

    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(?<kib>[0-9]{1,9}),t=(?<passes>[0-9]{1,9}),p=1\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [DllImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init();

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_alg")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Str([Out] byte[] phc, byte[] password, ulong length, ulong passes, nuint memory, int algorithm);

    [DllImport(Library, EntryPoint = "crypto_pwhash")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Derive([Out] byte[] key, ulong keyLength, byte[] password, ulong length, byte[] salt, ulong passes, nuint memory, int algorithm);

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_verify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StrVerify(byte[] phc, byte[] password, ulong length);

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_needs_rehash")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NeedsRehash(byte[] phc, ulong passes, nuint memory);
}
