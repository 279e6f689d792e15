using System.Net;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>The gate before Argon2id, where there is no more room behind it.</summary>
public sealed class GateTests(TestCluster cluster)
{
    [Fact]
    [Trait("asvs", "16.5.3")]
    public async Task Whoever_finds_it_full_is_asked_to_come_back_and_nothing_was_used_up()
    {
        await using var server = new TestServer(cluster);
        await server.InitializeAsync();
        using var ada = await server.NewBrowser().SignUpAsync();
        using var grace = server.NewBrowser();
        (await grace.PostAsync("/api/forgot", new { email = ada.Email })).Is(HttpStatusCode.Accepted);
        var token = (await server.Mail.NextAsync(ada.Email)).Token;
        var signUp = new { email = "grace@example.org", password = TestBrowser.Password, name = "Grace", workspace = "Compilers" };
        (TestBrowser Who, string Path, object Body)[] asked =
        [
            (grace, "/api/sign-in", new { email = ada.Email, password = "several unrelated birds" }),
            (grace, "/api/sign-up", signUp),
            (grace, "/api/reset", new { token, password = "another row of words" }),
            (ada, "/api/session/proof", new { password = TestBrowser.Password }),
            (ada, "/api/me/password", new { current = TestBrowser.Password, password = "another row of words", others = "keep" }),
        ];

        await using (FullGate.Of(server))
        {
            foreach (var (who, path, body) in asked)
            {
                var answer = (await who.PostAsync(path, body)).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
                Assert.Equal(TimeSpan.FromSeconds(2), answer.Message.Headers.RetryAfter!.Delta);
            }

            // More often than one may be wrong.
            for (var time = 0; time < 20; time++)
                (await grace.PostAsync(asked[0].Path, asked[0].Body)).Is(HttpStatusCode.TooManyRequests);
        }

        (await grace.PostAsync("/api/sign-in", asked[0].Body)).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await grace.PostAsync("/api/sign-up", signUp)).Is(HttpStatusCode.Created);
        (await ada.PostAsync("/api/session/proof", asked[3].Body)).Is(HttpStatusCode.NoContent);
        (await grace.PostAsync("/api/reset", asked[2].Body)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Whoever_confirms_an_address_while_it_is_full_comes_back_with_the_same_link()
    {
        await using var server = new TestServer(cluster) { Arguments = ["--verify", "first"] };
        await server.InitializeAsync();
        using var grace = server.NewBrowser();
        (await grace.PostAsync("/api/sign-up", new { email = "grace@example.org", password = TestBrowser.Password, name = "Grace", workspace = "Compilers" })).Is(HttpStatusCode.Accepted);
        var confirmed = new { token = (await server.Mail.NextAsync("grace@example.org")).Token, password = TestBrowser.Password };
        await using (FullGate.Of(server))
            (await grace.PostAsync("/api/sign-up/confirm", confirmed)).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        (await grace.PostAsync("/api/sign-up/confirm", confirmed)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Whoever_went_away_costs_nothing_and_what_fails_keeps_nobody_from_his_turn()
    {
        await using var server = new TestServer(cluster);
        await server.InitializeAsync();
        var hasher = server.Get<PasswordHasher>();
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        Assert.True(hasher.TryVerify(null, "several unrelated words", gone.Token, out var given));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.True(hasher.TryRun<bool>("", _ => throw new InvalidOperationException("It fails."), CancellationToken.None, out var failing));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.True(hasher.TryVerify(null, "several unrelated words", CancellationToken.None, out var next));
        Assert.False(await next);
    }

    /// <summary>Every thread behind the gate waits, and so does whoever is before it, until this is disposed of.</summary>
    private sealed class FullGate : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _opens = new();
        private readonly List<Task> _waiting = [];

        public static FullGate Of(TestServer server)
        {
            var gate = new FullGate();
            var hasher = server.Get<PasswordHasher>();
            // Each core takes one out of the queue.
            while (gate._waiting.Count < (PasswordHasher.QueuePerCore + 1) * Environment.ProcessorCount)
            {
                if (hasher.TryRun("", _ => gate.Wait(), CancellationToken.None, out Task<bool> waiting))
                    gate._waiting.Add(waiting);
                else
                    Thread.Yield();
            }

            return gate;
        }

        public async ValueTask DisposeAsync()
        {
            _opens.Set();
            await Task.WhenAll(_waiting);
            _opens.Dispose();
        }

        private bool Wait()
        {
            _opens.Wait();
            return true;
        }
    }
}
