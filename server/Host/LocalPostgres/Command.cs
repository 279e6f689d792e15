using System.Diagnostics;

namespace Holdfast.Host.LocalPostgres;

/// <summary>Runs programs with an environment of our own, so that nothing set around us (PGDATA, PGPORT, a locale) reaches them.</summary>
internal static class Command
{
    internal readonly record struct Answer(int ExitCode, string Output);

    /// <summary>Runs to the end; <see cref="Answer.Output"/> is what was printed, errors after the rest.</summary>
    public static async Task<Answer> RunAsync(IEnumerable<string> words, CancellationToken cancel)
    {
        using var process = Start(words);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return new Answer(process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a program with its output redirected and its input closed.</summary>
    public static Process Start(IEnumerable<string> words)
    {
        var all = words.ToList();
        var start = new ProcessStartInfo(all[0], all.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        var process = Process.Start(start) ?? throw new StartException($"{all[0]} does not start.");
        process.StandardInput.Close();
        return process;
    }
}
