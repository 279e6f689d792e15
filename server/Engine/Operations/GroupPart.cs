using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>What a group does in one workspace: what was read there, and what its transactions come to, in their order.</summary>
internal sealed class GroupPart
{
    private readonly TransactionRunner _runner;
    private readonly List<LogEntry> _entries = [];
    private readonly List<Outcome> _outcomes = [];
    private readonly List<(Transaction Transaction, Outcome Outcome)> _decided = [];
    private readonly Dictionary<Guid, Browser> _browsers = [];
    private readonly Dictionary<Guid, Stored> _stored = [];
    private readonly Dictionary<long, int> _depths = [];
    private LogHead? _head;

    internal GroupPart(RecordRegistry registry, Policy policy, TimeProvider clock, Guid workspace, IReadOnlyList<Transaction> transactions)
    {
        Workspace = workspace;
        Transactions = transactions;
        _runner = new TransactionRunner(registry, policy, Overlay, Facts, _entries, _depths, clock);
    }

    /// <param name="User">Whose it is.</param>
    /// <param name="Leader">Under which number a tab last said hello for it.</param>
    private sealed record Browser(Guid User, long Leader)
    {
        public long LastMutation { get; set; }

        /// <summary>Whether the group has settled a number of it.</summary>
        public bool HasMoved { get; set; }
    }

    private sealed record Stored(Guid? User, Guid? Browser, long? Mutation, Outcome Outcome);

    internal Guid Workspace { get; }

    internal IReadOnlyList<Transaction> Transactions { get; }

    internal Overlay Overlay { get; } = new();

    internal Facts Facts { get; } = new();

    /// <summary>Whether the group holds the workspace's lock. Without it the part is left out, and has no outcomes.</summary>
    internal bool IsLocked { get; private set; }

    /// <summary>The digest of the newest entry before the group's; null where it has none.</summary>
    internal byte[]? HeadDigest { get; private set; }

    /// <summary>The entries that the group appends to the log.</summary>
    internal IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>What became of the transactions, in their order.</summary>
    internal IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>The outcomes that are to be stored.</summary>
    internal IReadOnlyList<(Transaction Transaction, Outcome Outcome)> Decided => _decided;

    /// <summary>The browsers of which a number was settled, each with the last one.</summary>
    internal IEnumerable<(Guid Browser, long LastMutation)> Moved => _browsers.Where(browser => browser.Value.HasMoved).Select(browser => (browser.Key, browser.Value.LastMutation));

    /// <summary>The jobs that its transactions ask for.</summary>
    internal List<(Guid Workspace, Actor Actor, NewJob Job)> Jobs { get; } = [];

    /// <summary>The statements that are to hold together with transactions which were not decided before.</summary>
    internal IEnumerable<Companion> Companions => _head is null ? [] : Transactions.Where(transaction => Known(transaction) is null).SelectMany(transaction => transaction.Companions);

    internal void Lock() => IsLocked = true;

    internal void LoadHead(LogHead head, byte[]? digest) => (_head, HeadDigest) = (head, digest);

    internal void LoadBrowser(Guid browser, Guid user, long leader, long lastMutation) => _browsers.Add(browser, new Browser(user, leader) { LastMutation = lastMutation });

    internal void LoadOutcome(Guid transaction, Guid? user, (Guid? Browser, long? Mutation) origin, Outcome outcome) =>
        _stored[transaction] = new Stored(user, origin.Browser, origin.Mutation, outcome);

    internal void LoadDepth(long seq, int depth) => _depths.Add(seq, depth);

    /// <summary>Goes on until all transactions are decided, or <see cref="Facts"/> must be read first.</summary>
    internal void Decide()
    {
        while (_outcomes.Count < Transactions.Count)
        {
            var transaction = Transactions[_outcomes.Count];
            var known = _head is null ? Absent() : Known(transaction);
            LogEntry? entry = null;
            var outcome = known switch
            {
                null => _runner.Run(transaction, _head!.Seq, out entry),
                { Kind: OutcomeKind.Conflict } => _runner.Repeat(transaction, known),
                _ => known,
            };
            // What was decided without all the facts counts for nothing.
            if (!Facts.Complete)
                return;
            if (known is null)
                Keep(transaction, outcome, entry);
            if (transaction.Origin is { } origin && (known is null || outcome.Failure?.Code == WriteFailures.IdTaken))
                Settle(origin);
            _outcomes.Add(outcome);
        }
    }

    private static Outcome Absent() =>
        new(OutcomeKind.Rejected, Failure: WriteFailures.NotHere());

    /// <summary>The outcome of a transaction that was decided before, or is not to be decided now; null where it is to be run.</summary>
    private Outcome? Known(Transaction transaction)
    {
        // A tab that was frozen and replaced: its connection may be to another process than that of the later one.
        if (transaction.Origin is { } sender && _browsers.TryGetValue(sender.Browser, out var spoken) && spoken.Leader > transaction.Leader)
            return Outcome.Superseded;
        var isKnown = _stored.TryGetValue(transaction.Id, out var stored);
        if (isKnown && stored!.User == transaction.Actor.User && stored.Browser == transaction.Origin?.Browser && stored.Mutation == transaction.Origin?.Mutation)
            return stored.Outcome;
        if (transaction.Origin is { } origin)
        {
            // A gap means that an earlier one is still on its way; a used number without its outcome is a broken client.
            if (!_browsers.TryGetValue(origin.Browser, out var browser) || browser.User != transaction.Actor.User || origin.Mutation > browser.LastMutation + 1)
                return Outcome.Again;
            if (origin.Mutation <= browser.LastMutation)
                return TransactionRunner.Refuse(WriteFailures.IdTaken.With($"The number {origin.Mutation} of this browser belongs to another transaction.", "mutation"));
        }

        return isKnown ? TransactionRunner.Refuse(WriteFailures.IdTaken.With("Give the transaction an id of its own.", "id")) : null;
    }

    /// <summary>The number has its answer for good. One that is taken has no outcome of its own to store, and the next number counts on.</summary>
    private void Settle((Guid Browser, long Mutation) origin)
    {
        var browser = _browsers[origin.Browser];
        if (origin.Mutation <= browser.LastMutation)
            return;
        (browser.LastMutation, browser.HasMoved) = (origin.Mutation, true);
    }

    private void Keep(Transaction transaction, Outcome outcome, LogEntry? entry)
    {
        if (entry is not null)
        {
            _entries.Add(entry);
            _head = new LogHead(entry.Seq, transaction.Id);
        }
        else if (transaction.Companions.Count > 0 && !outcome.Succeeded)
        {
            throw new CompanionException(outcome.Failure!);
        }

        if (!outcome.Succeeded && !transaction.KeepsRefusal)
            return;
        if (outcome.Kind == OutcomeKind.Applied)
            Jobs.AddRange(transaction.Jobs.Select(job => (Workspace, transaction.Actor, entry is null ? job : job with { Cause = (entry.Seq, entry.Depth) })));
        _decided.Add((transaction, outcome));
        var repeated = outcome.Kind == OutcomeKind.Applied ? outcome with { Kind = OutcomeKind.Duplicate } : outcome;
        LoadOutcome(transaction.Id, transaction.Actor.User, (transaction.Origin?.Browser, transaction.Origin?.Mutation), repeated);
    }
}

/// <summary>Ends a group of one whose companion statement, or whose rules, did not hold: the database transaction is undone.</summary>
internal sealed class CompanionException(Failure failure) : Exception(failure.Detail)
{
    internal Failure Failure { get; } = failure;
}
