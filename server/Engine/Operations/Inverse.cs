using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>The operations that undo others: the inverse of a transaction is a transaction.</summary>
public static class Inverse
{
    /// <summary>What undoes one operation; nothing where it changed nothing.</summary>
    /// <param name="operation">To be undone.</param>
    /// <param name="before">The record before it; null for a create and a restore.</param>
    /// <exception cref="InvalidOperationException">The operation set a secret, of which nobody knows what it was before.</exception>
    public static IReadOnlyList<Operation> Of(Operation operation, Record? before)
    {
        var (type, id) = (operation.Type, operation.Record);
        return operation switch
        {
            CreateOperation or RestoreOperation => [new DeleteOperation(type, id)],
            DeleteOperation => [new RestoreOperation(type, id)],
            FieldOperation { Field: SecretField } => throw new InvalidOperationException("What a secret was before, nobody knows: it cannot be undone."),
            FieldOperation step => OfStep(step, before!),
            _ => throw new InvalidOperationException($"{operation.GetType().Name} has no inverse."),
        };
    }

    private static IReadOnlyList<Operation> OfStep(FieldOperation operation, Record before)
    {
        var (type, id, field) = (operation.Type, operation.Record, operation.Field);
        var held = field.Get(before);
        switch (operation)
        {
            // Of a custom value only its definition knows the kind; and a number that was empty was not 0.
            case not SetOperation when field is CustomValueField || held is null:
                return [new SetOperation(type, id, field, held)];
            case IncrementOperation increment:
                return [new IncrementOperation(type, id, field, -increment.By)];
            case ListInsertOperation insert:
                return IndexOf(held, insert.Item) < 0 ? [new ListRemoveOperation(type, id, field, insert.Item)] : [];
            case ListRemoveOperation remove:
                return IndexOf(held, remove.Item) is >= 0 and var index
                    ? [new ListInsertOperation(type, id, field, remove.Item, new ListPlace(Index: index))]
                    : [];
            default:
                return [new SetOperation(type, id, field, held)];
        }
    }

    private static int IndexOf(object? list, string item) => Array.IndexOf([.. (IReadOnlyList<string>)list!], item);
}
