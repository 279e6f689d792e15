using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Apps.Solo.Samples;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;

namespace Holdfast.Tests.Support;

/// <summary>
/// One record of every type, made up from the metadata: what the attack suites are after. A new type is among them by being
/// registered. Where its rules do not take what is made up here, <see cref="Said"/> says what they take.
/// </summary>
internal sealed class Samples
{
    /// <summary>Stands in every text of every sample, and nowhere else.</summary>
    public const string Canary = "canary";

    /// <summary>What cannot be made up.</summary>
    private static readonly Dictionary<string, Func<Samples, JsonObject>> Said = new(StringComparer.Ordinal)
    {
        ["access.role"] = _ => new() { ["permissions"] = new JsonArray() },
        ["access.field"] = _ => new() { ["recordType"] = "solo.customer", ["key"] = Canary, ["kind"] = "text", ["required"] = false },
        ["solo.customer"] = _ => new() { ["vatId"] = "DE136695976", ["eInvoiceScheme"] = "0204", [$"ext.{Canary}"] = Canary },
        ["solo.project"] = _ => new() { ["budgetMinutes"] = null, ["warnAt"] = 80, ["alertAt"] = 100 },
        ["solo.task"] = _ => new() { ["assignee"] = null },
        ["platform.comment"] = samples => new() { ["recordType"] = "solo.customer", ["record"] = samples._ids["solo.customer"], ["author"] = samples._keys["member"] },
    };

    private readonly Dictionary<string, Guid> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _creates = [];

    /// <param name="registry">Which types there are.</param>
    /// <param name="workspace">Whose records they will be.</param>
    /// <param name="member">The member who makes them, and holds the keys that they hand out.</param>
    public Samples(RecordRegistry registry, Guid workspace, Guid member)
    {
        (_ids["access.workspace"], _ids["access.member"], _keys["member"]) = (workspace, member, member);
        (_ids["jobs.run"], _ids["solo.sample"]) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        ByServer = [Compose.Create(registry, _ids["jobs.run"], new JobRun { Member = member, Kind = Canary, Step = Canary, State = JobRun.Done }), Compose.Create(registry, _ids["solo.sample"], new Sample { Records = [Canary] })];
        foreach (var type in registry.All.OrderBy(type => type.Rank).Where(type => !_ids.ContainsKey(type.Name)))
        {
            if (!type.Verbs.Contains("create"))
                throw new InvalidOperationException($"No role creates a {type.Name}, so no sample can be made. Name one here, as access.member is.");
            var own = type.Keys.FirstOrDefault(key => key.Name == "id");
            _ids[type.Name] = own is null ? Guid.CreateVersion7() : Key(own.Kind);
        }

        var made = new HashSet<string>(StringComparer.Ordinal) { "access.workspace", "access.member", "jobs.run", "solo.sample" };
        foreach (var type in registry.All.OrderBy(type => type.Rank).Where(type => !made.Contains(type.Name)))
        {
            _creates.Add(Create(type, made));
            made.Add(type.Name);
        }
    }

    /// <summary>The id of the sample of each type.</summary>
    public IReadOnlyDictionary<string, Guid> Ids => _ids;

    /// <summary>The operations that make them, for one transaction of the member.</summary>
    public IReadOnlyList<JsonObject> Creates => _creates;

    /// <summary>The operations that make those which the server alone makes.</summary>
    public IReadOnlyList<Operation> ByServer { get; }

    /// <summary>The key of a kind that samples stand under, such as <c>party</c>.</summary>
    public Guid Key(string kind) => _keys.TryGetValue(kind, out var key) ? key : _keys[kind] = Guid.CreateVersion7();

    private JsonObject Create(RecordType type, HashSet<string> made)
    {
        var values = Said.GetValueOrDefault(type.Name)?.Invoke(this) ?? [];
        foreach (var field in type.Fields.Where(field => !field.ReadOnly && !values.ContainsKey(field.Name)))
        {
            if (Value(type, field, made) is { } value)
                values[field.Name] = value;
        }

        return new JsonObject { ["op"] = "create", ["type"] = type.Name, ["id"] = _ids[type.Name], ["values"] = values };
    }

    private JsonNode? Value(RecordType type, Field field, HashSet<string> made) => field switch
    {
        TextField { Format: TextFormat.Email } => $"{Canary}@example.org",
        TextField { Format: TextFormat.Currency } => "EUR",
        TextField { Format: TextFormat.Language } => "en",
        TextField { Format: TextFormat.Country } => "DE",
        TextField { Format: TextFormat.Order } => "i",
        TextField text => Canary[..Math.Min(Canary.Length, text.Max)],
        ChoiceField choice => choice.Choices[0],
        TextListField => new JsonArray(Canary),
        NumberField number => Math.Clamp(1, number.Min, number.Max),
        BooleanField => true,
        DateField => "2026-11-21",
        TimeField => "2026-11-21T10:00:00.000Z",
        SecretField => Canary,
        SealedField => Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)),
        ReferenceField when type.Grant?.Member == field => Key("member"),
        ReferenceField when type.Grant is { } grant && grant.Key == field => Key(grant.Kind),
        ReferenceField { ReadBy: { } kind } => Key(kind),
        ReferenceField { Target: { } target } => made.Contains(target) ? _ids[target] : null,
        ReferenceField => Guid.CreateVersion7(),
        _ => throw new InvalidOperationException($"{type.Name}.{field.Name} is of a kind for which there is no sample yet: {field.Kind}."),
    };
}
