using System.Text.Json;
using Holdfast.Apps.Solo.Bids;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Host;
using Holdfast.Platform.Http;
using Holdfast.Tests.Engine.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Tests.Support;

/// <summary>The engine over a database of its own, without HTTP.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="connectionString">Of the database.</param>
    /// <param name="unknown">Record types that this process is too old to know.</param>
    public TestEngine(string connectionString, params Type[] unknown) => _services = Services(connectionString, unknown);

    /// <param name="connectionString">Of the database.</param>
    /// <param name="addMore">What the test puts beside the product, or in place of a part of it.</param>
    public TestEngine(string connectionString, Action<IServiceCollection> addMore) => _services = Services(connectionString, [], addMore);

    public T Get<T>()
        where T : class => _services.GetRequiredService<T>();

    public Db Db => _services.GetRequiredService<Db>();

    public RecordRegistry Registry => _services.GetRequiredService<RecordRegistry>();

    public JobRegistry Jobs => _services.GetRequiredService<JobRegistry>();

    public Policy Policy => _services.GetRequiredService<Policy>();

    public SyncHub Hub => _services.GetRequiredService<SyncHub>();

    public WritePath WritePath => _services.GetRequiredService<WritePath>();

    public LogStore Log => _services.GetRequiredService<LogStore>();

    public SyncReader SyncReader => new(Db, Log, _services.GetRequiredService<AccessReader>(), TimeProvider.System);

    public History History => _services.GetRequiredService<History>();

    public LogVerifier Verifier => _services.GetRequiredService<LogVerifier>();

    public Secrets Secrets => _services.GetRequiredService<Secrets>();

    public RecordType Customers => Registry.Of<Customer>();

    /// <summary>Another process's door to the same database.</summary>
    public WritePath NewWritePath() => new(
        Db, Registry, Policy, Jobs, _services.GetRequiredService<JobBell>(), TimeProvider.System, NullLogger<WritePath>.Instance);

    /// <summary>A transaction as it is read from outside; what is wrong with it is its refusal.</summary>
    public Transaction Read(TestMember member, string operations, int? schema = null, (Guid, long)? origin = null)
    {
        using var json = JsonDocument.Parse(operations);
        var refusal = new OperationReader(Registry).ReadAll(json.RootElement, schema ?? Registry.Schema, out var read);
        return new Transaction { Id = Guid.CreateVersion7(), Actor = member.Actor, Origin = origin, Operations = read, Refusal = refusal };
    }

    /// <summary>A workspace with an owner.</summary>
    public async Task<TestWorkspace> CreateWorkspaceAsync()
    {
        var id = Guid.CreateVersion7();
        await WritePath.CreateWorkspaceAsync(id);
        var outcome = await WritePath.WriteAsync(id, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test"),
            Operations = [Compose.Create(Registry, id, new Workspace { Name = "Test" })],
        });
        Xunit.Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        var workspace = new TestWorkspace(this, id);
        workspace.Owner = await workspace.AddMemberAsync(Roles.Owner);
        return workspace;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <param name="connectionString">Of the database.</param>
    /// <param name="unknown">Record types that this process is too old to know.</param>
    /// <param name="addMore">Modules of the test's own.</param>
    public static ServiceProvider Services(string connectionString, Type[] unknown, Action<IServiceCollection>? addMore = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        Program.AddModules(services, connectionString, new SiteSettings { PublicAddress = new Uri("http://localhost") });
        ReadingRecords.Add(services);
        TestRecords.Add(services);
        BidModule.Add(services);
        foreach (var registration in services.Where(service => service.ImplementationInstance is RecordRegistration { Class: var type } && unknown.Contains(type)).ToArray())
            services.Remove(registration);
        addMore?.Invoke(services);
        return services.BuildServiceProvider();
    }
}

/// <summary>A member of a test's workspace.</summary>
internal sealed record TestMember(Guid Member, Guid User, Guid Session)
{
    public Actor Actor => Actor.Person(User, Session) with { IsProven = true };
}

internal sealed class TestWorkspace(TestEngine engine, Guid id)
{
    public Guid Id => id;

    public TestMember Owner { get; set; } = null!;

    public async Task<TestMember> AddMemberAsync(string role, Guid? party = null, Guid? customRole = null)
    {
        var member = new TestMember(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var record = new Member { User = member.User, Name = role, Email = $"{member.User:n}@example.org", Role = role, Party = party, CustomRole = customRole };
        var outcome = await engine.WritePath.WriteAsync(id, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test"),
            Operations = [Compose.Create(engine.Registry, member.Member, record)],
        });
        Xunit.Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        return member;
    }

    public Task<Outcome> WriteAsync(params Operation[] operations) => WriteAsync(Owner, operations);

    public Task<Outcome> WriteAsync(TestMember member, params Operation[] operations) =>
        engine.WritePath.WriteAsync(id, new Transaction { Id = Guid.CreateVersion7(), Actor = member.Actor, Operations = operations });

    public async Task<Outcome> WriteAsServerAsync(params Operation[] operations)
    {
        var outcome = await engine.WritePath.WriteAsync(id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = operations });
        Xunit.Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        return outcome;
    }

    /// <summary>Erases what the log holds of a customer beside its present values.</summary>
    public Task<Outcome> EraseAsync(Guid customer, params string[] fields) => engine.WritePath.WriteAsync(id, new Transaction
    {
        Id = Guid.CreateVersion7(),
        Actor = Actor.Server("erase", Owner.User),
        Erasures = [new Erasure(engine.Customers, customer, fields.Length == 0 ? null : fields)],
    });

    public CreateOperation NewCustomer(string name, Guid? customer = null) =>
        Compose.Create(engine.Registry, customer ?? Guid.CreateVersion7(), new Customer { Name = name });

    public SetOperation Set(Guid customer, string field, object? value, long? version = null) =>
        new(engine.Customers, customer, engine.Customers.Fields.Single(f => f.Name == field), value)
        {
            Guards = version is { } seen ? [new VersionGuard(seen)] : [],
        };

    /// <summary>Writes operations of the owner as a stranger sends them: as JSON.</summary>
    public Task<Outcome> SendAsync(params object[] operations) => SendAsync(Owner, operations);

    public Task<Outcome> SendAsync(TestMember member, params object[] operations) =>
        engine.WritePath.WriteAsync(id, engine.Read(member, JsonSerializer.Serialize(operations)));

    /// <summary>Makes a thing with a title and the given other values.</summary>
    public async Task<Guid> AddThingAsync(object? values = null)
    {
        var thing = Guid.CreateVersion7();
        var given = JsonSerializer.SerializeToNode(values ?? new { })!.AsObject();
        given.TryAdd("title", "A thing");
        var outcome = await SendAsync(new { op = "create", type = "test.thing", id = thing, values = given });
        Xunit.Assert.True(outcome.Kind == OutcomeKind.Applied, outcome.Failure?.Detail);
        return thing;
    }

    public static object SetThing(Guid thing, string field, object? value, object? guard = null) => guard is null
        ? new { op = "set", type = "test.thing", id = thing, field, value }
        : new { op = "set", type = "test.thing", id = thing, field, value, guard };

    /// <summary>A thing as a snapshot shows it; null where there is none.</summary>
    public async Task<JsonElement?> ThingAsync(Guid thing)
    {
        await using var database = await engine.Db.BeginSnapshotAsync(id, default);
        var type = engine.Registry.Of<Thing>();
        await using var row = await database.ReadAsync([type.Sql.Select(id, [thing])], default);
        return await row.ReadAsync() ? JsonText.Parse(JsonText.Text(json => type.Write(json, type.Sql.Read(row), _ => true))) : null;
    }

    /// <summary>A value of a thing as a snapshot shows it, as JSON.</summary>
    public async Task<string> ValueAsync(Guid thing, string field) =>
        (await ThingAsync(thing))!.Value.GetProperty("values").TryGetProperty(field, out var value) ? value.GetRawText() : "";

    public async Task<Guid> RegisterBrowserAsync(TestMember member)
    {
        var browser = Guid.CreateVersion7();
        await engine.Db.In(id).ExecuteAsync($"""
            INSERT INTO engine.browsers (workspace_id, browser_id, user_id, session_id, seen_at)
            VALUES ({id}, {browser}, {member.User}, {member.Session}, now())
            """);
        return browser;
    }

    public async Task<long> HeadAsync() =>
        await engine.Db.In(id).FirstAsync<long>($"SELECT coalesce(max(seq), 0) FROM engine.log WHERE workspace_id = {id}");

    /// <summary>What verification finds, each as "where: what".</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        var findings = new List<string>();
        var report = await engine.Verifier.VerifyAsync(id, finding => findings.Add($"{finding.Where}: {finding.What}"), CancellationToken.None);
        Xunit.Assert.Equal(findings.Count, report.Findings);
        return findings;
    }

    public Task<IReadOnlyList<CustomerRow>> CustomersAsync() =>
        engine.Db.In(id).QueryAsync<CustomerRow>($"SELECT id, version, name, status, tags FROM solo.customers WHERE workspace_id = {id} ORDER BY id");
}

internal sealed record CustomerRow
{
    public Guid Id { get; init; }

    public long Version { get; init; }

    public string Name { get; init; } = "";

    public string Status { get; init; } = "";

    public string[] Tags { get; init; } = [];
}
