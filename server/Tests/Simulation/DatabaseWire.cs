using Npgsql;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// Stands between the nodes and PostgreSQL. A question is asked at once; its answer is kept until the simulator lets it
/// through, so that answers arrive in the order of the seed and not in that of the machine.
/// </summary>
/// <param name="control">A superuser's connection to the same database, which no node uses.</param>
internal sealed class DatabaseWire(NpgsqlConnection control) : IDisposable
{
    private const int WaitBeforeLooking = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Question> _questions = [];
    private readonly AutoResetEvent _bell = new(initialState: false);
    private int _blocked;

    /// <summary>What is put in place of the statements of the nodes. For showing what a statement is for.</summary>
    public Func<string, string>? Forgery { get; set; }

    /// <summary>The questions whose answers wait to be let through, in the order in which they were asked.</summary>
    public IReadOnlyList<Question> Answered => [.. _questions.Where(question => question.IsAnswered)];

    /// <summary>A way to the database, for one node after the other.</summary>
    public DatabaseLine NewLine() => new(this);

    /// <summary>From any thread: an answer is there, or what follows from it.</summary>
    public void Ring() => _bell.Set();

    /// <summary>Takes a question, to ask it as soon as the node has come to rest.</summary>
    public void Put(Question question) => _questions.Add(question);

    public void LetThrough(Question question)
    {
        _questions.Remove(question);
        question.LetThrough();
        Settle();
    }

    /// <summary>Asks what is to be asked, and waits until every answer is here, or waits for a lock that someone else holds.</summary>
    public void Settle()
    {
        // One after the other: each may take the last connection.
        foreach (var question in _questions)
        {
            if (!question.MayBeAsked)
                continue;
            question.Ask();
            _blocked = 0;
        }

        // Whoever waits for a lock waits until the next question: nobody else can give it back.
        for (var began = Environment.TickCount64; Asked() is var asked && asked != _blocked;)
        {
            if (!_bell.WaitOne(WaitBeforeLooking))
                _blocked = Blocked() == asked ? asked : 0;
            if (Environment.TickCount64 - began > Patience.TotalMilliseconds)
                throw new TimeoutException($"PostgreSQL does not answer: {asked} questions are asked, {Blocked()} wait for a lock.");
        }
    }

    /// <summary>Whoever used the line is gone: what he had not committed is undone; what he had stays, though he was not told.</summary>
    public void Cut(DatabaseLine line)
    {
        _blocked = 0;
        var asked = _questions.Where(question => question.Line == line && question.IsAsked).ToArray();
        foreach (var blocked in asked.Where(question => !question.IsAnswered))
        {
            using var end = new NpgsqlCommand("SELECT pg_cancel_backend($1)", control);
            end.Parameters.Add(new NpgsqlParameter { Value = blocked.Connection!.ProcessID });
            end.ExecuteNonQuery();
        }

        while (!asked.All(question => question.IsAnswered))
            _bell.WaitOne(WaitBeforeLooking);
        foreach (var question in asked)
            question.Drop();
        _questions.RemoveAll(question => question.Line == line);
        line.Close();
        Settle();
    }

    public void Dispose() => _bell.Dispose();

    private int Asked() => _questions.Count(question => question is { IsAsked: true, IsAnswered: false });

    private int Blocked()
    {
        using var count = new NpgsqlCommand("SELECT count(DISTINCT pid)::int FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted", control);
        return (int)count.ExecuteScalar()!;
    }
}
