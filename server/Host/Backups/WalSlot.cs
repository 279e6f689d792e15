using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Holdfast.Host.Backups;

/// <summary>
/// The replication slot by which PostgreSQL keeps its log for one archive. Its name, <c>holdfast_ARCHIVE_STREAM</c>, says which
/// stream it feeds. A base copy holds no slot, so a restored cluster begins a stream of its own.
/// </summary>
/// <param name="Name">As PostgreSQL knows it.</param>
/// <param name="Stream">What it feeds.</param>
/// <param name="From">The begin of the oldest segment that PostgreSQL keeps for it.</param>
internal sealed record WalSlot(string Name, WalStream Stream, ulong From)
{
    private sealed record Row(string Name, bool Active, NpgsqlLogSequenceNumber? From, string? Status);

    /// <summary>The slot of an archive; made where there is none, or where it has lost what it was to keep.</summary>
    public static async Task<WalSlot> TakeAsync(NpgsqlConnection superuser, BackupArchive archive, CancellationToken cancel)
    {
        if (await FindAsync(superuser, archive, cancel) is { } slot)
            return slot;
        await RunAsync(superuser, "SELECT pg_create_physical_replication_slot($1, true)", $"{Prefix(archive)}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}", cancel);
        return await FindAsync(superuser, archive, cancel) ?? throw new StartException("PostgreSQL lost the replication slot of the backup at once. Is its disk full?");
    }

    /// <summary>The slot of an archive; null where there is none that still holds all it was to keep.</summary>
    public static async Task<WalSlot?> FindAsync(NpgsqlConnection superuser, BackupArchive archive, CancellationToken cancel)
    {
        var size = int.Parse(await TextAsync(superuser, "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'", cancel), CultureInfo.InvariantCulture);
        foreach (var row in await RowsAsync(superuser, cancel))
        {
            if (!row.Name.StartsWith(Prefix(archive), StringComparison.Ordinal))
                continue;
            if (row.From is { } from && row.Status != "lost")
                return new WalSlot(row.Name, new WalStream(archive, row.Name[Prefix(archive).Length..], size), (ulong)from / (ulong)size * (ulong)size);
            if (!row.Active)
                await DropAsync(superuser, row.Name, cancel);
        }

        return null;
    }

    /// <summary>Takes away the slots of archives that nobody follows any more, which would only hold back room.</summary>
    public static async Task DropOthersAsync(NpgsqlConnection superuser, BackupArchive? archive, CancellationToken cancel)
    {
        foreach (var row in await RowsAsync(superuser, cancel))
        {
            if (!row.Active && (archive is null || !row.Name.StartsWith(Prefix(archive), StringComparison.Ordinal)))
                await DropAsync(superuser, row.Name, cancel);
        }
    }

    /// <summary>Up to where the log is in the archive, as PostgreSQL was told; null where the slot is gone.</summary>
    public async Task<ulong?> ConfirmedAsync(NpgsqlConnection superuser, CancellationToken cancel) =>
        (await RowsAsync(superuser, cancel)).FirstOrDefault(row => row.Name == Name && row.Status != "lost")?.From is { } place ? (ulong)place : null;

    public async Task<bool> IsFollowedAsync(NpgsqlConnection superuser, CancellationToken cancel) =>
        (await RowsAsync(superuser, cancel)).Any(row => row.Name == Name && row.Active);

    public static Task DropAsync(NpgsqlConnection superuser, string name, CancellationToken cancel) =>
        RunAsync(superuser, "SELECT pg_drop_replication_slot($1)", name, cancel);

    private static string Prefix(BackupArchive archive) => $"holdfast_{archive.Id}_";

    private static async Task<List<Row>> RowsAsync(NpgsqlConnection superuser, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(@"SELECT slot_name::text, active, restart_lsn, wal_status FROM pg_replication_slots WHERE slot_name LIKE 'holdfast\_%'", superuser);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new Row(
                reader.GetString(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<NpgsqlLogSequenceNumber>(2),
                reader.IsDBNull(3) ? null : reader.GetString(3)));
        }

        return rows;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, string slot, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = slot } } };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<string> TextAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }
}
