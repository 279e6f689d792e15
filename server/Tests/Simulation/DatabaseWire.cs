using System.Data;
using Holdfast.Engine.Storage;
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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<Line> _lines = [];
    private readonly List<Question> _questions = [];
    private readonly AutoResetEvent _bell = new(initialState: false);
    private int _blocked;

    /// <summary>What is put in place of the statements of the nodes. For showing what a statement is for.</summary>
    public Func<string, string>? Forgery { get; set; }

    /// <summary>The questions whose answers wait to be let through, in the order in which they were asked.</summary>
    public IReadOnlyList<Question> Answered => [.. _questions.Where(question => question.IsAnswered)];

    /// <summary>A way to the database, for one node after the other.</summary>
    public Line NewLine()
    {
        var line = new Line(this);
        _lines.Add(line);
        return line;
    }

    /// <summary>From any thread: an answer is there, or what follows from it.</summary>
    public void Ring() => _bell.Set();

    public void LetThrough(Question question)
    {
        _questions.Remove(question);
        question.LetThrough();
        Settle();
    }

    /// <summary>Asks what is to be asked, and waits until every answer is here, or waits for a lock that someone else holds.</summary>
    public void Settle()
    {
        foreach (var line in _lines)
            line.Forget();
        // One after the other: each may take the last connection.
        foreach (var question in _questions)
        {
            if (!question.MayBeAsked)
                continue;
            question.Ask();
            _blocked = 0;
        }

        var began = Environment.TickCount64;
        // Whoever waits for a lock waits until the next question: nobody else can give it back.
        while (Asked() != _blocked || !_lines.TrueForAll(line => line.IsSettled))
        {
            var asked = Asked();
            if (!_bell.WaitOne(WaitBeforeLooking) && asked > 0)
                _blocked = Blocked() == asked ? asked : 0;
            if (Environment.TickCount64 - began > Patience.TotalMilliseconds)
                throw new TimeoutException($"A node went on without the simulator, or PostgreSQL does not answer: {Asked()} are asked, {Blocked()} blocked, {string.Join(' ', _lines.Select(line => line.IsSettled))}");
        }
    }

    /// <summary>Whoever used the line is gone: what he had not committed is undone; what he had stays, though he was not told.</summary>
    public void Cut(Line line)
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

    /// <summary>The way of one machine to the database.</summary>
    internal sealed class Line(DatabaseWire wire) : DbTraffic
    {
        private readonly List<(NpgsqlDataSource Source, Task<NpgsqlConnection> Connection)> _connections = [];
        private readonly List<NpgsqlDataReader> _readers = [];
        private readonly Dictionary<NpgsqlDataSource, int> _sizes = [];

        /// <summary>Where the node runs that uses it.</summary>
        public Strand? Strand { get; set; }

        /// <summary>Whether an answer is being let through of which more may have to be read.</summary>
        public bool HandsOver { get; private set; }

        /// <summary>A long answer is read in parts. Whoever has not read his to the end must be ready to go on.</summary>
        public bool IsSettled
        {
            get
            {
                var open = _readers.Count(reader => !reader.IsClosed);
                return open == 0 || open <= Strand!.Readers;
            }
        }

        /// <summary>Forgets what was read to its end, before the next question on its connection opens the same reader again.</summary>
        internal void Forget() => _readers.RemoveAll(reader => reader.IsClosed);

        internal override Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancel) =>
            Put(new Question<NpgsqlConnection>(this, null, () => Open(source)) { HasRoom = () => HasRoom(source) }, cancel);

        internal override Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel) =>
            Put(new Question<NpgsqlDataReader>(this, batch.Connection, () => IsSnapshot(batch.Transaction) ? Here(() => Forged(batch).ExecuteReader()) : Forged(batch).ExecuteReaderAsync()) { HandOver = HandOver, Dropped = Drop }, cancel);

        internal override Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancel) =>
            Put(new Question<int>(this, batch.Connection, () => Forged(batch).ExecuteNonQueryAsync()), cancel);

        internal override Task CommitAsync(NpgsqlTransaction transaction, CancellationToken cancel) =>
            Put(new Question<bool>(this, transaction.Connection, () => Here(() => Do(transaction.Commit))), cancel);

        internal override Task EndAsync(NpgsqlTransaction transaction) =>
            Put(new Question<bool>(this, transaction.Connection, () => Here(() => Do(transaction.Dispose))), CancellationToken.None);

        internal void Ring() => wire.Ring();

        internal void Close()
        {
            _readers.ForEach(Drop);
            _readers.Clear();
            foreach (var (_, connection) in _connections.Where(open => open.Connection.IsCompletedSuccessfully))
                connection.GetAwaiter().GetResult().Close();
            _connections.Clear();
        }

        /// <summary>Reads an answer to its end for somebody who no longer can.</summary>
        private static void Drop(NpgsqlDataReader reader)
        {
            try
            {
                reader.Close();
            }
            catch (PostgresException)
            {
                // It waited for a lock and was told to stop, so the answer ends with that.
            }
        }

        private Task<T> Put<T>(Question<T> question, CancellationToken cancel)
        {
            if (cancel.IsCancellationRequested)
                return Task.FromCanceled<T>(cancel);
            wire._questions.Add(question);
            return question.Answer;
        }

        private bool HasRoom(NpgsqlDataSource source)
        {
            _connections.RemoveAll(open => open.Connection.IsCompletedSuccessfully && open.Connection.GetAwaiter().GetResult().State == ConnectionState.Closed);
            return _connections.Count(open => open.Source == source) < SizeOf(source);
        }

        private int SizeOf(NpgsqlDataSource source)
        {
            if (!_sizes.TryGetValue(source, out var size))
                _sizes.Add(source, size = new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize);
            return size;
        }

        private Task<NpgsqlConnection> Open(NpgsqlDataSource source)
        {
            var connection = source.OpenConnectionAsync().AsTask();
            _connections.Add((source, connection));
            return connection;
        }

        private void HandOver(NpgsqlDataReader reader, Action letThrough)
        {
            _readers.Add(reader);
            HandsOver = true;
            letThrough();
            HandsOver = false;
        }

        private NpgsqlBatch Forged(NpgsqlBatch batch)
        {
            foreach (var command in batch.BatchCommands)
                command.CommandText = wire.Forgery?.Invoke(command.CommandText) ?? command.CommandText;
            return batch;
        }

        /// <summary>A snapshot waits for nobody's lock, and so costs no change of threads.</summary>
        private static bool IsSnapshot(NpgsqlTransaction? transaction) => transaction is { IsolationLevel: IsolationLevel.RepeatableRead };

        private static Task<T> Here<T>(Func<T> ask)
        {
            try
            {
                return Task.FromResult(ask());
            }
            catch (NpgsqlException e)
            {
                return Task.FromException<T>(e);
            }
        }

        private static bool Do(Action action)
        {
            action();
            return true;
        }
    }

    /// <summary>A question of a node, from its asking until its answer is let through.</summary>
    internal abstract class Question(Line line, NpgsqlConnection? connection)
    {
        internal Line Line => line;

        internal NpgsqlConnection? Connection => connection;

        internal Func<bool> HasRoom { get; init; } = () => true;

        internal bool MayBeAsked => !IsAsked && HasRoom();

        internal abstract bool IsAsked { get; }

        internal abstract bool IsAnswered { get; }

        internal abstract void Ask();

        internal abstract void LetThrough();

        internal abstract void Drop();
    }

    private sealed class Question<T>(Line line, NpgsqlConnection? connection, Func<Task<T>> ask) : Question(line, connection)
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<T>? _asked;

        internal Task<T> Answer => _answer.Task;

        internal Action<T, Action>? HandOver { get; init; }

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
            if (HandOver is { } handOver && _asked!.IsCompletedSuccessfully)
                handOver(_asked.GetAwaiter().GetResult(), () => _answer.SetFromTask(_asked));
            else
                _answer.SetFromTask(_asked!);
        }

        internal override void Drop()
        {
            if (_asked!.IsCompletedSuccessfully)
                Dropped?.Invoke(_asked.GetAwaiter().GetResult());
        }
    }
}
