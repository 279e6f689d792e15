using Holdfast.Engine.Storage;

namespace Holdfast.Host.Backups;

/// <summary>
/// Who was erased, noted beside the backups by an id that names nobody any more: a backup from before holds him still, and whoever
/// restores it erases him anew. An object for each proves itself as the rest of the archive does, so that nobody else adds one.
/// </summary>
internal static class Erased
{
    private const string Folder = "erased";

    /// <summary>None of ours is longer.</summary>
    private const int MostBytes = 1024;

    /// <summary>Brings database and archive to know the same.</summary>
    /// <param name="archive">Where backups are.</param>
    /// <param name="db">The database; one from before people could be erased learns of them when it is up to date.</param>
    /// <param name="cancel">Stops between two.</param>
    /// <returns>What is to be said of objects that prove nothing, and so erase nobody; null where there are none.</returns>
    /// <exception cref="StartException">The place cannot be read or written.</exception>
    public static async Task<string?> AgreeAsync(BackupArchive archive, Db db, CancellationToken cancel)
    {
        if (!await db.Instance.FirstAsync<bool>($"SELECT to_regclass('identity.erasures') IS NOT NULL", cancel))
            return null;
        var known = (await db.Instance.QueryAsync<Guid>($"SELECT user_id FROM identity.erasures", cancel)).ToHashSet();
        var noted = new Dictionary<Guid, long>();
        foreach (var item in await archive.ListAsync(Folder, cancel))
        {
            if (Guid.TryParse(item.Name.Split('/')[1], out var user))
                noted[user] = item.Size;
        }

        foreach (var user in known.Where(user => !noted.ContainsKey(user)))
            await archive.PutAsync(Name(user), user.ToByteArray(), cancel);
        var foreign = new List<string>();
        foreach (var (user, size) in noted.Where(note => !known.Contains(note.Key)))
        {
            // Whoever can write there must not be able to stop a restore.
            if (size > MostBytes || await archive.FindAsync(Name(user), cancel) is null)
                foreign.Add(Name(user));
            else
                await db.Instance.ExecuteAsync($"INSERT INTO identity.erasures (user_id, erased_at) VALUES ({user}, now()) ON CONFLICT DO NOTHING");
        }

        return foreign.Count == 0 ? null
            : $"{Wording.Count(foreign.Count, "note", "notes")} of people who were erased in {archive.Where}, such as {foreign[0]}, cannot be opened with the key of the backup: somebody altered them, or put them there. Nobody is erased by that. See who can write there, and put them back from a copy or take them away.";
    }

    private static string Name(Guid user) => $"{Folder}/{user}";
}
