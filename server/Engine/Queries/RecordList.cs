using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;

namespace Holdfast.Engine.Queries;

/// <summary>What a list is asked for.</summary>
public sealed record ListRequest
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    public const string NewestFirst = "-id";

    /// <summary>In the query language; nothing for all.</summary>
    public string Query { get; init; } = "";

    /// <summary>One or two fields, such as <c>name,-created</c>. Without it the newest come first, for ids are made in the order of time.</summary>
    public string Sort { get; init; } = NewestFirst;

    /// <summary>How many records a page holds, at most <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The token of the page before; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>A scope of the type, to list what it holds; null for all.</summary>
    public string? Scope { get; init; }

    internal static Failure BadLimit() =>
        FieldFailures.Malformed.With($"'limit' takes a whole number from 1 to {MaxLimit}.", "limit", ("format", "integer"));
}

/// <summary>One page of a list, of what one reader may read of it.</summary>
internal sealed class RecordList
{
    /// <summary>Up to here records are counted; above, a count says only that there are more.</summary>
    internal const int MaxCount = 10_000;

    private readonly RecordType _type;
    private readonly Access _access;
    private readonly ListRequest _request;
    private readonly ListOrder _order;
    private readonly Sql _condition;
    private readonly Sql? _after;

    private RecordList(RecordType type, Access access, ListRequest request, ListOrder order, Sql condition, Sql? after) =>
        (_type, _access, _request, _order, _condition, _after) = (type, access, request, order, condition, after);

    /// <param name="registry">Where scopes are found.</param>
    /// <param name="type">Of which the actor may read something.</param>
    /// <param name="access">Who reads.</param>
    /// <param name="custom">The fields that the workspace defined for the type.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">See <see cref="QueryReader.Read"/>.</param>
    /// <param name="list">The list, where nothing is wrong with what is asked for.</param>
    internal static Failure? Read(RecordRegistry registry, RecordType type, Access access, IReadOnlyList<CustomField> custom, ListRequest request, DateTimeOffset now, out RecordList? list)
    {
        list = null;
        var columns = new Columns(type, access, custom);
        if (QueryReader.Read(request.Query, columns, now, out var query) is { } badQuery)
            return badQuery;
        if (ListOrder.Read(request.Sort, columns, out var order) is { } badOrder)
            return badOrder;
        if (request.Limit is < 1 or > ListRequest.MaxLimit)
            return ListRequest.BadLimit();
        Sql condition = $"({Reading.Where(type, access)}) AND ({query.ToSql()})";
        if (request.Scope is { } name)
        {
            if (Scope.Parse(registry, name) is not { } scope || scope.Type != type || !scope.IsOpenTo(access) || (scope.Key is not null && columns.Find(scope.Key.Name) is null))
                return SyncFailures.ScopeUnknown.With("There is no such scope of these records, or you may not read it.", "scope");
            condition = $"{condition} AND ({scope.Where()})";
        }

        Sql? after = null;
        if (request.After is { } token && (PageToken.Read(Identity(type, request), token) is not { } place || (after = order.After(place)) is null))
            return FieldFailures.Malformed.With("'after' takes the 'next' of a page of the same list: same query, sort and scope.", "after", ("format", "page"));
        list = new RecordList(type, access, request, order, condition, after);
        return null;
    }

    /// <summary>Reads the page and, for the first one, the count.</summary>
    internal async Task<byte[]> ReadAsync(DbTransaction database, Guid workspace, CancellationToken cancel)
    {
        var page = _after is null ? _condition : (Sql)$"{_condition} AND ({_after})";
        var records = new List<Record>();
        // One more than asked for tells whether there is a next page.
        Sql select = $"{_type.Sql.SelectWhere(workspace, page)} ORDER BY {_order.ToSql()} LIMIT {_request.Limit + 1}";
        await using (var reader = await database.ReadAsync([select], cancel))
        {
            while (await reader.ReadAsync(cancel))
                records.Add(_type.Sql.Read(reader));
        }

        var more = records.Count > _request.Limit;
        if (more)
            records.RemoveAt(records.Count - 1);
        // What fits on the first page is counted by it: a search that finds little looks through the table once.
        long? count = _after is not null ? null : more ? await CountAsync(database, workspace, cancel) : records.Count;
        return JsonText.Bytes(json => Write(json, records, more, count));
    }

    private async Task<long> CountAsync(DbTransaction database, Guid workspace, CancellationToken cancel)
    {
        Sql some = $"SELECT FROM {_type.Table} WHERE workspace_id = {workspace} AND ({_condition}) LIMIT {MaxCount + 1}";
        await using var reader = await database.ReadAsync([$"SELECT count(*) FROM ({some}) AS counted"], cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }

    private void Write(Utf8JsonWriter json, List<Record> records, bool more, long? count)
    {
        json.WriteStartObject();
        json.WriteStartArray("records");
        foreach (var record in records)
            _type.Write(json, record, field => Reading.Sees(_type, _access, field));
        json.WriteEndArray();
        json.WriteString("next", more ? PageToken.Write(Identity(_type, _request), _order.PlaceOf(records[^1])) : null);
        if (count is { } counted)
        {
            json.WriteStartObject("count");
            json.WriteNumber(counted > MaxCount ? "moreThan" : "exact", Math.Min(counted, MaxCount));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Identity(RecordType type, ListRequest request) => string.Join('\0', type.Name, request.Scope, request.Query, request.Sort);
}
