using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;

namespace Holdfast.Engine;

/// <summary>What the engine says of itself to the outside: the parts of the contract that come from record types.</summary>
public static class EngineContract
{
    /// <summary>Writes the members <c>protocol</c>, <c>schema</c>, <c>operations</c>, <c>records</c>, <c>scopes</c> and <c>roles</c> of an open object.</summary>
    public static void Write(Utf8JsonWriter json, RecordRegistry registry, Policy policy)
    {
        json.WriteNumber("protocol", ClientFrameReader.Protocol);
        json.WriteNumber("schema", registry.Schema);
        WriteNames(json, "operations", OperationReader.Names);
        json.WriteStartObject("records");
        foreach (var type in registry.All)
            Write(json, type);
        json.WriteEndObject();
        json.WriteStartObject("scopes");
        foreach (var type in registry.All)
        {
            json.WriteStartObject(type.Scope);
            WriteNames(json, "records", [type.Name]);
            WriteNames(json, "keys", type.Keys.Select(key => key.Name));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("roles");
        foreach (var role in Roles.All)
            WriteNames(json, role, registry.All.SelectMany(Permissions).Where(policy.PermissionsOf(role).Contains));
        json.WriteEndObject();
    }

    private static IEnumerable<string> Permissions(RecordType type) => type.Verbs.Select(type.Permission);

    private static void Write(Utf8JsonWriter json, RecordType type)
    {
        var defaults = type.New(Guid.Empty);
        json.WriteStartObject(type.Name);
        json.WriteString("scope", type.Scope);
        WriteNames(json, "permissions", Permissions(type));
        if (type.TakesCustomFields)
            json.WriteBoolean("customFields", true);
        json.WriteStartArray("fields");
        foreach (var field in type.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("kind", field.Kind);
            json.WriteBoolean("required", field.Required);
            if (field.ReadOnly)
                json.WriteBoolean("readOnly", true);
            if (field.Guard is { } guard)
                json.WriteString("guard", guard.Name);
            field.Describe(json);
            if (field.Get(defaults) is { } value)
            {
                json.WritePropertyName("default");
                field.Write(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
