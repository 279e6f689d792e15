using System.Reflection;
using System.Text.Json;

namespace Holdfast.Engine.Records;

/// <summary>What a field is called, and where its value stands in a record: in a property, or among the custom values.</summary>
internal sealed record FieldPlace(string Name, string Column, Func<Record, object?> Get, Action<Record, object?> Set)
{
    private static readonly MethodInfo AccessTo = typeof(FieldPlace).GetMethod(nameof(Access), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <inheritdoc cref="Field.Guard"/>
    internal GuardedAttribute? Guard { get; private init; }

    /// <inheritdoc cref="Field.Steps"/>
    internal ILookup<string, string> Steps { get; private init; } = StepsOf([]);

    internal static FieldPlace Of(PropertyInfo property, string? column)
    {
        if (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} cannot be empty. Make it {property.PropertyType.Name}?.");
        var (get, set) = ((Func<Record, object?>, Action<Record, object?>))AccessTo.MakeGenericMethod(property.DeclaringType!, property.PropertyType).Invoke(null, [property])!;
        return new FieldPlace(
            JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            column ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
            get,
            set)
        {
            Guard = property.GetCustomAttribute<GuardedAttribute>(),
            Steps = StepsOf(property.GetCustomAttributes<StepAttribute>()),
        };
    }

    /// <summary>Delegates to what the property is compiled to: a start makes those of all fields, and has nothing to compile for it.</summary>
    private static (Func<Record, object?> Get, Action<Record, object?> Set) Access<TRecord, TValue>(PropertyInfo property)
        where TRecord : Record
    {
        var (get, set) = (property.GetMethod!.CreateDelegate<Func<TRecord, TValue>>(), property.SetMethod!.CreateDelegate<Action<TRecord, TValue>>());
        return (record => get((TRecord)record), (record, value) => set((TRecord)record, (TValue)value!));
    }

    private static ILookup<string, string> StepsOf(IEnumerable<StepAttribute> steps) =>
        steps.SelectMany(step => step.To, (step, to) => (step.From, To: to)).ToLookup(step => step.From, step => step.To, StringComparer.Ordinal);
}
