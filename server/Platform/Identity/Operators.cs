using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>Who runs the instance: whoever signed up first (see <see cref="Users.AddAsync"/>).</summary>
internal sealed class Operators(Db db)
{
    internal async Task<bool> IsAsync(Guid user, CancellationToken cancel) =>
        await db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.operators WHERE user_id = {user})", cancel);
}
