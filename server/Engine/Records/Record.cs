using System.Collections.Immutable;

namespace Holdfast.Engine.Records;

/// <summary>
/// What people make and share. A record type is a class that derives from this one; its properties with a field
/// attribute are its fields. What stands here belongs to every record and is filled in by the write path.
/// </summary>
public abstract class Record
{
    /// <summary>UUIDv7, made by whoever creates the record.</summary>
    public Guid Id { get; internal set; }

    /// <summary>The sequence number of the last transaction that touched the record; 0 before the first.</summary>
    public long Version { get; internal set; }

    public DateTimeOffset CreatedAt { get; internal set; }

    /// <summary>The user who created the record; null where the server did so by itself.</summary>
    public Guid? CreatedBy { get; internal set; }

    public DateTimeOffset UpdatedAt { get; internal set; }

    public Guid? UpdatedBy { get; internal set; }

    /// <summary>Values of custom fields, by their keys: each as the JSON that the log and the wire hold.</summary>
    internal ImmutableSortedDictionary<string, string> Custom { get; set; } = CustomValues.None;

    internal Record Copy() => (Record)MemberwiseClone();
}

/// <summary>Names a record type, its table, and who may change it.</summary>
/// <param name="name"><c>module.noun</c>, as it stands in the log and on the wire.</param>
/// <param name="table"><c>schema.nouns</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RecordAttribute(string name, string table) : Attribute
{
    public string Name { get; } = name;

    public string Table { get; } = table;

    /// <summary>The built-in roles, besides the owner, that create, change and delete records of this type.</summary>
    public string[] ChangedBy { get; set; } = [];

    /// <summary>What the server's commands alone do with records of this type: <c>create</c>, <c>update</c>, <c>delete</c>. No role permits it.</summary>
    public string[] ServerOnly { get; set; } = [];

    /// <summary>What else is done with records of this type, at an address of its own, each with a permission: <c>invite</c>. Owners and admins may.</summary>
    public string[] Actions { get; set; } = [];

    /// <summary>Whether a role can permit to read all records of the type. Else they are read by their keys alone: what people say to each other.</summary>
    public bool ReadByRole { get; set; } = true;

    /// <summary>Whoever holds the record's id under this kind of key may read the record: a conversation, by those who take part.</summary>
    public string? ReadBy { get; set; }

    /// <summary>Whether guests read all records of the type like everyone else.</summary>
    public bool ReadByGuests { get; set; }

    /// <summary>How many records a browser gets at once, the newest; 0 for as many as it can hold. The server answers what lies beyond.</summary>
    public int Window { get; set; }

    /// <summary>The built-in roles, besides the owner, that may read the secrets of records of this type.</summary>
    public string[] RevealedBy { get; set; } = [];

    /// <summary>A workspace may define fields of its own for records of this type; they stand in the column <c>ext</c>.</summary>
    public bool CustomFields { get; set; }

    /// <summary>
    /// The rules look at all records of the type in the workspace, not only at the one that changes. For types of
    /// which a workspace has few: they are all read whenever one of them changes.
    /// </summary>
    public bool RulesSeeAll { get; set; }
}

/// <summary>
/// No two records of a workspace hold the same values in these fields together; an empty one is like no other. The
/// table says it too, with a constraint that bears the name that PostgreSQL gives to <c>UNIQUE (workspace_id, …)</c>.
/// </summary>
/// <param name="properties">The names of the properties.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class UniqueAttribute(params string[] properties) : Attribute
{
    public string[] Properties { get; } = properties;
}

/// <summary>The table has an index on these fields, after <c>workspace_id</c>.</summary>
/// <param name="properties">The names of the properties.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IndexAttribute(params string[] properties) : Attribute
{
    public string[] Properties { get; } = properties;

    /// <summary>The index leaves <c>workspace_id</c> out: the system asks in which workspaces something is.</summary>
    public bool AcrossWorkspaces { get; set; }
}
