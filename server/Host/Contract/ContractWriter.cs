using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Host.Contract;

/// <summary>
/// The contract with the browser, made from the registries: <c>contract.json</c> for what the browser needs at run
/// time, the TypeScript types that follow from it, and <c>vatIds.json</c>.
/// </summary>
internal static class ContractWriter
{
    private const string Indent = "  ";

    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where each generated file stands, from the root of the clone, and what is in it.</summary>
    public static IReadOnlyDictionary<string, string> Files(RecordRegistry registry, Policy policy, IEnumerable<FailureCode> failures)
    {
        var json = Json(registry, policy, failures);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["contract/contract.json"] = json,
            ["contract/vatIds.json"] = VatIds(),
            ["web/src/contract/contract.ts"] = TypeScript(JsonNode.Parse(json)!.AsObject()),
        };
    }

    private static string Json(RecordRegistry registry, Policy policy, IEnumerable<FailureCode> failures)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            EngineContract.Write(json, registry, policy);
            json.WriteStartArray("errors");
            foreach (var failure in failures)
                json.WriteStringValue(failure.Code);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>By its prefix the form of each country's VAT ids and one that is sound, a country a line.</summary>
    private static string VatIds() =>
        $"{{\n{string.Join(",\n", VatId.Told.Select(told => $"{Indent}\"{told.Prefix}\": {{ \"form\": \"{told.Pattern}\", \"example\": \"{told.Example}\" }}"))}\n}}\n";

    private static string TypeScript(JsonObject contract)
    {
        var records = contract["records"]!.AsObject();
        var text = new StringBuilder("// Generated from the server's registries by bin/contract. Do not edit.\n");
        Union(text, "RecordTypeName", records.Select(record => record.Key));
        Union(text, "ScopeName", contract["scopes"]!.AsObject().Select(scope => scope.Key));
        Union(text, "Role", contract["roles"]!.AsObject().Select(role => role.Key));
        Union(text, "OperationName", Strings(contract["operations"]!));
        Union(text, "Permission", records.SelectMany(record => Strings(record.Value!["permissions"]!)));
        Union(text, "ErrorCode", Strings(contract["errors"]!));
        foreach (var (name, record) in records)
            Block(text, $"export interface {TypeName(name)}", Fields(record!).Select(field => $"readonly {field["name"]}: {ValueType(field)};"));
        Block(text, "export interface RecordTypes", records.Select(record => $"\"{record.Key}\": {TypeName(record.Key)};"));

        text.Append("\n/** What a `create` of this type may give; what is left out takes the type's default. */");
        Block(text, "export interface CreateValues", records
            .Where(record => Strings(record.Value!["permissions"]!).Contains($"{record.Key}.create", StringComparer.Ordinal))
            .Select(record => $"\"{record.Key}\": {CreateType(record.Key, record.Value!)};"));
        text.Append("\n/** The fields that a `set` may name. */");
        Block(text, "export interface SettableFields", records
            .Select(record => (record.Key, Fields: string.Join(" | ", Fields(record.Value!).Where(field => field["readOnly"] is null).Select(field => $"\"{field["name"]}\""))))
            .Where(record => record.Fields.Length > 0)
            .Select(record => $"\"{record.Key}\": {record.Fields};"));
        return text.ToString();
    }

    private static string CreateType(string name, JsonNode record)
    {
        var needed = Fields(record).Where(field => field["required"]!.GetValue<bool>() && field["default"] is null).Select(field => $"\"{field["name"]}\"").ToArray();
        return needed.Length == 0 ? $"Partial<{TypeName(name)}>" : $"Partial<{TypeName(name)}> & Pick<{TypeName(name)}, {string.Join(" | ", needed)}>";
    }

    private static string ValueType(JsonNode field)
    {
        var type = field["kind"]!.GetValue<string>() switch
        {
            "list" => "readonly string[]",
            "integer" or "money" => "number",
            // Of a secret a record says only whether it is set.
            "boolean" or "secret" => "boolean",
            "choice" => string.Join(" | ", Strings(field["choices"]!).Select(choice => $"\"{choice}\"")),
            _ => "string",
        };
        return field["required"]!.GetValue<bool>() || field["kind"]!.GetValue<string>() is "list" or "secret" ? type : $"{type} | null";
    }

    private static void Union(StringBuilder text, string name, IEnumerable<string> members)
    {
        text.Append($"\nexport type {name} =\n");
        text.AppendJoin('\n', members.Select(member => $"{Indent}| \"{member}\"")).Append(";\n");
    }

    private static void Block(StringBuilder text, string head, IEnumerable<string> lines)
    {
        text.Append($"\n{head} {{\n");
        foreach (var line in lines)
            text.Append($"{Indent}{line}\n");
        text.Append("}\n");
    }

    /// <summary><c>solo.customer</c> becomes <c>SoloCustomer</c>.</summary>
    private static string TypeName(string name) =>
        string.Concat(name.Split('.', '_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static IEnumerable<JsonNode> Fields(JsonNode record) => record["fields"]!.AsArray().Select(field => field!);

    private static IEnumerable<string> Strings(JsonNode list) => list.AsArray().Select(item => item!.GetValue<string>());
}
