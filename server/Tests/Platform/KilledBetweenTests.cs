using System.Net;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>A process that dies right after its commit: whom it concerns is told all the same.</summary>
public sealed class KilledBetweenTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private const string Other = "entirely different pieces";

    /// <summary>What is noted of a change after its commit fails from here on, and so does all that would come next.</summary>
    public async ValueTask InitializeAsync() => await server.LookAsync("""
        CREATE OR REPLACE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
        """);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Trait("asvs", "2.3.3")]
    [Trait("asvs", "6.3.7")]
    public async Task A_password_that_was_changed_is_told()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        await DyingAsync(async () => (await person.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Other })).Is(HttpStatusCode.InternalServerError));
        await ToldAsync(person, "Your password was changed", 1, "authn_password_change");
        (await person.SignInAsync(Other)).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "2.3.3")]
    [Trait("asvs", "6.3.7")]
    public async Task A_password_that_was_set_by_a_link_is_told()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/forgot", new { email = person.Email })).Is(HttpStatusCode.Accepted);
        var token = (await server.Mail.NextAsync(person.Email)).Token;
        await DyingAsync(async () => (await person.PostAsync("/api/reset", new { token, password = Other })).Is(HttpStatusCode.InternalServerError));
        await ToldAsync(person, "Your password was changed", 2, "authn_password_change");
        (await person.SignInAsync(Other)).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "2.3.3")]
    [Trait("asvs", "10.4.5")]
    public async Task A_token_that_came_again_is_told()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(person.Email)).Token })).Is(HttpStatusCode.NoContent);
        var made = (await person.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json;
        using var program = new TestProgram(server.Address) { Refresh = made.GetProperty("token").GetString() };
        var stolen = program.Refresh;
        await program.RefreshAsync();
        server.Clock.Forward(TimeSpan.FromMinutes(1));
        await DyingAsync(async () => (await program.PostAsync("/api/tokens/refresh", new { token = stolen })).Is(HttpStatusCode.InternalServerError));
        await ToldAsync(person, "“Night job” was ended", 2, "authn_token_reuse");
        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
    }

    private async Task DyingAsync(Func<Task> doing)
    {
        await server.LookAsync("CREATE TRIGGER die BEFORE INSERT ON security.events FOR EACH ROW WHEN (current_user = 'holdfast_system') EXECUTE FUNCTION public.die()");
        await doing();
        await server.LookAsync("DROP TRIGGER die ON security.events");
    }

    private async Task ToldAsync(TestBrowser person, string subject, int number, string name)
    {
        Assert.Equal(subject, (await server.Mail.NextAsync(person.Email, number)).Header("Subject"));
        Assert.Equal(["1"], await server.LookAsync($"SELECT count(*) FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{person.Email}' AND e.name = '{name}'"));
    }
}
