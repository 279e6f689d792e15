using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;

namespace Holdfast.Host.Commands;

/// <summary>What every command does around its work: help, signals, and what a database says.</summary>
internal static class CommandRun
{
    private const int Interrupted = 130;

    /// <param name="help">Printed where it is asked for.</param>
    /// <param name="arguments">What was typed after the command.</param>
    /// <param name="work">Gives the exit code.</param>
    /// <exception cref="StartException">It cannot be done; the message says why.</exception>
    public static async Task<int> RunAsync(string help, IReadOnlyList<string> arguments, Func<CancellationToken, Task<int>> work)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            await Console.Out.WriteAsync(help);
            return 0;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await work(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new StartException("The database is not of this program's version. Start the server once, which brings it up to date.");
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            throw new StartException($"The database cannot be used: {e.Message}");
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
