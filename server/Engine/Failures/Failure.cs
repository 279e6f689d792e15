using System.Collections.ObjectModel;
using System.Reflection;
using System.Text.Json;

namespace Holdfast.Engine.Failures;

/// <summary>
/// A way in which a request can fail that its sender can do something about. Declared as a static field beside
/// the code that answers with it; the browser translates it by <see cref="Code"/>.
/// </summary>
/// <param name="Code">Stable, lower case, <c>subject.what</c>.</param>
/// <param name="Status">The HTTP status that fits.</param>
/// <param name="Title">One English sentence, the same for every occurrence.</param>
public sealed record FailureCode(string Code, int Status, string Title)
{
    /// <param name="detail">English, for the developer who reads the answer: what is wrong and the way out.</param>
    /// <param name="field">The field of the body or record that is to blame.</param>
    /// <param name="values">What the browser's text names, such as the greatest length.</param>
    public Failure With(string detail, string? field = null, params (string Name, object Value)[] values) =>
        new(this, detail, field, values.Length == 0 ? null : values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal).AsReadOnly());

    /// <summary>All codes declared in the given projects, for the contract.</summary>
    public static IReadOnlyList<FailureCode> DeclaredIn(IEnumerable<Assembly> projects) =>
    [
        .. projects.SelectMany(project => project.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(FailureCode))
            .Select(field => (FailureCode)field.GetValue(null)!)
            .DistinctBy(code => code.Code)
            .OrderBy(code => code.Code, StringComparer.Ordinal),
    ];
}

/// <summary>An expected failure: a value, never an exception.</summary>
public sealed record Failure(FailureCode Code, string Detail, string? Field, ReadOnlyDictionary<string, object>? Params)
{
    /// <summary>The same with more for the browser's text to name. What has a name already stays.</summary>
    public Failure And(params ReadOnlySpan<(string Name, object Value)> values)
    {
        var all = new Dictionary<string, object>(Params ?? ReadOnlyDictionary<string, object>.Empty, StringComparer.Ordinal);
        foreach (var (name, value) in values)
            all.TryAdd(name, value);
        return this with { Params = all.AsReadOnly() };
    }

    /// <summary>The same, saying which operation of its transaction was refused, counted from 0, and on which record that was.</summary>
    internal Failure Of(int operation, string? type, string? id) =>
        And([("operation", operation), .. type is null ? [] : new (string, object)[] { ("type", type) }, .. id is null ? [] : new (string, object)[] { ("id", id) }]);

    /// <summary>Writes the problem object of RFC 9457, the same over HTTP and the socket.</summary>
    public void Write(Utf8JsonWriter json, string? traceId = null)
    {
        json.WriteStartObject();
        json.WriteString("type", $"urn:holdfast:error:{Code.Code}");
        json.WriteString("title", Code.Title);
        json.WriteNumber("status", Code.Status);
        json.WriteString("detail", Detail);
        json.WriteString("code", Code.Code);
        if (Field is not null)
            json.WriteString("field", Field);
        if (Params is not null)
        {
            json.WritePropertyName("params");
            JsonSerializer.Serialize(json, Params);
        }

        if (traceId is not null)
            json.WriteString("traceId", traceId);
        json.WriteEndObject();
    }
}
