using System.Security.Cryptography;
using Npgsql;

namespace Holdfast.Bench.Servers;

/// <summary>A server of others, from the folder Peers, on a PostgreSQL as durable as the product's.</summary>
internal static class Peer
{
    /// <summary>What it takes to ask it anything beside the rights of its users.</summary>
    internal static string MasterKey { get; } = RandomNumberGenerator.GetHexString(32);

    /// <param name="script">Its file in that folder.</param>
    /// <param name="database">The connection string of its database, where it has one.</param>
    /// <param name="cancel">Gives up.</param>
    internal static Task<Server> StartAsync(string script, string? database, CancellationToken cancel)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NODE_ENV"] = "production",
            ["PARSE_MASTER_KEY"] = MasterKey,
            ["PARSE_SERVER_LOGS_FOLDER"] = "null",
        };
        if (database is not null)
        {
            var at = new NpgsqlConnectionStringBuilder(database);
            (settings["PGHOST"], settings["PGDATABASE"], settings["PGUSER"], settings["PGPASSWORD"]) = (at.Host!, at.Database!, at.Username!, at.Password!);
        }

        return Server.StartAsync(["node", Path.Combine(Product.Root, "server/Bench/Peers", script)], cancel, settings);
    }
}
