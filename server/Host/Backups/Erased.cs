using Holdfast.Engine.Storage;

namespace Holdfast.Host.Backups;

/// <summary>
/// Who was erased, noted beside the backups by an id that names nobody any more: a backup from before holds him still, and whoever
/// restores it erases him anew. An object for each proves itself as the rest of the archive does, so that nobody else adds one.
/// </summary>
internal static class Erased
{
    private const string Folder = "erased";

    /// <summary>Brings database and archive to know the same.</summary>
    /// <param name="archive">Where backups are.</param>
    /// <param name="db">The database; one from before people could be erased learns of them when it is up to date.</param>
    /// <param name="cancel">Stops between two.</param>
    /// <exception cref="StartException">The place cannot be read or written, or an object there is not ours.</exception>
    public static async Task AgreeAsync(BackupArchive archive, Db db, CancellationToken cancel)
    {
        if (!await db.Instance.FirstAsync<bool>($"SELECT to_regclass('identity.erasures') IS NOT NULL", cancel))
            return;
        var known = (await db.Instance.QueryAsync<Guid>($"SELECT user_id FROM identity.erasures", cancel)).ToHashSet();
        var noted = new HashSet<Guid>();
        foreach (var item in await archive.ListAsync(Folder, cancel))
        {
            if (Guid.TryParse(item.Name.Split('/')[1], out var user))
                noted.Add(user);
        }

        foreach (var user in known.Except(noted))
            await archive.PutAsync(Name(user), user.ToByteArray(), cancel);
        foreach (var user in noted.Except(known))
        {
            await archive.GetAsync(Name(user), cancel);
            await db.Instance.ExecuteAsync($"INSERT INTO identity.erasures (user_id, erased_at) VALUES ({user}, now()) ON CONFLICT DO NOTHING");
        }
    }

    private static string Name(Guid user) => $"{Folder}/{user}";
}
