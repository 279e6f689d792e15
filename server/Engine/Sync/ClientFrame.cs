using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>A message of the browser, read strictly: what is not known is refused.</summary>
internal abstract record ClientFrame;

/// <param name="Schema">The shape of the records that the browser knows.</param>
/// <param name="Browser">Whose queue it is.</param>
/// <param name="Leader">Under which number a tab speaks for the browser; a later one has a higher number.</param>
/// <param name="Workspace">Which.</param>
/// <param name="Epoch">The life of the log that the cursor is of.</param>
/// <param name="Cursor">How far the browser has read.</param>
/// <param name="Access">By which rights it did so.</param>
/// <param name="Scopes">What it wants to hold.</param>
internal sealed record HelloFrame(
    int Schema, Guid Browser, long Leader, Guid Workspace, Guid? Epoch, (long Seq, Guid? Transaction)? Cursor, string? Access, IReadOnlyList<string> Scopes) : ClientFrame;

internal sealed record SubFrame(IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : ClientFrame;

/// <param name="Id">The revocation whose records the browser has forgotten.</param>
internal sealed record RevokedFrame(Guid Id) : ClientFrame;

internal sealed record PushFrame(IReadOnlyList<Transaction> Transactions) : ClientFrame;

/// <param name="Record">The record that the person looks at; null where it is none.</param>
internal sealed record HereFrame((RecordType Type, Guid Id)? Record) : ClientFrame;

internal sealed class ClientFrameReader(RecordRegistry registry)
{
    internal const int Protocol = 1;
    internal const int MaxTransactions = 100;
    internal const int MaxScopes = 100;
    internal const int MaxDepth = 16;

    /// <summary>The last whole number that every browser counts exactly: one that was higher by mistake would leave no next.</summary>
    internal const long MostLeader = (1L << 53) - 1;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    private readonly OperationReader _operations = new(registry);

    /// <param name="bytes">One message, UTF-8.</param>
    /// <param name="actor">Who sends it.</param>
    /// <param name="browser">The browser that said hello; null before that.</param>
    /// <param name="frame">The message, where nothing is wrong with it.</param>
    internal Failure? Read(ReadOnlyMemory<byte> bytes, Actor actor, Guid? browser, out ClientFrame? frame)
    {
        frame = null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The last of these is a name that holds half of a surrogate pair.
            return SyncFailures.Malformed.With($"A message is one JSON object of at most {MaxDepth} levels, without repeated members.");
        }

        using (document)
        {
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("t", out var t) || t.ValueKind != JsonValueKind.String)
                return Malformed("t", "the kind of the message");
            if (t.ValueEquals("hello"))
                return browser is null ? ReadHello(json, out frame) : SyncFailures.OutOfOrder.With("A connection says hello once.", "t");
            if (browser is null)
                return SyncFailures.OutOfOrder.With("The first message is hello.", "t");
            if (t.ValueEquals("push"))
                return ReadPush(json, actor, browser.Value, out frame);
            if (t.ValueEquals("sub"))
                return ReadSub(json, out frame);
            if (t.ValueEquals("here"))
                return ReadHere(json, out frame);
            if (t.ValueEquals("revoked"))
                return ReadRevoked(json, out frame);
            return SyncFailures.Unknown.With("Known are hello, sub, push, here and revoked.", "t");
        }
    }

    private static Failure? ReadRevoked(JsonElement json, out ClientFrame? frame)
    {
        frame = null;
        if (CheckMembers(json, "t", "id") is { } unknown)
            return unknown;
        if (!TryId(json, "id", out var id))
            return Malformed("id", "a UUID");
        frame = new RevokedFrame(id);
        return null;
    }

    private static Failure? ReadHello(JsonElement json, out ClientFrame? frame)
    {
        frame = null;
        if (CheckMembers(json, "t", "proto", "schema", "browser", "leader", "workspace", "epoch", "cursor", "access", "scopes") is { } unknown)
            return unknown;
        if (!TryNumber(json, "proto", out var protocol))
            return Malformed("proto", "a whole number");
        if (protocol != Protocol)
            return SyncFailures.Protocol.With($"The protocol here is version {Protocol}.", "proto", ("supported", Protocol));
        if (!TryNumber(json, "schema", out var schema))
            return Malformed("schema", "a whole number");
        if (!TryId(json, "browser", out var browser))
            return Malformed("browser", "a UUID");
        var leader = 0L;
        if (IsGiven(json, "leader") && (!TryNumber(json, "leader", out leader) || leader is < 0 or > MostLeader))
            return Malformed("leader", $"a whole number from 0 to {MostLeader}");
        if (!TryId(json, "workspace", out var workspace))
            return Malformed("workspace", "a UUID");
        if (!TryScopes(json, "scopes", out var scopes))
            return Malformed("scopes", $"a list of at most {MaxScopes} names");
        Guid? epoch = TryId(json, "epoch", out var knownEpoch) ? knownEpoch : null;
        if (epoch is null && IsGiven(json, "epoch"))
            return Malformed("epoch", "a UUID or null");
        (long, Guid?)? cursor = null;
        if (IsGiven(json, "cursor"))
        {
            var at = json.GetProperty("cursor");
            if (at.ValueKind != JsonValueKind.Object || CheckMembers(at, "seq", "tx") is not null || !TryNumber(at, "seq", out var seq) || seq < 0)
                return Malformed("cursor", "{\"seq\": n, \"tx\": id} or null");
            cursor = (seq, TryId(at, "tx", out var transaction) ? transaction : null);
        }

        string? access = null;
        if (IsGiven(json, "access") && (json.GetProperty("access").ValueKind != JsonValueKind.String || !TryText(json.GetProperty("access"), out access) || access.Length > 64))
            return Malformed("access", "what 'me' said of it, or null");
        frame = new HelloFrame((int)Math.Clamp(schema, 0, int.MaxValue), browser, leader, workspace, epoch, cursor, access, scopes);
        return null;
    }

    private static Failure? ReadSub(JsonElement json, out ClientFrame? frame)
    {
        frame = null;
        if (CheckMembers(json, "t", "add", "remove") is { } unknown)
            return unknown;
        if (!TryScopes(json, "add", out var add))
            return Malformed("add", $"a list of at most {MaxScopes} scopes");
        if (!TryScopes(json, "remove", out var remove))
            return Malformed("remove", $"a list of at most {MaxScopes} scopes");
        frame = new SubFrame(add, remove);
        return null;
    }

    private Failure? ReadPush(JsonElement json, Actor actor, Guid browser, out ClientFrame? frame)
    {
        frame = null;
        if (CheckMembers(json, "t", "transactions") is { } unknown)
            return unknown;
        if (!json.TryGetProperty("transactions", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxTransactions)
            return Malformed("transactions", $"a list of 1 to {MaxTransactions} transactions");
        var transactions = new List<Transaction>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (ReadTransaction(item, actor, browser, out var transaction) is { } failure)
                return failure;
            transactions.Add(transaction!);
        }

        frame = new PushFrame(transactions);
        return null;
    }

    /// <summary>Without a number there is nobody to answer to.</summary>
    private Failure? ReadTransaction(JsonElement json, Actor actor, Guid browser, out Transaction? transaction)
    {
        transaction = null;
        return json.ValueKind != JsonValueKind.Object || !TryNumber(json, "mutation", out var mutation) || mutation < 1
            ? Malformed("mutation", "a whole number of at least 1")
            : ReadTransaction(json, actor, (browser, mutation), out transaction);
    }

    /// <summary>A transaction, of a browser or of nobody's. What is wrong with its operations becomes its outcome.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="actor">Who sends it.</param>
    /// <param name="origin">
    /// The browser, with its number there, whose outcome it waits for, so that one that has an id gets one, whatever is wrong.
    /// Null where it is known by its id alone: then what cannot be read is none, and may be sent again under its id, mended.
    /// </param>
    /// <param name="transaction">The transaction, where it can be answered.</param>
    internal Failure? ReadTransaction(JsonElement json, Actor actor, (Guid Browser, long Mutation)? origin, out Transaction? transaction)
    {
        transaction = null;
        if (!TryId(json, "id", out var id) || id.Version != 7)
            return Malformed("id", "a UUID of version 7");
        var refusal = origin is null ? CheckMembers(json, "id", "schema", "operations") : CheckMembers(json, "mutation", "id", "schema", "operations");
        IReadOnlyList<Operation> operations = [];
        var schema = 0L;
        if (refusal is null && !TryNumber(json, "schema", out schema))
            refusal = Malformed("schema", "a whole number");
        if (refusal is null && (!json.TryGetProperty("operations", out var list) || list.ValueKind != JsonValueKind.Array))
            refusal = Malformed("operations", "a list of operations");
        if (refusal is not null && origin is null)
            return refusal;
        refusal ??= _operations.ReadAll(json.GetProperty("operations"), schema, out operations);
        transaction = new Transaction { Id = id, Actor = actor, Origin = origin, Operations = operations, Refusal = refusal };
        return null;
    }

    private Failure? ReadHere(JsonElement json, out ClientFrame? frame)
    {
        frame = null;
        if (CheckMembers(json, "t", "record") is { } unknown)
            return unknown;
        if (!IsGiven(json, "record"))
        {
            frame = new HereFrame(Record: null);
            return null;
        }

        var record = json.GetProperty("record");
        if (record.ValueKind != JsonValueKind.Object || CheckMembers(record, "type", "id") is not null || !TryId(record, "id", out var id))
            return Malformed("record", "{\"type\": name, \"id\": UUID} or null");
        if (!record.TryGetProperty("type", out var name) || name.ValueKind != JsonValueKind.String || !TryText(name, out var text) || registry.Find(text) is not { } type)
            return OperationFailures.TypeUnknown.With("There is no such record type.", "type");
        frame = new HereFrame((type, id));
        return null;
    }

    private static Failure? CheckMembers(JsonElement json, params ReadOnlySpan<string> known)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                return SyncFailures.Malformed.With($"There is a member that is not known here. Known are {string.Join(", ", known!)}.", member.Name.Length > 60 ? null : member.Name);
        }

        return null;
    }

    private static bool IsGiven(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null;

    private static bool TryNumber(JsonElement json, string member, out long number)
    {
        number = 0;
        return json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    private static bool TryId(JsonElement json, string member, out Guid id)
    {
        id = default;
        return json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetGuid(out id);
    }

    private static bool TryScopes(JsonElement json, string member, out IReadOnlyList<string> scopes)
    {
        var read = new List<string>();
        scopes = read;
        if (!json.TryGetProperty(member, out var list))
            return true;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxScopes)
            return false;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !TryText(item, out var text))
                return false;
            read.Add(text);
        }

        return true;
    }

    private static bool TryText(JsonElement json, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private static Failure Malformed(string member, string expected) => SyncFailures.Malformed.With($"'{member}' must be {expected}.", member);
}
