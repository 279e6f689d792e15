using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Npgsql;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// Stands between the nodes and PostgreSQL. A question goes through at once; its answer is kept until the simulator lets
/// it through, so that the order in which answers arrive is the seed's and not the machine's. When a node dies its lines
/// are cut: what was not yet committed is undone, what was committed stays, though nobody was told.
/// </summary>
/// <param name="upstream">The socket file of PostgreSQL.</param>
/// <param name="control">A superuser's connection to the same database, which no node uses.</param>
internal sealed class DatabaseWire(string upstream, NpgsqlConnection control) : IDisposable
{
    private const int WaitBeforeAsking = 8_000;
    private const int CancelRequest = 80877102;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Door> _doors = [];
    private readonly List<Line> _lines = [];
    private readonly ConcurrentQueue<Line> _callers = new();
    private readonly Socket[] _bell = Pair();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _woken;
    private long _asked;

    internal enum Phase
    {
        /// <summary>Nothing is asked.</summary>
        Idle,

        /// <summary>PostgreSQL is at it.</summary>
        Asked,

        /// <summary>The answer is here, whole.</summary>
        Answered,

        /// <summary>The answer went through; whoever waits for it will be ready, or ask on.</summary>
        Waking,
    }

    private sealed record Door(Socket Listener, object Owner);

    /// <summary>One connection of a node.</summary>
    internal sealed class Line(object owner, Socket client, Socket server)
    {
        internal object Owner => owner;

        internal Socket Client => client;

        internal Socket Server => server;

        internal Messages Asking { get; } = new(typed: false);

        internal Messages Answering { get; } = new(typed: true);

        internal List<byte> Answer { get; } = [];

        internal int Questions { get; set; }

        internal int Answers { get; set; }

        internal int Backend { get; set; }

        internal long Turn { get; set; }

        internal bool Greeted { get; set; }

        internal Phase Phase { get; set; }
    }

    /// <summary>What is put in place of what in the statements of the nodes; both of one length. For showing what a statement is for.</summary>
    public (byte[] Old, byte[] New)? Forgery { get; set; }

    /// <summary>The connections whose answer waits to be let through, in the order of the questions: which connection a question takes is the machine's affair.</summary>
    public IReadOnlyList<Line> Answered => [.. _lines.Where(line => line.Phase is Phase.Answered).OrderBy(line => line.Turn)];

    /// <summary>Whether nothing is asked and nothing waits.</summary>
    public bool IsQuiet => _lines.All(line => line.Phase is Phase.Idle);

    /// <summary>Whether someone waits for a lock that someone else holds.</summary>
    public bool IsBlocked => _lines.Any(line => line.Phase is Phase.Asked);

    /// <summary>Opens a door to the database at a socket file, whose owner can be cut off.</summary>
    public void Open(object owner, string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(64);
        _doors.Add(new Door(listener, owner));
        new Thread(() => Admit(listener, owner)) { IsBackground = true }.Start();
    }

    /// <summary>An answer was read and someone can go on. From any thread.</summary>
    public void Wake()
    {
        Interlocked.Increment(ref _woken);
        _bell[0].Send([1]);
    }

    /// <summary>Waits until everything that was asked is answered, or waits for a lock.</summary>
    public void Settle()
    {
        var began = Environment.TickCount64;
        // What a node has just asked lies there already.
        Turn(0);
        while (_lines.Any(line => line.Phase is Phase.Asked or Phase.Waking))
        {
            if (!Turn(WaitBeforeAsking) && _lines.All(line => line.Phase is not Phase.Waking) && Blocked() == _lines.Count(line => line.Phase is Phase.Asked))
                return;
            if (Environment.TickCount64 - began > Patience.TotalMilliseconds)
                throw new TimeoutException($"A node went on without the simulator, or PostgreSQL does not answer: {string.Join(", ", _lines.Select(line => $"{line.Phase} q{line.Questions} a{line.Answers} {line.Asking.IsMidway} {line.Answering.IsMidway} {line.Greeted} woken{_woken}"))}");
        }
    }

    public void LetThrough(Line line)
    {
        line.Phase = Phase.Waking;
        line.Client.Send([.. line.Answer]);
        line.Answer.Clear();
        Settle();
    }

    /// <summary>Lets everything through as it comes, until the work, which runs elsewhere, is done.</summary>
    public void PassUntil(Task done)
    {
        _ = done.ContinueWith(_ => _bell[0].Send([1]), TaskScheduler.Default);
        while (!done.IsCompleted)
        {
            Turn(10_000);
            foreach (var line in Answered)
            {
                line.Phase = Phase.Idle;
                line.Client.Send([.. line.Answer]);
                line.Answer.Clear();
            }
        }

        Interlocked.Exchange(ref _woken, 0);
        foreach (var line in _lines.Where(line => line.Phase is Phase.Waking))
            line.Phase = Phase.Idle;
    }

    /// <summary>The owner is gone, at once.</summary>
    public void Cut(object owner)
    {
        foreach (var door in _doors.Where(door => door.Owner == owner).ToArray())
        {
            door.Listener.Dispose();
            _doors.Remove(door);
        }

        var backends = _lines.Where(line => line.Owner == owner).Select(line => line.Backend).ToArray();
        foreach (var line in _lines.Where(line => line.Owner == owner).ToArray())
            Close(line);
        using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid = ANY($1)", control);
        end.Parameters.Add(new NpgsqlParameter { Value = backends });
        end.ExecuteNonQuery();
        Settle();

    }

    public void Dispose()
    {
        foreach (var door in _doors)
            door.Listener.Dispose();
        foreach (var line in _lines.ToArray())
            Close(line);
        foreach (var end in _bell)
            end.Dispose();
    }

    /// <summary>How many wait for a lock. Who was just given it waits no longer, though he may not have noticed.</summary>
    private int Blocked()
    {
        using var count = new NpgsqlCommand("SELECT count(DISTINCT pid)::int FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted", control);
        return (int)count.ExecuteScalar()!;
    }

    /// <summary>Moves what there is to move; waits for some microseconds for it.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool Turn(int microseconds)
    {
        var readable = new List<Socket>(_doors.Count + (_lines.Count * 2) + 1) { _bell[1] };
        foreach (var line in _lines)
        {
            readable.Add(line.Client);
            readable.Add(line.Server);
        }

        Socket.Select(readable, null, null, microseconds);
        foreach (var socket in readable)
        {
            if (socket == _bell[1])
                Ring();
            else if (_lines.Find(line => line.Client == socket || line.Server == socket) is { } line)
                Move(line, socket);
        }

        return readable.Count > 0;
    }

    private void Ring()
    {
        _bell[1].Receive(_buffer);
        while (_callers.TryDequeue(out var caller))
            _lines.Add(caller);
        while (Volatile.Read(ref _woken) > 0)
        {
            Interlocked.Decrement(ref _woken);
            if (_lines.Find(line => line.Phase is Phase.Waking) is { } line)
                line.Phase = Phase.Idle;
        }
    }

    /// <summary>
    /// Lets callers in, on a thread of its own: whoever gives up on an answer calls to say so and waits for the end of that
    /// call, while the simulator waits for him. Such a call goes no further; the answer comes all the same.
    /// </summary>
    private void Admit(Socket listener, object owner)
    {
        var head = new byte[8];
        try
        {
            while (true)
            {
                var client = listener.Accept();
                if (client.Receive(head, SocketFlags.Peek) == head.Length && BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) == CancelRequest)
                {
                    // Heard to its end, as PostgreSQL does: else the caller takes the call for failed, and his connection for broken.
                    client.Receive(new byte[16]);
                    client.Dispose();
                    continue;
                }

                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                server.Connect(new UnixDomainSocketEndPoint(upstream));
                _callers.Enqueue(new Line(owner, client, server) { Phase = Phase.Asked });
                _bell[0].Send([1]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The door was closed.
        }
    }

    private void Move(Line line, Socket from)
    {
        int length;
        try
        {
            length = from.Receive(_buffer);
        }
        catch (SocketException)
        {
            length = 0;
        }

        if (length == 0)
        {
            Close(line);
            return;
        }

        var bytes = _buffer.AsSpan(0, length);
        if (from == line.Client)
        {
            line.Asking.Read(bytes, (type, _) => line.Questions += type is 'Q' or 'S' ? 1 : 0);
            if (line.Phase is not Phase.Asked)
                line.Turn = ++_asked;
            line.Phase = Phase.Asked;
            if (Forgery is { } forgery)
            {
                for (var at = bytes.IndexOf(forgery.Old); at >= 0; at = bytes.IndexOf(forgery.Old))
                    forgery.New.CopyTo(bytes[at..]);
            }

            line.Server.Send(bytes);
            return;
        }

        line.Answering.Read(bytes, (type, number) =>
        {
            line.Answers += type == 'Z' ? 1 : 0;
            if (type == 'K')
                line.Backend = number;
        });
        if (!line.Greeted)
        {
            // Signing on is a talk of its own, of which nobody waits for one answer.
            line.Client.Send(bytes);
            if (line.Answers == 0)
                return;
            (line.Greeted, line.Answers, line.Phase) = (true, 0, Phase.Waking);
            return;
        }

        line.Answer.AddRange(bytes);
        if (line.Answers < line.Questions || line.Asking.IsMidway || line.Answering.IsMidway)
            return;
        (line.Questions, line.Answers, line.Phase) = (0, 0, Phase.Answered);
    }

    private void Close(Line line)
    {
        _lines.Remove(line);
        line.Client.Dispose();
        line.Server.Dispose();
    }

    private static Socket[] Pair()
    {
        var path = Path.Combine(Path.GetTempPath(), $"holdfast-bell-{Guid.CreateVersion7():n}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var one = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        one.Connect(new UnixDomainSocketEndPoint(path));
        var other = listener.Accept();
        File.Delete(path);
        return [one, other];
    }
}

/// <summary>Finds the messages of PostgreSQL's protocol in a stream of bytes: a type, a length, and so many bytes.</summary>
/// <param name="typed">False for what a client says: its first message has no type.</param>
internal sealed class Messages(bool typed)
{
    private readonly byte[] _head = new byte[9];
    private bool _typed = typed;
    private int _read;
    private int _left;

    /// <summary>Whether the last message has not yet come to its end.</summary>
    public bool IsMidway => _read > 0;

    /// <param name="bytes">The next bytes.</param>
    /// <param name="found">Called with each message's type and the number that its body begins with.</param>
    public void Read(ReadOnlySpan<byte> bytes, Action<char, int> found)
    {
        foreach (var b in bytes)
        {
            var header = _typed ? 5 : 4;
            if (_read < _head.Length)
                _head[_read] = b;
            _read++;
            if (_read == header)
                _left = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(header - 4)) - 4;
            else if (_read > header)
                _left--;
            if (_read < header || _left > 0)
                continue;
            found(_typed ? (char)_head[0] : '\0', _read >= 9 ? BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(5)) : 0);
            (_read, _typed) = (0, true);
        }
    }
}
