using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

public sealed class CustomerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Whoever_archives_a_customer_says_why()
    {
        var id = await _workspace.CustomerAsync();
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "status", "archived"))).Refuses("customer.reason_missing", "reason");
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "status", "archived"), SoloRecords.Set("solo.customer", id, "reason", "Closed down"))).Holds();
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "reason", "Closed down in May"))).Holds();
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "reason", null))).Refuses("customer.reason_missing", "reason");
    }

    [Fact]
    public async Task A_step_that_is_not_possible_names_those_that_are()
    {
        var id = await _workspace.CustomerAsync("dormant");
        var refused = (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "status", "lead"))).Refuses("customer.step", "status");
        Assert.Equal("active, lost, archived", refused.Failure!.Params!["allowed"]);
    }

    [Fact]
    public async Task What_today_s_screens_send_still_holds()
    {
        var values = new { name = "Ada", email = "ada@example.org", phone = "1", status = "lead", kind = "person", vatId = "SE556677889901", currency = "EUR", language = "de", tags = new[] { "vip" } };
        var id = await _workspace.MakeAsync("solo.customer", values);
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "status", "active"), new { op = "listInsert", type = "solo.customer", id, field = "tags", value = "web" })).Holds();
    }

    [Fact]
    public async Task A_vat_id_that_is_none_is_refused_where_it_is_new()
    {
        var id = await _workspace.CustomerAsync();
        var refused = (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "vatId", "DE136695977"))).Refuses("customer.vat_id", "vatId");
        Assert.Equal("DE136695976", refused.Failure!.Params!["example"]);
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "vatId", "DE136695976"))).Holds();
        // Written before anyone looked at it, it does not keep the record from changing.
        await database.AsSuperuserAsync($"UPDATE solo.customers SET vat_id = 'DE 1' WHERE id = '{id}'");
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, "name", "Another"))).Holds();
    }

    [Theory]
    [InlineData("eInvoiceAddress", "991-1234512345-06", "eInvoiceScheme")]
    [InlineData("eInvoiceScheme", "0204", "eInvoiceAddress")]
    public async Task An_e_invoice_address_and_its_scheme_belong_together(string field, string value, string missing)
    {
        var id = await _workspace.CustomerAsync();
        (await _workspace.SendAsync(SoloRecords.Set("solo.customer", id, field, value))).Refuses("customer.e_invoice", missing);
    }

    [Theory]
    [InlineData("0204", null)]
    [InlineData("EM", null)]
    [InlineData("204", "customer.e_invoice")]
    [InlineData("em", "customer.e_invoice")]
    public async Task The_scheme_is_a_number_or_mail(string scheme, string? code)
    {
        var id = await _workspace.CustomerAsync();
        var outcome = await _workspace.SendAsync(
            SoloRecords.Set("solo.customer", id, "eInvoiceScheme", scheme), SoloRecords.Set("solo.customer", id, "eInvoiceAddress", "991-1234512345-06"));
        Assert.Equal(code, outcome.Failure?.Code.Code);
    }

    [Fact]
    public async Task What_hangs_on_a_customer_is_said_with_its_number_and_keeps_it()
    {
        var id = await _workspace.CustomerAsync();
        Guid[] contacts = [await _workspace.MakeAsync("solo.contact", new { customer = id, name = "Bob" }), await _workspace.MakeAsync("solo.contact", new { customer = id, name = "Eve" })];
        var address = await _workspace.MakeAsync("solo.address", new { customer = id, kind = "billing", validFrom = "2026-01-01", country = "DE" });
        var refused = (await _workspace.SendAsync(SoloRecords.Delete("solo.customer", id))).Refuses("record.referenced");
        Assert.Equal(("solo.contact", 2), ((string)refused.Failure!.Params!["by"], (int)refused.Failure.Params["count"]));
        Assert.StartsWith("2 solo.contact and 1 solo.address refer to it.", refused.Failure.Detail, StringComparison.Ordinal);

        object[] below = [.. contacts.Select(contact => SoloRecords.Delete("solo.contact", contact)), SoloRecords.Delete("solo.address", address)];
        (await _workspace.SendAsync([SoloRecords.Delete("solo.customer", id), .. below[..2]])).Refuses("record.referenced");
        (await _workspace.SendAsync([SoloRecords.Delete("solo.customer", id), .. below])).Holds();
        // And back, all at once.
        (await _workspace.SendAsync(SoloRecords.Restore("solo.customer", id), SoloRecords.Restore("solo.contact", contacts[0]), SoloRecords.Restore("solo.address", address))).Holds();
    }

    [Fact]
    public async Task What_moves_away_in_the_same_transaction_no_longer_hangs_on_it()
    {
        var (from, to) = (await _workspace.CustomerAsync(), await _workspace.CustomerAsync());
        var contact = await _workspace.MakeAsync("solo.contact", new { customer = from, name = "Bob" });
        (await _workspace.SendAsync(SoloRecords.Set("solo.contact", contact, "customer", to), SoloRecords.Delete("solo.customer", from))).Holds();
        var moved = (await _workspace.SendAsync(SoloRecords.Delete("solo.customer", to))).Refuses("record.referenced");
        Assert.Equal(1, moved.Failure!.Params!["count"]);
    }

    [Fact]
    public async Task A_note_says_when_and_with_whom()
    {
        var id = await _workspace.CustomerAsync();
        var contact = await _workspace.MakeAsync("solo.contact", new { customer = id, name = "Bob" });
        await _workspace.MakeAsync("solo.note", new { customer = id, contact, kind = "call", at = "2026-11-20T09:30:00.000Z", text = "Wants an offer\nby Friday." });
        (await _workspace.SendAsync(SoloRecords.Create("solo.note", Guid.CreateVersion7(), new { customer = id, text = "When?" }))).Refuses("field.required", "at");
        (await _workspace.SendAsync(SoloRecords.Delete("solo.contact", contact))).Refuses("record.referenced");
    }

    [Theory]
    [InlineData("de")]
    [InlineData("GER")]
    public async Task A_country_is_two_capitals(string country)
    {
        var id = await _workspace.CustomerAsync();
        var outcome = await _workspace.SendAsync(SoloRecords.Create("solo.address", Guid.CreateVersion7(), new { customer = id, country }));
        Assert.Equal("country", outcome.Failure!.Field);
    }
}
