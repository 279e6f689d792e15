using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Sync;

/// <summary>What a browser subscribes to: the records of a type that its person may read, all of them or those with one key.</summary>
/// <param name="Type">Of which type.</param>
/// <param name="Key">The key that they have; null for all.</param>
/// <param name="Value">Its value; empty where there is no key.</param>
internal sealed record Scope(RecordType Type, ScopeKey? Key = null, Guid Value = default)
{
    /// <summary><c>solo.customers</c>, or <c>comms.messages(channel:0198c1f2-…)</c>.</summary>
    internal string Name { get; } = Key is null ? Type.Scope : $"{Type.Scope}({Key.Name}:{Value})";

    private readonly int _index = Key is null ? -1 : Type.Keys.IndexOf(Key);

    /// <summary>Whether a record with these keys is in it.</summary>
    internal bool Holds(RecordType type, IReadOnlyList<Guid?> keys) => type == Type && (_index < 0 || keys[_index] == Value);

    /// <summary>The condition on a row of the type's table that it is in the scope.</summary>
    internal Sql Where() => Key is null ? Sql.Trusted("true") : $"{new SqlName(Key.Column)} = {Value}";

    /// <summary>Whether the actor may read anything in it, were it there.</summary>
    internal bool IsOpenTo(Access access) => Key is null
        ? Reading.AllowsSome(Type, access)
        : Reading.AllowsAll(Type, access)
            // Another key of a record may open it, which this scope cannot know; the one that it names must not be a stranger's.
            || (access.Can(Key.Permission) && access.Holds(Key.Kind, Value))
            || Reading.Usable(Type, access).Any(key => key != Key);

    internal static Scope? Parse(RecordRegistry registry, string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return registry.FindByScope(text) is { } whole ? new Scope(whole) : null;
        var colon = text.IndexOf(':', open);
        if (registry.FindByScope(text[..open]) is not { } type || colon < 0 || text[^1] != ')' || !Guid.TryParseExact(text[(colon + 1)..^1], "D", out var value))
            return null;
        var key = type.Keys.FirstOrDefault(key => text.AsSpan(open + 1, colon - open - 1).SequenceEqual(key.Name));
        var scope = key is null ? null : new Scope(type, key, value);
        // One scope has one name, or it would be read and kept once for each spelling of its id.
        return scope?.Name == text ? scope : null;
    }
}
