using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Platform.Http;

/// <summary>Reads a JSON object into the properties of <typeparamref name="T"/>, by the same rules that hold for records.</summary>
internal static class InputShape<T>
    where T : class, new()
{
    private static readonly Dictionary<string, Member> Members = typeof(T).GetProperties()
        .Select(property => new Member(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property))
        .ToDictionary(member => member.Name, StringComparer.Ordinal);

    /// <returns>What is wrong, named by field, or null.</returns>
    internal static Failure? Read(JsonElement json, out T value)
    {
        value = new T();
        foreach (var given in json.EnumerateObject())
        {
            if (NameOf(given) is not { } name || !Members.ContainsKey(name))
                return FieldFailures.Unknown.With($"There is a field that is not known here. Known are {string.Join(", ", Members.Keys)}.", Short(NameOf(given)));
        }

        foreach (var member in Members.Values)
        {
            string? text = null;
            if (json.TryGetProperty(member.Name, out var given) && given.ValueKind != JsonValueKind.Null && member.Read(given, out text) is { } failure)
                return failure;
            if (text is not null && !TextRules.IsBlank(text))
                member.Property.SetValue(value, text);
            else if (member.Required)
                return FieldFailures.Required.With($"'{member.Name}' must not be empty.", member.Name);
        }

        return null;
    }

    private static string? NameOf(JsonProperty given)
    {
        try
        {
            return given.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which no field is named by.
            return null;
        }
    }

    /// <summary>An unknown name comes from outside: it is given back only where it looks like one.</summary>
    private static string? Short(string? name) => name is { Length: <= 60 } && name.All(char.IsAsciiLetterOrDigit) ? name : null;

    private sealed class Member(string name, PropertyInfo property)
    {
        private readonly FieldAttribute _rule = property.GetCustomAttribute<FieldAttribute>()
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} says not what it takes: it has no field attribute.");

        internal string Name => name;

        internal PropertyInfo Property => property;

        internal bool Required => _rule.Required;

        internal Failure? Read(JsonElement json, out string? text)
        {
            text = null;
            if (json.ValueKind != JsonValueKind.String)
                return FieldFailures.WrongKind.With($"'{name}' takes text.", name, ("expected", "text"));
            return _rule is ChoiceAttribute choices ? ReadChoice(json, choices, out text) : ReadText(json, (TextAttribute)_rule, out text);
        }

        private Failure? ReadText(JsonElement json, TextAttribute rule, out string? text)
        {
            if (TextRules.Check(name, json, rule.Max, out text) is { } failure)
                return failure;
            return text.Length == 0 || TextRules.Matches(rule.Format, text)
                ? null
                : FieldFailures.Malformed.With(
                    $"'{name}' is not {TextRules.Describe(rule.Format)}.", name, ("format", rule.Format.ToString().ToLowerInvariant()));
        }

        private Failure? ReadChoice(JsonElement json, ChoiceAttribute rule, out string? text)
        {
            text = rule.Choices.FirstOrDefault(choice => json.ValueEquals(choice));
            var allowed = string.Join(", ", rule.Choices);
            return text is null ? FieldFailures.NotAllowed.With($"'{name}' takes one of: {allowed}.", name, ("allowed", allowed)) : null;
        }
    }
}
