using Npgsql;

namespace Holdfast.Tests.Simulation;

/// <summary>A question of a node, from its asking until its answer is let through.</summary>
internal abstract class Question(DatabaseLine line, NpgsqlConnection? connection)
{
    internal DatabaseLine Line => line;

    internal NpgsqlConnection? Connection => connection;

    internal Func<bool> HasRoom { get; init; } = () => true;

    internal bool MayBeAsked => !IsAsked && HasRoom();

    internal abstract bool IsAsked { get; }

    internal abstract bool IsAnswered { get; }

    internal abstract void Ask();

    internal abstract void LetThrough();

    internal abstract void Drop();
}

internal sealed class Question<T>(DatabaseLine line, NpgsqlConnection? connection, Func<Task<T>> ask) : Question(line, connection)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<T>? _asked;

    internal Task<T> Answer => _answer.Task;

    internal Action<NpgsqlConnection, T>? BeforeHand { get; init; }

    internal Action<T>? Dropped { get; init; }

    internal override bool IsAsked => _asked is not null;

    internal override bool IsAnswered => _asked is { IsCompleted: true };

    internal override void Ask()
    {
        _asked = ask();
        _ = _asked.ContinueWith(_ => Line.Ring(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    internal override void LetThrough()
    {
        if (_asked!.IsCompletedSuccessfully)
            BeforeHand?.Invoke(Connection!, _asked.GetAwaiter().GetResult());
        _answer.SetFromTask(_asked);
    }

    internal override void Drop()
    {
        if (_asked!.IsCompletedSuccessfully)
            Dropped?.Invoke(_asked.GetAwaiter().GetResult());
    }
}
