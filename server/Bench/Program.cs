using System.Globalization;
using System.Runtime.InteropServices;
using Holdfast.Bench.Cases;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Servers.Jobs;
using Holdfast.Bench.Servers.Scopes;

namespace Holdfast.Bench;

/// <summary>Measures the product as people run it, and beside it what the same machine can do at best.</summary>
internal static class Program
{
    /// <summary>In the order in which they are run.</summary>
    private static readonly Dictionary<string, Func<CancellationToken, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["fanout"] = FanOut.RunAsync,
        ["writes"] = Writes.RunAsync,
        ["scopes"] = Scopes.RunAsync,
        ["identity"] = Identity.RunAsync,
        ["jobs"] = Jobs.RunAsync,
        ["consumers"] = Consumers.RunAsync,
        ["start"] = Start.RunAsync,
        ["memory"] = Memory.RunAsync,
        ["browser"] = Browser.RunAsync,
        ["ui"] = Ui.RunAsync,
        ["backup"] = Backup.RunAsync,
    };

    /// <summary>Names for several cases.</summary>
    private static readonly Dictionary<string, string[]> Groups = new(StringComparer.Ordinal) { ["engine"] = ["fanout", "writes", "scopes"] };

    public static async Task<int> Main(string[] args)
    {
        if (args is [Floor.Role])
        {
            await Floor.ServeAsync();
            return 0;
        }

        if (args is [Commit.Role, var database, var commits, var perSecond])
        {
            await Commit.ServeAsync(database, Number(commits), Number(perSecond));
            return 0;
        }

        if (args is [ConsumerServer.Role, _, _, ..])
        {
            await ConsumerServer.ServeAsync(args[1..]);
            return 0;
        }

        if (args is [ScopeServer.Role, var empty])
        {
            await ScopeServer.ServeAsync(empty);
            return 0;
        }

        if (args is [Argon2.Role, var phc, var password, var checks])
        {
            await Argon2.ServeAsync(phc, password, Number(checks));
            return 0;
        }

        if (args is [JobServer.Role, var queue])
        {
            await JobServer.ServeAsync(queue);
            return 0;
        }

        if (args is [Naive.Role, var connection, var workspaces, var writers, var milliseconds])
        {
            await Naive.ServeAsync(connection, Number(workspaces), Number(writers), TimeSpan.FromMilliseconds(Number(milliseconds)));
            return 0;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            string[] asked = [.. Browser.TakeSize(Backup.TakeSize(args)).SelectMany(arg => Groups.GetValueOrDefault(arg, [arg]))];
            if (asked.FirstOrDefault(arg => !Cases.ContainsKey(arg)) is { } unknown)
            {
                await Console.Error.WriteLineAsync($"error: there is no case '{unknown}'. There are {string.Join(", ", [.. Groups.Keys, .. Cases.Keys])}; without any, all are measured.");
                return 2;
            }

            await Machine.SayWhatDisturbsAsync();
            foreach (var (name, run) in Cases)
            {
                if (asked.Length == 0 || asked.Contains(name))
                    await run(stop.Token);
            }

            return 0;
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}

/// <summary>Why there is nothing to report: what was measured did not do its work.</summary>
internal sealed class BenchException(string message) : Exception(message);
