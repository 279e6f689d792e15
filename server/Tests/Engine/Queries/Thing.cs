using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Tests.Engine.Queries;

/// <summary>A record type with every kind of column that a query can ask after, and one field that not everyone sees.</summary>
[Record("test.thing", "test.things")]
internal sealed class Thing : Record
{
    internal const string Table = """
        DROP SCHEMA IF EXISTS test CASCADE;
        CREATE SCHEMA test;
        CREATE TABLE test.things (
          workspace_id uuid NOT NULL, id uuid NOT NULL, version bigint NOT NULL,
          created_at timestamptz NOT NULL, created_by uuid, updated_at timestamptz NOT NULL, updated_by uuid,
          name text NOT NULL, nick text, status text, tags text[] NOT NULL, owner uuid, rate text,
          PRIMARY KEY (workspace_id, id));
        SELECT engine.protect_records('test.things')
        """;

    [Text(200, Required = true)]
    public string? Name { get; set; }

    [Text(200)]
    public string? Nick { get; set; }

    [Choice("new", "open", "closed")]
    public string? Status { get; set; }

    [TextList(50, 10)]
    public IReadOnlyList<string> Tags { get; set; } = [];

    [Reference]
    public Guid? Owner { get; set; }

    [Text(200)]
    [Guarded("rates")]
    public string? Rate { get; set; }

    internal static RecordRegistry Registry { get; } = new([new RecordRegistration(typeof(Thing))], []);

    internal static RecordType Type => Registry.Of<Thing>();

    /// <summary>Someone who reads all things.</summary>
    /// <param name="sees">Whether he sees the rate too.</param>
    /// <param name="user">Who he is.</param>
    internal static Access Reader(bool sees, Guid? user = null) => new(
        new Policy(Registry, []), Actor.Person(user ?? Guid.CreateVersion7(), Guid.CreateVersion7()), member: null,
        new[] { Type.Permission("read") }.Concat(sees ? [Type.Permission("see.rates")] : []).ToFrozenSet(StringComparer.Ordinal),
        ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);
}
