namespace Holdfast.Engine.Records;

/// <summary>A stored column by which records are read and subscribed to.</summary>
/// <param name="Field">The field that holds it.</param>
/// <param name="Kind">The kind of key that opens it.</param>
/// <param name="Permission">What a role must permit besides.</param>
internal sealed record ScopeKey(Field Field, string Kind, string Permission);

/// <summary>Where a record type that hands out keys holds them.</summary>
internal sealed record Grant(string Kind, Field Member, Field Key);
