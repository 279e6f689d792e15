using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>Tells apart why a statement failed.</summary>
public static class DbFaults
{
    /// <summary>Opens a connection; whatever keeps it from the server is told as Npgsql tells all else.</summary>
    /// <exception cref="NpgsqlException">The server cannot be reached, or refuses.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            return await source.OpenConnectionAsync(cancel);
        }
        catch (SocketException e)
        {
            // Such as a name that is not found: Npgsql lets that through as it is.
            throw new NpgsqlException($"The server cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Whether it was for what it said: data that the database never takes (class 22 and 23), or that cannot even be sent.</summary>
    internal static bool IsRefusal(Exception e) => e is PostgresException { SqlState: var state }
        ? state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
        : e is not DbException && !IsPassing(e);

    /// <summary>Whether the database, or the way to it, is to blame and not what was asked of it.</summary>
    public static bool IsPassing(Exception e) =>
        e is TimeoutException or IOException or SocketException or NpgsqlException { IsTransient: true } or (NpgsqlException and not PostgresException);
}
