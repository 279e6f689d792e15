using System.Net;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>ASVS 16.2.5: what must stay secret stands in no log and no table in the clear.</summary>
public sealed class SecretTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Canary = "canary bird sings in the mine";

    [Fact]
    public async Task No_password_cookie_token_or_address_is_logged_or_stored_readable()
    {
        using var owner = server.NewBrowser();
        (await owner.PostAsync("/api/sign-up", new { email = "canary@example.org", password = Canary, name = "C", workspace = "W" })).Is(HttpStatusCode.Created);
        var (cookie, token) = (owner.Cookie!, await owner.InviteAsync());
        (await owner.PostAsync("/api/sign-up", new { email = "canary@example.org", password = Canary, name = "C", workspace = "W" })).Is(HttpStatusCode.Conflict);
        (await owner.PostAsync("/api/sign-in", new { email = "canary@example.org", password = Canary + "!" })).Is(HttpStatusCode.Unauthorized);
        (await owner.PostAsync("/api/sign-in", new { email = "canary@example.org", password = Canary })).Is(HttpStatusCode.OK);
        using var guest = server.NewBrowser();
        (await guest.PostAsync("/api/sign-up", new { email = "canary.guest@example.org", password = Canary, name = "G", invite = token })).Is(HttpStatusCode.Created);

        // What the database throws holds the row in its detail: the server's own errors must not pass that on.
        await server.LookAsync("ALTER TABLE identity.sessions ADD CONSTRAINT broken CHECK (agent <> 'Other') NOT VALID");
        (await owner.PostAsync("/api/sign-in", new { email = "canary@example.org", password = Canary })).Refuses(HttpStatusCode.InternalServerError, "server.error");
        await server.LookAsync("ALTER TABLE identity.sessions DROP CONSTRAINT broken");
        Assert.NotEmpty(server.Log.Lines);

        var tables = await server.LookAsync("""
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('identity', 'security', 'workspaces', 'engine', 'access')
            """);
        foreach (var secret in new[] { Canary, cookie, token })
        {
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
            foreach (var table in tables)
                Assert.Empty(await server.LookAsync($"SELECT 1 FROM {table} t WHERE position('{secret}' in to_jsonb(t)::text) > 0"));
        }

        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("canary@", StringComparison.OrdinalIgnoreCase));
    }
}
