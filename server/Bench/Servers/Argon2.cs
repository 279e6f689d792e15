using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Bench.Measuring;

namespace Holdfast.Bench.Servers;

/// <summary>
/// What checking a password costs bare: libsodium, a hash that the product made, and nothing around it. This program does it when it
/// is started in this role.
/// </summary>
internal static class Argon2
{
    internal const string Role = "argon2";

    private const string Library = "libsodium";
    private const int PhcBytes = 128;

    static Argon2() => NativeLibrary.SetDllImportResolver(typeof(Argon2).Assembly, Resolve);

    /// <summary>How many a second one core of the servers checks.</summary>
    internal static async Task<double> RateAsync(string phc, string password, int times, CancellationToken cancel) =>
        double.Parse(await Machine.AskOnServerCoreAsync([Role, phc, password, $"{times}"], cancel), CultureInfo.InvariantCulture);

    internal static async Task ServeAsync(string phc, string password, int times)
    {
        var (hash, secret) = (new byte[PhcBytes], Encoding.UTF8.GetBytes(password));
        Encoding.ASCII.GetBytes(phc, hash);
        // The first one brings the library.
        if (Init() < 0 || Verify(hash, secret, (ulong)secret.Length) != 0)
            throw new BenchException("libsodium does not find that the password fits its hash.");
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            _ = Verify(hash, secret, (ulong)secret.Length);
        await Console.Out.WriteLineAsync((times / Stopwatch.GetElapsedTime(start).TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? paths) =>
        name == Library && (NativeLibrary.TryLoad("libsodium.so.23", assembly, paths, out var found) || NativeLibrary.TryLoad("libsodium.so.26", assembly, paths, out found))
            ? found
            : IntPtr.Zero;

    [DllImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init();

    [DllImport(Library, EntryPoint = "crypto_pwhash_str_verify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Verify(byte[] phc, byte[] password, ulong length);
}
