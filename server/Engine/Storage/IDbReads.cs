namespace Holdfast.Engine.Storage;

/// <summary>Where statements are read: each in a transaction of its own (<see cref="DbAccess"/>), or all in one (<see cref="DbTransaction"/>).</summary>
internal interface IDbReads
{
    /// <summary>All rows, mapped by column name (snake_case to PascalCase) to <typeparamref name="T"/>.</summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(Sql sql, CancellationToken cancel = default);
}
