using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>
/// Each role, each operation, each state of customers with what hangs on them, of projects and of tasks: a table of answers for
/// each type, and one for the roles. A role, an operation or a state that is in none of them fails.
/// </summary>
public sealed class RuleTableTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    /// <summary>What a role gets for an answer, whatever the state: <c>-</c> is what the state says. The last three are no built-in roles.</summary>
    private const string Rights =
        """
                   create               update               delete
        owner      -                    -                    -
        admin      -                    -                    -
        moderator  -                    -                    -
        member     -                    -                    -
        viewer     permission.denied    permission.denied    permission.denied
        guest      record.not_found     record.not_found     record.not_found
        reader     permission.denied    permission.denied    permission.denied
        keeper     -                    -                    permission.denied
        stranger   workspace.not_found  workspace.not_found  workspace.not_found
        """;

    /// <summary>A column for each operation; one for each status that is set.</summary>
    private const string Customers =
        """
                   create set               increment         listInsert        listRemove        delete restore lead          prospect      active dormant       lost archived
        lead       ok     ok                ok                ok                ok                ok     ok      ok            ok            ok     customer.step ok   ok
        prospect   ok     ok                ok                ok                ok                ok     ok      ok            ok            ok     customer.step ok   ok
        active     ok     ok                ok                ok                ok                ok     ok      customer.step customer.step ok     ok            ok   ok
        dormant    ok     ok                ok                ok                ok                ok     ok      customer.step customer.step ok     ok            ok   ok
        lost       ok     ok                ok                ok                ok                ok     ok      ok            ok            ok     customer.step ok   ok
        archived   ok     customer.archived customer.archived customer.archived customer.archived ok     ok      ok            ok            ok     ok            ok   ok
        """;

    /// <summary>For contacts, addresses and notes, by the status of their customer: who is gone can still be written about.</summary>
    private const string BelowCustomers =
        """
                   create set delete restore
        lead       ok     ok  ok     ok
        prospect   ok     ok  ok     ok
        active     ok     ok  ok     ok
        dormant    ok     ok  ok     ok
        lost       ok     ok  ok     ok
        archived   ok     ok  ok     ok
        """;

    /// <summary>For projects that have a customer and no open tasks.</summary>
    private const string Projects =
        """
                   create set              increment        listInsert       listRemove       delete restore draft         active        completed     archived
        draft      ok     ok               ok               ok               ok               ok     ok      ok            ok            project.step  project.not_completed
        active     ok     ok               ok               ok               ok               ok     ok      project.step  ok            ok            project.not_completed
        completed  ok     ok               ok               ok               ok               ok     ok      project.step  ok            ok            ok
        archived   ok     project.archived project.archived project.archived project.archived ok     ok      project.step  project.step  ok            ok
        """;

    /// <summary>For tasks that are done, by the state of their project.</summary>
    private const string Tasks =
        """
                   create               set                    reopen                 delete                 restore
        draft      ok                   ok                     ok                     ok                     ok
        active     ok                   ok                     ok                     ok                     ok
        completed  task.project_closed  ok                     task.project_closed    ok                     ok
        archived   task.project_closed  task.project_archived  task.project_archived  task.project_archived  ok
        """;

    private static readonly Dictionary<string, string> TableOf = new(StringComparer.Ordinal)
    {
        ["solo.customer"] = Customers,
        ["solo.contact"] = BelowCustomers,
        ["solo.address"] = BelowCustomers,
        ["solo.note"] = BelowCustomers,
        ["solo.project"] = Projects,
        ["solo.task"] = Tasks,
    };

    /// <summary>What keeps a project from its next state, whatever state the table above names; for whoever may change it.</summary>
    private const string Guards =
        """
                           to         answer
        template           active     project.template
        no_customer        active     project.needs_customer
        archived_customer  active     project.customer_archived
        open_task          completed  project.open_tasks
        """;

    /// <summary>Whose rules are no table of roles and states, and where they are tested instead.</summary>
    private static readonly Dictionary<string, Type> Elsewhere = new(StringComparer.Ordinal)
    {
        // It comes and goes as a whole, by the server alone.
        ["solo.sample"] = typeof(SampleTests),
        ["solo.bid"] = typeof(BidTests),
        // Only its author changes a comment; a moderator deletes any.
        ["platform.comment"] = typeof(CommentTests),
        // Everyone has his own, which nobody else reads.
        ["platform.home"] = typeof(HomeTests),
        ["platform.view"] = typeof(SavedViewTests),
    };

    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var type in TableOf.Keys)
        {
            foreach (var role in Tables.Read(Rights).Keys)
                cases.Add(type, role);
        }

        return cases;
    }

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_operation_gets_the_answer_of_the_table(string type, string role)
    {
        var person = await PersonAsync(role);
        var rights = Tables.Read(Rights)[role];
        // All at once: each on a record of its own.
        var wrong = await Task.WhenAll(Tables.Read(TableOf[type]).SelectMany(row => row.Value.Select(async cell =>
        {
            var (state, operation, answer) = (row.Key, cell.Key, cell.Value);
            var right = rights[operation switch { "create" or "restore" => "create", "delete" => "delete", _ => "update" }];
            var outcome = await _workspace.SendAsync(person, await AskAsync(type, state, operation));
            var got = outcome.Failure?.Code.Code ?? (outcome.Kind == OutcomeKind.Applied ? "ok" : $"{outcome.Kind}");
            return got == (right == "-" ? answer : right) ? null : $"{type}, {role}, {state}, {operation}: {got} {outcome.Failure?.Detail}";
        })));
        Assert.Empty(wrong.OfType<string>());
    }

    public static TheoryData<string, string> Guarded()
    {
        var cases = new TheoryData<string, string>();
        foreach (var guard in Tables.Read(Guards).Keys)
        {
            foreach (var role in Tables.Read(Rights).Keys)
                cases.Add(guard, role);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task No_role_gets_past_what_guards_a_state(string guard, string role)
    {
        var (right, row) = (Tables.Read(Rights)[role]["update"], Tables.Read(Guards)[guard]);
        var project = guard switch
        {
            "template" => await _workspace.MakeAsync("solo.project", new { name = "Website", template = true, billing = "none" }),
            "no_customer" => await _workspace.MakeAsync("solo.project", new { name = "Website" }),
            "archived_customer" => await _workspace.MakeAsync("solo.project", new { name = "Website", customer = await _workspace.CustomerAsync("archived") }),
            _ => await _workspace.ProjectAsync(),
        };
        if (guard == "open_task")
            await _workspace.TaskAsync(project);
        var outcome = await _workspace.SendAsync(await PersonAsync(role), SoloRecords.Set("solo.project", project, "state", row["to"]));
        Assert.Equal(right == "-" ? row["answer"] : right, outcome.Failure?.Code.Code);
    }

    [Fact]
    public void Every_record_type_of_the_product_has_a_table_or_is_tested_elsewhere()
    {
        var types = _engine.Registry.All.Where(type => type.Name.StartsWith("solo.", StringComparison.Ordinal) || type.Name.StartsWith("platform.", StringComparison.Ordinal)).ToDictionary(type => type.Name, type => type.Class, StringComparer.Ordinal);
        string[] told = [.. TableOf.Keys, .. Elsewhere.Keys];
        var missing = types.Where(type => !told.Contains(type.Key)).Select(type =>
            $"Where are the rules of {type.Key} tested? Put into Elsewhere in server/Tests/Apps/Solo/RuleTableTests.cs: [\"{type.Key}\"] = typeof({type.Value.Name}Tests), or give it a table in TableOf.");
        var gone = told.Where(name => !types.ContainsKey(name)).Select(name => $"There is no {name} any more: take it out of RuleTableTests.");
        Assert.True(told.Length == types.Count && told.All(types.ContainsKey), string.Join('\n', missing.Concat(gone)));
    }

    [Fact]
    public void Every_role_state_and_operation_is_in_the_tables()
    {
        Assert.Equal(Roles.All, Tables.Read(Rights).Keys.Take(Roles.All.Count));
        foreach (var (name, table) in TableOf)
        {
            var (type, rows) = (_engine.Registry.Find(name)!, Tables.Read(table));
            var states = _engine.Registry.Find(name is "solo.project" or "solo.task" ? "solo.project" : "solo.customer")!.Fields.OfType<ChoiceField>().Single(field => field.Name is "status" or "state").Choices;
            Assert.Equal(states, rows.Keys);
            string[] own = name is "solo.customer" or "solo.project" ? [.. states] : name == "solo.task" ? ["reopen"] : [];
            var possible = OperationReader.Names.Where(operation => operation switch
            {
                "increment" => type.Fields.Any(field => field is NumberField { ReadOnly: false }),
                "listInsert" or "listRemove" => type.Fields.Any(field => field is TextListField { ReadOnly: false }),
                _ => true,
            });
            Assert.All(rows.Values, row => Assert.Equal(possible.Concat(own).Order(StringComparer.Ordinal), row.Keys.Order(StringComparer.Ordinal)));
        }
    }

    [Theory]
    [InlineData("solo.customer", "customer.archived", "reason", "status")]
    [InlineData("solo.project", "project.archived", "customer", "state")]
    public async Task What_is_archived_keeps_every_field_but(string name, string code, params string[] free)
    {
        var type = _engine.Registry.Find(name)!;
        var samples = new Samples(_engine.Registry, _workspace.Id, _workspace.Owner.Member).Creates.Single(create => (string?)create["type"] == name)["values"]!;
        var id = name == "solo.customer" ? await _workspace.CustomerAsync("archived") : await _workspace.ProjectAsync("archived");
        foreach (var field in type.Fields.Where(field => !field.ReadOnly && !free.Contains(field.Name)))
        {
            var now = field.Get(type.New(Guid.Empty));
            object? another = field switch
            {
                ChoiceField choice => choice.Choices.First(one => one != (string?)now),
                NumberField => ((long?)now ?? 6) + 1,
                _ => samples[field.Name],
            };
            // Money is of some currency.
            object[] currency = field is MoneyField ? [SoloRecords.Set(name, id, "currency", "EUR")] : [];
            (await _workspace.SendAsync([SoloRecords.Set(name, id, field.Name, another), .. currency])).Refuses(code, field.Name);
        }
    }

    private async Task<TestMember> PersonAsync(string role)
    {
        string[]? verbs = role switch { "reader" => ["read"], "keeper" => ["read", "create", "update"], _ => null };
        if (role == "stranger")
            return new TestMember(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        if (verbs is null)
            return await _workspace.AddMemberAsync(role, party: role == Roles.Guest ? Guid.CreateVersion7() : null);
        var own = Guid.CreateVersion7();
        await _workspace.WriteAsServerAsync(Compose.Create(_engine.Registry, own, new Role { Name = role, Permissions = [.. TableOf.Keys.SelectMany(type => verbs.Select(verb => $"{type}.{verb}"))] }));
        return await _workspace.AddMemberAsync(Roles.Member, customRole: own);
    }

    /// <summary>The operations to send, on a record that is made for them.</summary>
    private Task<object[]> AskAsync(string type, string state, string operation) => type switch
    {
        "solo.customer" => OnCustomerAsync(state, operation),
        "solo.project" => OnProjectAsync(state, operation),
        "solo.task" => OnTaskAsync(state, operation),
        _ => BelowCustomerAsync(type, state, operation),
    };

    private async Task<object[]> OnCustomerAsync(string state, string operation)
    {
        if (operation == "create")
            return [SoloRecords.Create("solo.customer", Guid.CreateVersion7(), new { name = "New", status = state, reason = "So" })];
        var id = await _workspace.MakeAsync("solo.customer", new { name = "Ada", status = state, reason = "So", paymentDays = 7, tags = new[] { "old" } });
        return Tables.Read(Customers).ContainsKey(operation)
            ? [SoloRecords.Set("solo.customer", id, "status", operation), SoloRecords.Set("solo.customer", id, "reason", "Another")]
            : [await OnAsync("solo.customer", id, operation, "name", number: "paymentDays", list: "tags")];
    }

    private async Task<object[]> BelowCustomerAsync(string type, string state, string operation)
    {
        var (customer, text) = (await _workspace.CustomerAsync(state), type switch { "solo.contact" => "name", "solo.address" => "city", _ => "text" });
        object values = type switch
        {
            "solo.contact" => new { customer, name = "Bob" },
            "solo.address" => new { customer, country = "DE" },
            _ => new { customer, at = "2026-11-20T09:30:00.000Z", text = "Wants an offer." },
        };
        return [operation == "create" ? SoloRecords.Create(type, Guid.CreateVersion7(), values) : await OnAsync(type, await _workspace.MakeAsync(type, values), operation, text)];
    }

    private async Task<object[]> OnProjectAsync(string state, string operation)
    {
        if (operation == "create")
            return [SoloRecords.Create("solo.project", Guid.CreateVersion7(), new { name = "New", state, billing = "none" })];
        var id = await _workspace.MakeAsync("solo.project", new { name = "Website", state, customer = await _workspace.CustomerAsync(), spentMinutes = 5, tags = new[] { "old" } });
        return Tables.Read(Projects).ContainsKey(operation)
            ? [SoloRecords.Set("solo.project", id, "state", operation)]
            : [await OnAsync("solo.project", id, operation, "name", number: "spentMinutes", list: "tags")];
    }

    private async Task<object[]> OnTaskAsync(string state, string operation)
    {
        var isLater = operation == "restore" && state == "archived";
        var project = await _workspace.ProjectAsync(isLater ? "completed" : state);
        var task = await _workspace.TaskAsync(project, done: true);
        object asked = operation switch
        {
            "create" => SoloRecords.Create("solo.task", Guid.CreateVersion7(), new { project, title = "New", order = "i" }),
            "reopen" => SoloRecords.Set("solo.task", task, "done", false),
            _ => await OnAsync("solo.task", task, operation, "title"),
        };
        // What was deleted before the project was archived comes back into it.
        if (isLater)
            (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "state", "archived"))).Holds();
        return [asked];
    }

    /// <summary>What all types take; what is to be restored is deleted first.</summary>
    private async Task<object> OnAsync(string type, Guid id, string op, string text, string? number = null, string? list = null)
    {
        if (op == "restore")
            (await _workspace.SendAsync(SoloRecords.Delete(type, id))).Holds();
        return op switch
        {
            "set" => SoloRecords.Set(type, id, text, "Another"),
            "increment" => new { op, type, id, field = number, by = 1 },
            "listInsert" => new { op, type, id, field = list, value = "new" },
            "listRemove" => new { op, type, id, field = list, value = "old" },
            "delete" => SoloRecords.Delete(type, id),
            "restore" => SoloRecords.Restore(type, id),
            _ => throw new InvalidOperationException($"The table of {type} has a column {op} that nothing is known of."),
        };
    }
}
