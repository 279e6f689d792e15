using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>Tells apart why a statement failed.</summary>
internal static class DbFaults
{
    /// <summary>Whether it was for what it said: data that the database never takes (class 22 and 23), or that cannot even be sent.</summary>
    internal static bool IsRefusal(Exception e) => e is PostgresException { SqlState: var state }
        ? state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
        : e is not (NpgsqlException or TimeoutException);

    /// <summary>Whether the database is to blame and not what was asked of it.</summary>
    internal static bool IsPassing(Exception e) => e is TimeoutException or NpgsqlException { IsTransient: true } or (NpgsqlException and not PostgresException);
}
