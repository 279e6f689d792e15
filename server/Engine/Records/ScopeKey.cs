namespace Holdfast.Engine.Records;

/// <summary>A stored column by which records are read and subscribed to.</summary>
/// <param name="Name">The field's, or <c>id</c>.</param>
/// <param name="Column">Where it is stored.</param>
/// <param name="Kind">The kind of key that opens it.</param>
/// <param name="Permission">What a role must permit besides.</param>
/// <param name="Of">Its value in a record.</param>
internal sealed record ScopeKey(string Name, string Column, string Kind, string Permission, Func<Record, Guid?> Of);

/// <summary>A key that a record has from the one above it.</summary>
/// <param name="Field">Where it is stored.</param>
/// <param name="Through">Names the record above.</param>
/// <param name="Parent">The type of that.</param>
/// <param name="Of">The key there.</param>
internal sealed record InheritedKey(ReferenceField Field, ReferenceField Through, RecordType Parent, ScopeKey Of);

/// <summary>Where a record type that hands out keys holds them.</summary>
internal sealed record Grant(string Kind, Field Member, Field Key);
