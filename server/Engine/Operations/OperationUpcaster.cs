using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Brings operations of an older schema up to date, as JSON, before they are read. What is not well formed goes through
/// as it is, and the reader says what is wrong with it.
/// </summary>
internal sealed class OperationUpcaster(RecordRegistry registry)
{
    internal JsonElement Upcast(JsonElement operations, int schema)
    {
        var upcast = operations.EnumerateArray().SelectMany(item => UpcastOne(item, schema));
        return JsonText.Parse($"[{string.Join(',', upcast)}]");
    }

    private string[] UpcastOne(JsonElement item, int schema)
    {
        if (item.ValueKind != JsonValueKind.Object || !OperationReader.TryText(item, "type", out var type) || !registry.ChangesSince(type, schema).Any())
            return [item.GetRawText()];
        try
        {
            JsonObject[] steps = [(JsonObject)JsonNode.Parse(item.GetRawText())!];
            foreach (var change in registry.ChangesSince(type, schema))
                steps = [.. steps.SelectMany(step => Upcast(step, change))];
            return [.. steps.Select(step => step.ToJsonString(JsonText.Relaxed))];
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair, which nobody can write down.
            return [item.GetRawText()];
        }
    }

    private static IEnumerable<JsonObject> Upcast(JsonObject operation, SchemaChange change)
    {
        UpcastGuard(operation, change);
        if (operation["values"] is JsonObject values)
            operation["values"] = change.Map(values);
        if (Text(operation["field"]) is not { } field)
            return [operation];
        if (Text(operation["op"]) == "set" && operation.TryGetPropertyValue("value", out var value))
        {
            var parts = change.Map(field, value).ToArray();
            return parts.Select((pair, i) =>
            {
                var set = (JsonObject)operation.DeepClone();
                set["field"] = pair.Field;
                set["value"] = pair.Value;
                // What must hold before is asked before the first part, and what must be unique after the last.
                KeepGuards(set, unique => unique ? i == parts.Length - 1 : i == 0);
                return set;
            });
        }

        // A step on part of a value means nothing once that is another one. Left as it is, it is refused by its field's old name.
        if (!change.IsSame(field) && change.Names(field).Count > 0)
            return [operation];
        return change.Names(field).Select(name =>
        {
            var step = (JsonObject)operation.DeepClone();
            step["field"] = name;
            return step;
        });
    }

    private static void UpcastGuard(JsonObject operation, SchemaChange change) =>
        SetGuards(operation, Guards(operation).SelectMany(guard => UpcastGuard(guard, change)));

    private static void KeepGuards(JsonObject operation, Func<bool, bool> keep) =>
        SetGuards(operation, Guards(operation).Where(guard => keep(guard is JsonObject unique && unique.ContainsKey("unique"))).Select(guard => guard?.DeepClone()));

    private static JsonNode?[] Guards(JsonObject operation) => operation["guard"] switch { null => [], JsonArray list => [.. list], var guard => [guard] };

    private static void SetGuards(JsonObject operation, IEnumerable<JsonNode?> changed)
    {
        if (!operation.ContainsKey("guard"))
            return;
        var guards = changed.ToArray();
        if (guards.Length == 0)
            operation.Remove("guard");
        else
            operation["guard"] = guards.Length == 1 ? guards[0] : new JsonArray(guards);
    }

    private static IEnumerable<JsonNode?> UpcastGuard(JsonNode? guard, SchemaChange change)
    {
        if (guard is JsonObject expects && Text(expects["field"]) is { } field && expects.TryGetPropertyValue("equals", out var value))
            return change.Map(field, value).Select(pair => new JsonObject { ["field"] = pair.Field, ["equals"] = pair.Value });
        if (guard is JsonObject { Count: 1 } unique && unique["unique"] is JsonArray names)
        {
            string[] now = [.. names.SelectMany(name => Text(name) is { } old ? change.Names(old) : [])];
            return now.Length == 0 ? [] : [new JsonObject { ["unique"] = new JsonArray([.. now.Select(name => JsonValue.Create(name))]) }];
        }

        return [guard?.DeepClone()];
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
