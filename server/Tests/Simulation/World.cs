using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Simulation.Pages;

namespace Holdfast.Tests.Simulation;

/// <summary>Someone in the workspace, at one or two browsers.</summary>
internal sealed record Person(string Name, Guid User, Guid Member);

/// <summary>What an administrator does, and what came of it; null where the node died before it could say.</summary>
internal sealed record ServerWrite(Transaction Transaction)
{
    public Outcome? Outcome { get; set; }
}

/// <summary>
/// A workspace with its people, their browsers, two nodes and a network. Everything that can happen next is in
/// <see cref="Possible"/>; nothing happens by itself.
/// </summary>
internal sealed class World : IDisposable
{
    private const int MostPieces = 200_000;

    private readonly Laboratory _laboratory;
    private readonly Tampering _tampering;
    private readonly Random _random;
    private readonly Random _ids;
    private readonly VirtualTime _time = new();
    private readonly Node[] _nodes;
    private readonly List<Link> _links = [];
    private readonly List<string> _notes = [];
    private readonly Queue<(Node From, long Seq)> _hints = new();
    private readonly List<ServerWrite> _serverWrites = [];
    private readonly ModelBrowser[] _models = [];
    private int _pieces;

    /// <param name="laboratory">Where it runs. If it has pages, these are the browsers; else the model is.</param>
    /// <param name="seed">What decides everything.</param>
    /// <param name="sabotage">What is left out.</param>
    public World(Laboratory laboratory, int seed, Sabotage sabotage)
    {
        _laboratory = laboratory;
        Sabotage = sabotage;
        _tampering = new Tampering(sabotage);
        _random = new Random(seed);
        _ids = new Random(seed);
        Workspace = Guid.CreateVersion7();
        // Clocks are wrong, each in its own way, by up to a year.
        _nodes = [.. laboratory.Machines.Select(NewNode)];
        People = [.. new[] { "Ada", "Bob", "Cy", "Dee" }.Select(name => new Person(name, NewId(), NewId()))];
        Parties = [NewId(), NewId()];
        if (laboratory.Pages is { } pages)
            Desk = new Desk(this, pages, seed, Spoiling.WordFor(sabotage), People);
        else
            _models = [.. new[] { 0, 1, 1, 2, 3 }.Select((person, number) => new ModelBrowser(this, number, People[person], NewId()))];
        Settle();
    }

    /// <summary>What every browser subscribes to.</summary>
    public static IReadOnlyList<string> Scopes { get; } =
        ["reading.clients", "reading.devices", "reading.talks", "reading.participations", "access.members"];

    public Sabotage Sabotage { get; }

    public Guid Workspace { get; }

    /// <summary>What was said to whom, since the log began.</summary>
    public List<Told> Told { get; } = [];

    public bool HasBackup { get; private set; }

    public Person[] People { get; }

    public Guid[] Parties { get; }

    /// <summary>The tabs that are there.</summary>
    public IReadOnlyList<Browser> Browsers => Desk is null ? _models : Desk.Pages;

    /// <summary>The tabs that are there or were.</summary>
    public IEnumerable<Browser> AllBrowsers => Desk is null ? _models : Desk.Gone.Concat(Desk.Pages);

    /// <summary>Where the pages stand; null where the browsers are the model.</summary>
    public Desk? Desk { get; }

    public IReadOnlyList<Node> Alive => [.. _nodes.Where(node => !node.IsDead)];

    public Laboratory Laboratory => _laboratory;

    public TimeSpan Elapsed => _time.Elapsed;

    public IReadOnlyList<Link> Links => _links;

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What happened so far, for people.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>How often what happened.</summary>
    public Dictionary<string, int> Tally { get; } = new(StringComparer.Ordinal);

    public int Pieces => _pieces;

    /// <summary>Differs as soon as in two runs there was something else to choose from.</summary>
    public long Course { get; private set; }

    public IReadOnlyList<ServerWrite> ServerWrites => _serverWrites;

    /// <summary>Transactions whose effect a restore took back.</summary>
    public HashSet<Guid> TakenBack { get; } = [];

    /// <summary>An id of version 7, the same whenever the seed is run.</summary>
    public Guid NewId()
    {
        var bytes = new byte[16];
        _ids.NextBytes(bytes);
        (bytes[6], bytes[8]) = ((byte)(0x70 | (bytes[6] & 0x0F)), (byte)(0x80 | (bytes[8] & 0x3F)));
        return new Guid(bytes, bigEndian: true);
    }

    public static string ScopeOf(string type) => Laboratory.Registry.Find(type)!.Scope;

    public void Note(string what) => _notes.Add(what);

    public void Count(string what) => Tally[what] = Tally.GetValueOrDefault(what) + 1;

    /// <summary>Founds the workspace: with an owner, a member, a moderator and a guest, and a few records of every kind.</summary>
    public void Found()
    {
        _laboratory.Run($"INSERT INTO engine.workspaces VALUES ('{Workspace}', gen_random_uuid(), now())");
        var roles = new[] { Roles.Owner, Roles.Member, Roles.Moderator, Roles.Guest };
        var operations = new List<Operation> { Compose.Create(Laboratory.Registry, Workspace, new Workspace { Name = "Test" }) };
        operations.AddRange(People.Select((person, i) => NewMember(person, roles[i], roles[i] == Roles.Guest ? Parties[0] : null)));
        var talk = NewId();
        operations.AddRange(Enumerable.Range(0, 4).Select(i => Compose.Create(Laboratory.Registry, NewId(), new Device { Name = $"Device {i}", Party = Parties[i % 2] })));
        operations.AddRange(Enumerable.Range(0, 2).Select(i => Compose.Create(Laboratory.Registry, NewId(), new Client { Name = $"Client {i}", Rate = $"{i}" })));
        operations.Add(Compose.Create(Laboratory.Registry, talk, new Talk { Topic = "First" }));
        operations.AddRange(People.Skip(1).Select(person => Compose.Create(Laboratory.Registry, NewId(), new Participation { Member = person.Member, Talk = talk })));
        WriteAsServer("found the workspace", [.. operations]);
        Run(int.MaxValue, connect: false);
        if (_serverWrites[0].Outcome is not { Succeeded: true })
            throw new SimulationFailure($"The workspace could not be founded: {_serverWrites[0].Outcome}");
    }

    public static CreateOperation NewMember(Person person, string role, Guid? party) => Compose.Create(
        Laboratory.Registry, person.Member, new Member { User = person.User, Name = person.Name, Email = $"{person.Name}@example.org", Role = role, Party = party });

    /// <summary>The server writes, by a node that is alive.</summary>
    public void WriteAsServer(string about, params Operation[] operations)
    {
        if (Alive.Count == 0)
            return;
        var node = AnyNode();
        Note($"node {node.Name}: {about}");
        var transaction = new Transaction { Id = NewId(), Actor = Actor.Server("test"), Operations = operations };
        var write = new ServerWrite(transaction);
        _serverWrites.Add(write);
        _ = node.Strand.Start(async () => write.Outcome = await node.WritePath.WriteAsync(Workspace, transaction));
    }

    /// <summary>One of those that are alive.</summary>
    public Node AnyNode() => Alive[_random.Next(Alive.Count)];

    public Link Connect(Browser browser, Node node)
    {
        var link = new Link(browser, node);
        _links.Add(link);
        node.Serve(link);
        return link;
    }

    /// <summary>Called with each answer to a browser's transaction.</summary>
    public void Answered(Browser browser, Change change, long? seq, string? refusal, bool first)
    {
        Count($"outcome {(first ? "" : "again ")}{refusal ?? "applied"}");
        if (first)
            Note($"{browser.Name}: {change.About} is {refusal ?? $"applied at {seq}"}");
    }

    public void Kill(Node node)
    {
        Note($"node {node.Name} dies");
        foreach (var link in _links.Where(link => link.Node == node).ToArray())
            Break(link);
        node.Die();
    }

    public Guid? TransactionAt(long seq) =>
        _laboratory.Look($"SELECT transaction_id FROM engine.log WHERE workspace_id = '{Workspace}' AND seq = {seq}") is [var id] ? Guid.Parse(id) : null;

    public void Backup()
    {
        Note("a backup is made");
        _laboratory.Backup(Workspace);
        HasBackup = true;
    }

    /// <summary>Everything stops, the workspace becomes what it was at the backup, and a new epoch begins.</summary>
    public void Restore()
    {
        foreach (var node in _nodes.Where(node => !node.IsDead))
            Kill(node);
        new Oracle(this).CheckTold();
        Told.Clear();
        var before = Outcomes();
        Note("the backup is restored");
        _laboratory.Restore(Workspace, newEpoch: Sabotage != Sabotage.KeepEpoch);
        _hints.Clear();
        var left = Outcomes();
        // What a page was told is more than whoever made it has heard: another page may have been told.
        if (Desk is not null)
            TakenBack.UnionWith(before.Except(left));
        TakenBack.UnionWith(Browsers.SelectMany(browser => browser.Queue).Where(change => !change.IsOpen).Select(change => change.Id).Concat(_serverWrites.Select(write => write.Transaction.Id)).Where(id => !left.Contains(id)));
    }

    private HashSet<Guid> Outcomes() =>
        [.. _laboratory.Look($"SELECT transaction_id FROM engine.outcomes WHERE workspace_id = '{Workspace}'").Select(Guid.Parse)];

    public void Break(Link link)
    {
        link.Break();
        _links.Remove(link);
        if (link.IsStalled)
            Stall(link, stalled: false);
    }

    /// <summary>A session ends; the server says so to the browser's connection.</summary>
    public void Expire(Browser browser)
    {
        Note($"{browser.Name}: its session ends");
        foreach (var node in _nodes.Where(node => !node.IsDead))
            node.EndSession(browser.Session);
    }

    public void Stall(Link link, bool stalled)
    {
        link.IsStalled = stalled;
        link.Node.IsHeldUp = _links.Any(other => other.Node == link.Node && other.IsStalled);
        Note($"{link.Browser.Name} {(stalled ? "reads nothing for a while" : "reads again")}");
        foreach (var other in _links.Where(other => !other.IsHeldUp))
            other.Socket.Flow();
    }

    public void Pass(TimeSpan span)
    {
        _time.Pass(span);
        Desk?.Pass(span);
        Settle();
    }

    /// <summary>Lets so many things happen, of those that can, chosen by the seed; fewer where nothing is left to happen.</summary>
    public void Run(int pieces, bool connect = true)
    {
        for (; pieces > 0 && Possible(connect) is { Count: > 0 } possible; pieces--)
        {
            if (++_pieces > MostPieces)
                throw new SimulationFailure("It never comes to rest");
            Course = (Course * 31) + possible.Count;
            possible[_random.Next(possible.Count)]();
            Settle();
            if (_nodes.Any(node => node.Strand.HasStrayed))
                throw new SimulationFailure("A node went on without the simulator");
            foreach (var node in _nodes.Where(node => node.Errors.Count > 0))
                throw new SimulationFailure($"Node {node.Name} complained: {node.Errors[0]}");
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Where(node => !node.IsDead))
            node.Die();
    }

    private List<Action> Possible(bool connect)
    {
        var possible = new List<Action>();
        foreach (var node in _nodes.Where(node => !node.IsDead))
        {
            for (var i = 0; i < node.Strand.Ready; i++)
            {
                var index = i;
                possible.Add(() => node.Strand.Run(index));
            }
        }

        foreach (var question in _laboratory.Wire.Answered)
            possible.Add(() => _laboratory.Wire.LetThrough(question));
        foreach (var link in _links)
        {
            if (link.ToServer.Count > 0)
                possible.Add(() => link.DeliverToServer(_tampering));
            if (link.ToBrowser.Count > 0 && !link.IsStalled && !link.Browser.IsFrozen)
                possible.Add(() => DeliverToBrowser(link));
        }

        if (_hints.Count > 0)
        {
            possible.Add(Hint);
            possible.Add(() => _hints.Dequeue());
        }

        if (!connect)
            return possible;
        for (var i = 0; i < _nodes.Length; i++)
        {
            var index = i;
            if (_nodes[i].IsDead)
                possible.Add(() => Start(index));
        }

        possible.AddRange(Desk?.Possible() ?? _models.SelectMany(browser => browser.Possible()));
        return possible;
    }

    private void DeliverToBrowser(Link link)
    {
        var message = link.ToBrowser.Dequeue();
        if (link.BrowserListens)
            link.Browser.Hear(link, message);
        else
            Break(link);
    }

    /// <summary>A hint of one node reaches the others. Half of them get lost.</summary>
    private void Hint()
    {
        var (from, seq) = _hints.Dequeue();
        foreach (var node in _nodes.Where(node => node != from && !node.IsDead))
            node.Hear(Workspace, seq);
    }

    private void Start(int index)
    {
        _nodes[index] = NewNode(_laboratory.Machines[index]);
        Note($"node {_nodes[index].Name} starts");
    }

    private Node NewNode(Laboratory.Machine machine)
    {
        var node = new Node(machine, _time, TimeSpan.FromDays(_random.Next(-365, 365)), polls: Sabotage != Sabotage.NoPoll);
        node.WritePath.Committed += (_, entries) => _hints.Enqueue((node, entries[^1].Seq));
        return node;
    }

    private void Settle() => _laboratory.Wire.Settle();
}
