using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Holdfast.Engine.Records;

/// <summary>What a field is called, and where its value stands in a record: in a property, or among the custom values.</summary>
internal sealed record FieldPlace(string Name, string Column, Func<Record, object?> Get, Action<Record, object?> Set)
{
    /// <inheritdoc cref="Field.Guard"/>
    internal GuardedAttribute? Guard { get; private init; }

    /// <inheritdoc cref="Field.Steps"/>
    internal ILookup<string, string> Steps { get; private init; } = StepsOf([]);

    internal static FieldPlace Of(PropertyInfo property, string? column)
    {
        if (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} cannot be empty. Make it {property.PropertyType.Name}?.");
        var record = Expression.Parameter(typeof(Record));
        var value = Expression.Parameter(typeof(object));
        var access = Expression.Property(Expression.Convert(record, property.DeclaringType!), property);
        return new FieldPlace(
            JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            column ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
            Expression.Lambda<Func<Record, object?>>(Expression.Convert(access, typeof(object)), record).Compile(),
            Expression.Lambda<Action<Record, object?>>(
                Expression.Assign(access, Expression.Convert(value, property.PropertyType)), record, value).Compile())
        {
            Guard = property.GetCustomAttribute<GuardedAttribute>(),
            Steps = StepsOf(property.GetCustomAttributes<StepAttribute>()),
        };
    }

    private static ILookup<string, string> StepsOf(IEnumerable<StepAttribute> steps) =>
        steps.SelectMany(step => step.To, (step, to) => (step.From, To: to)).ToLookup(step => step.From, step => step.To, StringComparer.Ordinal);
}
