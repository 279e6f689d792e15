using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Security;
using Holdfast.Platform.Workspaces;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Writes all that the instance holds of a person into one ZIP: what is his account's, and of each workspace what concerns him as far
/// as he may read it today. No secret, no hash, and of others nothing that he could not read in the product.
/// </summary>
internal sealed class DataFile(Db db, Memberships memberships, EventReader events, PersonRecords records)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed record Profile(Guid Id, string Name, string Email, string Language, string? TimeZone, DateTime CreatedAt, DateTime? VerifiedAt, DateTime? OperatorSince, DateTime? PasswordSince);

    private sealed record Session(Guid Id, string Kind, string? Name, string Agent, string Address, DateTime CreatedAt, DateTime LastUsedAt, DateTime ExpiresAt, DateTime? EndedAt, string? EndReason);

    private sealed record Browser(DateTime Since, DateTime UsedAt);

    private sealed record AddressChange(string Former, string Next, DateTime AskedAt, DateTime? ConfirmedAt, DateTime? UndoUntil, DateTime? EndedAt);

    private sealed record Link(string Purpose, string Email, DateTime IssuedAt, DateTime ExpiresAt, DateTime? EndedAt);

    private sealed record Export(DateTime AskedAt, DateTime? DoneAt, long? Bytes);

    private sealed record Invite(
        Guid WorkspaceId, string Role, string? Email, DateTime CreatedAt, DateTime ExpiresAt, DateTime? UsedAt, DateTime? RevokedAt, bool IsMine, bool IsUsedByMe, bool IsRevokedByMe);

    private sealed record Picture(string Type, byte[] Bytes);

    /// <param name="user">Whose.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="say">Told how far it is, from 0 to 100.</param>
    /// <param name="cancel">Stops it.</param>
    internal async Task WriteAsync(Guid user, Stream stream, Func<int, Task> say, CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancel);
        await WriteAsync(zip, "profile.json", await db.Instance.FirstAsync<Profile>(
            $"""
            SELECT id, name, email, language, time_zone, created_at, verified_at,
              (SELECT since FROM identity.operators o WHERE o.user_id = u.id) AS operator_since,
              (SELECT changed_at FROM identity.credentials c WHERE c.user_id = u.id AND kind = 'password') AS password_since
            FROM identity.users u WHERE id = {user}
            """, cancel), cancel);
        if (await db.Instance.FirstAsync<Picture>($"SELECT type, bytes FROM identity.pictures WHERE user_id = {user}", cancel) is { } picture)
        {
            await using var entry = await zip.CreateEntry($"picture.{picture.Type.Split('/')[1]}", CompressionLevel.NoCompression).OpenAsync(cancel);
            await entry.WriteAsync(picture.Bytes, cancel);
        }

        await WriteAsync(zip, "sessions.json", await db.Instance.QueryAsync<Session>(
            $"""
            SELECT s.id, s.kind, t.name, s.agent, s.address_prefix::text AS address, s.created_at, s.last_used_at, s.expires_at, s.ended_at, s.end_reason
            FROM identity.sessions s LEFT JOIN identity.tokens t ON t.session_id = s.id WHERE s.user_id = {user} ORDER BY s.created_at, s.id
            """, cancel), cancel);
        await WriteAsync(zip, "browsers.json", await db.Instance.QueryAsync<Browser>(
            $"SELECT since, used_at FROM identity.devices WHERE user_id = {user} ORDER BY since", cancel), cancel);
        await WriteAsync(zip, "addresses.json", await db.Instance.QueryAsync<AddressChange>(
            $"SELECT former, next, asked_at, confirmed_at, undo_until, ended_at FROM identity.address_changes WHERE user_id = {user} ORDER BY asked_at, id", cancel), cancel);
        await WriteAsync(zip, "links.json", await db.Instance.QueryAsync<Link>(
            $"SELECT purpose, email, issued_at, expires_at, ended_at FROM identity.links WHERE user_id = {user} ORDER BY issued_at, id", cancel), cancel);
        await WriteAsync(zip, "files.json", await db.Instance.QueryAsync<Export>(
            $"SELECT asked_at, done_at, bytes FROM identity.exports WHERE user_id = {user} ORDER BY asked_at, id", cancel), cancel);
        await WriteAsync(zip, "invites.json", await InvitesAsync(user, cancel), cancel);
        await say(5);
        await WriteLinesAsync(zip, "security-events.jsonl", EventsAsync(user, cancel), cancel);
        await say(10);

        var workspaces = await memberships.OfAsync(user, cancel);
        await WriteAsync(zip, "workspaces.json", workspaces, cancel);
        var person = Actor.Person(user, Guid.Empty);
        for (var number = 0; number < workspaces.Count; number++)
        {
            var workspace = workspaces[number].Id;
            await WriteLinesAsync(zip, $"workspaces/{workspace}/records.jsonl", records.RecordsAsync(workspace, person, cancel), cancel);
            await WriteLinesAsync(zip, $"workspaces/{workspace}/transactions.jsonl", records.TransactionsAsync(workspace, person, cancel), cancel);
            await say(10 + (89 * (number + 1) / workspaces.Count));
        }
    }

    /// <summary>What he made, used or took back, and what is for him; whom others invited is theirs.</summary>
    private async Task<IReadOnlyList<Invite>> InvitesAsync(Guid user, CancellationToken cancel)
    {
        // Somebody could have signed up with the address of another.
        var shown = EmailKey.Fold(await db.Instance.FirstAsync<string?>($"SELECT email FROM identity.users WHERE id = {user} AND verified_at IS NOT NULL", cancel) ?? "");
        Sql isHis = $"created_by = {user} OR coalesce(used_by = {user}, false) OR coalesce(lower(email) = {shown}, false)";
        return await db.System.QueryAsync<Invite>($"""
            SELECT workspace_id, role, CASE WHEN {isHis} THEN email END AS email, created_at, expires_at, used_at, revoked_at,
              created_by = {user} AS is_mine, coalesce(used_by = {user}, false) AS is_used_by_me, coalesce(revoked_by = {user}, false) AS is_revoked_by_me
            FROM workspaces.invites WHERE {isHis} OR revoked_by = {user} ORDER BY created_at, id
            """, cancel);
    }

    private async IAsyncEnumerable<string> EventsAsync(Guid user, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = new EventFilter { Limit = EventReader.MaxLimit };
        IReadOnlyList<EventRow> page;
        do
        {
            page = await events.OfAsync(user, filter, cancel);
            foreach (var row in page)
                yield return EventFile.ToLine(row);
            filter = filter with { After = page.Count == 0 ? null : page[^1].Id };
        }
        while (page.Count == filter.Limit);
    }

    private static async Task WriteAsync<T>(ZipArchive zip, string name, T content, CancellationToken cancel)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancel);
        await JsonSerializer.SerializeAsync(entry, content, Readable, cancel);
    }

    private static async Task WriteLinesAsync(ZipArchive zip, string name, IAsyncEnumerable<string> lines, CancellationToken cancel)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancel);
        await using var writer = new StreamWriter(entry) { NewLine = "\n" };
        await foreach (var line in lines.WithCancellation(cancel))
            await writer.WriteLineAsync(line);
    }
}
