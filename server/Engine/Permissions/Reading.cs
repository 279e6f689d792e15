using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Permissions;

/// <summary>
/// Who may read the records of a type: whoever has the permission to read them all, and whoever holds one of a record's
/// keys; and which of its fields he sees. It is data and no code, so that a query and a test in memory give one answer.
/// </summary>
internal static class Reading
{
    /// <summary>Whether there is anything that the actor could read, were it there.</summary>
    internal static bool AllowsSome(RecordType type, Access access) => AllowsAll(type, access) || Usable(type, access).Any();

    internal static bool AllowsAll(RecordType type, Access access) => access.Can(type.ReadPermission);

    /// <param name="type">The record's type.</param>
    /// <param name="access">Who reads.</param>
    /// <param name="keys">The record's, as <see cref="RecordType.KeysOf"/> gives them.</param>
    internal static bool Allows(RecordType type, Access access, IReadOnlyList<Guid?> keys)
    {
        if (AllowsAll(type, access))
            return true;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is { } value && access.Can(type.Keys[i].Permission) && access.Holds(type.Keys[i].Kind, value))
                return true;
        }

        return false;
    }

    /// <summary>The condition on a row of the type's table under which the actor may read it. True or false, or null for false.</summary>
    internal static Sql Where(RecordType type, Access access) => AllowsAll(type, access)
        ? Sql.Trusted("true")
        : Sql.Join("OR", "false", [.. Usable(type, access).Select(key => (Sql)$"{new SqlName(key.Column)} = ANY({access.KeysOf(key.Kind).ToArray()})")]);

    /// <summary>Whether the actor sees this field in the records that he may read.</summary>
    internal static bool Sees(RecordType type, Access access, Field field) =>
        field.Guard is not { } guard || access.Can(type.Permission($"see.{guard.Name}"));

    /// <summary>The keys that the actor holds any of.</summary>
    internal static IEnumerable<ScopeKey> Usable(RecordType type, Access access) =>
        type.Keys.Where(key => access.Can(key.Permission) && access.KeysOf(key.Kind).Count > 0);
}
