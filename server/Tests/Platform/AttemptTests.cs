using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Holdfast.Platform.Identity;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Whoever guesses passwords is stopped, and the owner of the account is not.</summary>
public sealed class AttemptTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("asvs", "6.3.1")]
    public async Task A_guesser_waits_longer_and_longer_and_an_unknown_address_is_treated_alike()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var waits = new List<List<int>>();
        foreach (var email in new[] { owner.Email, "nobody-at-all@example.org" })
        {
            using var guesser = server.NewBrowser();
            var seen = new List<int>();
            for (var guess = 0; seen.Count < 4; guess++)
            {
                Assert.True(guess < 30, "nothing stops the guesser");
                var answer = await GuessAsync(guesser, email);
                if (answer.Status == HttpStatusCode.Unauthorized)
                {
                    answer.Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
                    continue;
                }

                answer.Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
                Assert.Equal(answer.Param("retryAfter").GetInt32(), answer.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
                Assert.Equal(1, answer.Param("minutes").GetInt32());
                // Of an account nothing is told beyond that.
                Assert.Equal(2, answer.Json.GetProperty("params").EnumerateObject().Count());
                Assert.DoesNotContain("sign-in", string.Join(' ', answer.Message.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
                seen.Add(answer.Param("retryAfter").GetInt32());
                server.Clock.Forward(TimeSpan.FromSeconds(seen[^1]));
            }

            waits.Add(seen);
        }

        Assert.Equal([1, 2, 4, 8], waits[0]);
        Assert.Equal(waits[0], waits[1]);
    }

    [Fact]
    [Trait("asvs", "6.1.1")]
    public async Task Strangers_from_everywhere_cannot_lock_the_owner_out_of_a_browser_that_he_has_used_before()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        await LockAsync(server, owner.Email);

        using var elsewhere = server.NewBrowser();
        (await GuessAsync(elsewhere, owner.Email, TestBrowser.Password)).Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        (await owner.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        (await owner.SignInAsync("several unrelated birds")).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await owner.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Contains("True", await server.LookAsync($"SELECT count(*) > 0 FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{owner.Email}' AND e.name = 'authn_login_lock'"));

        // Whoever runs the server lets everybody try anew.
        await server.Get<Users>().UnlockAsync(Guid.Parse((await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{owner.Email}'"))[0]!));
        (await GuessAsync(elsewhere, owner.Email, TestBrowser.Password)).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("bug", "5")]
    public async Task Parallel_guesses_cannot_overrun_the_budget()
    {
        using var guesser = server.NewBrowser();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => GuessAsync(guesser, "target@example.org")));
        // Where the machine is slow, the first waits pass meanwhile.
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized), 5, 7);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Unauthorized), answer => Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status));
    }

    [Fact]
    [Trait("bug", "6")]
    public async Task A_success_and_a_day_of_rest_begin_anew()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        for (var round = 0; round < 4; round++)
        {
            for (var guess = 0; guess < 4; guess++)
                (await GuessAsync(owner, owner.Email)).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
            if (round < 2)
                (await owner.SignInAsync()).Is(HttpStatusCode.OK);
            else
                server.Clock.Forward(TimeSpan.FromHours(12));
        }
    }

    [Fact]
    [Trait("bug", "8")]
    public async Task A_browser_is_known_by_what_it_was_handed_out_and_by_nothing_else()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var given = owner.Device!;
        Assert.Matches("^[A-Za-z0-9_-]{64}$", given);
        await LockAsync(server, owner.Email);
        using var other = await server.NewBrowser().SignUpAsync("Eve", "Eavesdroppers");
        var edited = given[..20] + (given[20] == 'A' ? 'B' : 'A') + given[21..];
        foreach (var device in new[] { null, edited, new string('A', 64), given[..43], other.Device, given + "A", $"AA{new string(' ', 60)}AA" })
        {
            using var stranger = server.NewBrowser();
            stranger.Device = device;
            (await GuessAsync(stranger, owner.Email, TestBrowser.Password)).Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        }

        using var moved = server.NewBrowser();
        moved.Device = given;
        (await GuessAsync(moved, owner.Email, TestBrowser.Password)).Is(HttpStatusCode.OK);
        // It stays as it is, and opens nothing.
        Assert.Equal(given, moved.Device);
        moved.Cookie = null;
        (await moved.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Fact]
    [Trait("asvs", "6.1.1")]
    public async Task Whoever_used_the_browser_before_knows_nothing_of_the_one_that_comes_after_him()
    {
        using var browser = await server.NewBrowser().SignUpAsync("Eve", "Eavesdroppers");
        var kept = browser.Device!;
        using var owner = browser.Elsewhere();
        await owner.SignUpAsync();
        Assert.NotEqual(kept, owner.Device);
        await LockAsync(server, owner.Email);
        using var eve = server.NewBrowser();
        eve.Device = kept;
        (await GuessAsync(eve, owner.Email, TestBrowser.Password)).Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        (await owner.SignInAsync()).Is(HttpStatusCode.OK);
    }

    [Fact]
    public Task Two_processes_share_one_budget() => AssertSharedAsync(server);

    /// <summary>Guesses at two processes in turn, from one address: what both take together is what one takes alone.</summary>
    internal static async Task AssertSharedAsync(TestServer server)
    {
        using var here = server.NewBrowser();
        using var there = here.At(await server.StartAsync(server.Arguments));
        var (wrong, refused) = (0, new HashSet<bool>());
        for (var guess = 0; refused.Count < 2; guess++)
        {
            Assert.True(guess < 30, "nothing stops the guesser");
            var answer = await GuessAsync(guess % 2 == 0 ? here : there, "shared@example.org");
            if (answer.Status == HttpStatusCode.Unauthorized)
            {
                wrong++;
                continue;
            }

            answer.Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
            refused.Add(guess % 2 == 0);
        }

        // Each for itself would have taken five. Where the machine is slow, the first waits pass meanwhile.
        Assert.InRange(wrong, 5, 7);
    }

    [Fact]
    [Trait("bug", "17")]
    [Trait("bug", "18")]
    public async Task Two_hundred_who_sign_in_at_once_are_hashed_a_few_at_a_time_and_leave_the_server_well()
    {
        using var watcher = await server.NewBrowser().SignUpAsync();
        var browsers = Enumerable.Range(0, 200).Select(_ => server.NewBrowser()).ToArray();
        await Task.WhenAll(browsers.Select(browser => browser.OpenFormAsync("/api/sign-in")));
        using var hashes = new HashesAtOnce();
        var storm = Task.WhenAll(browsers.Select((browser, i) => browser.SendAsync(hashes.Of("/api/sign-in", new { email = $"storm{i}@example.org", password = "a guess of several words" }))));
        do
        {
            (await watcher.GetAsync("/health/ready")).Is(HttpStatusCode.OK);
            (await watcher.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            await Task.WhenAny(storm, Task.Delay(20, Cancel));
        }
        while (!storm.IsCompleted);

        var answers = await storm;
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, answer.Text));
        Assert.Equal(answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized), hashes.All);
        // Each takes 19 MiB, so memory stays within as many of them.
        Assert.InRange(hashes.Most, 1, Environment.ProcessorCount);
        Assert.InRange(int.Parse((await server.LookAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))[0]!), 1, 100);
        foreach (var browser in browsers)
            browser.Dispose();
    }

    /// <summary>Counts the Argon2id that the requests of a test cost: how many, and of these the most at once.</summary>
    private sealed class HashesAtOnce : IDisposable
    {
        private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
        private readonly ActivityListener _listener;
        private readonly Lock _lock = new();
        private int _now;

        public HashesAtOnce()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Microsoft.AspNetCore" || source == Sodium.Spans,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStarted = activity => Count(activity, 1),
                ActivityStopped = activity => Count(activity, -1),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public int All { get; private set; }

        public int Most { get; private set; }

        public HttpRequestMessage Of(string path, object body)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
            return request;
        }

        public void Dispose() => _listener.Dispose();

        private void Count(Activity activity, int by)
        {
            if (activity.TraceId != _trace || activity.Source != Sodium.Spans)
                return;
            lock (_lock)
            {
                _now += by;
                All += by > 0 ? 1 : 0;
                Most = Math.Max(Most, _now);
            }
        }
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    public async Task Who_runs_the_server_sees_who_is_locked_out_and_lets_him_in_by_his_own_password()
    {
        using var mira = await server.NewOperatorAsync();
        using var owner = await server.NewBrowser().SignUpAsync("Locked Louise");
        server.Clock.Forward(TimeSpan.FromMinutes(6));
        await LockAsync(server, owner.Email);
        using var elsewhere = server.NewBrowser();
        (await GuessAsync(elsewhere, owner.Email, TestBrowser.Password)).Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");

        var locks = (await mira.GetAsync("/api/operator/locks")).Is(HttpStatusCode.OK).Json.GetProperty("locks").EnumerateArray().ToArray();
        var locked = Assert.Single(locks, one => one.GetProperty("email").GetString() == owner.Email);
        Assert.Equal("Locked Louise", locked.GetProperty("name").GetString());
        Assert.InRange(locked.GetProperty("seconds").GetInt32(), 1, 180);
        var unlock = $"/api/operator/locks/{locked.GetProperty("user").GetGuid()}/unlock";
        (await owner.PostAsync(unlock)).Refuses(HttpStatusCode.Forbidden, "operator.required");
        (await mira.PostAsync(unlock)).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await mira.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await mira.PostAsync($"/api/operator/locks/{Guid.CreateVersion7()}/unlock")).Refuses(HttpStatusCode.NotFound, "user.unknown", "user");
        (await mira.PostAsync(unlock)).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(owner.Email, (await mira.GetAsync("/api/operator/locks")).Text, StringComparison.Ordinal);
        (await GuessAsync(elsewhere, owner.Email, TestBrowser.Password)).Is(HttpStatusCode.OK);
    }

    /// <summary>Uses up what an account takes of strangers.</summary>
    internal static async Task LockAsync(TestServer server, string email)
    {
        // From so many addresses that none of them has to wait for itself.
        for (var caller = 0; caller < 13; caller++)
        {
            using var stranger = server.NewBrowser();
            for (var guess = 0; guess < 4; guess++)
                await GuessAsync(stranger, email);
        }
    }

    private static Task<Answer> GuessAsync(TestBrowser browser, string email, string password = "a guess of several words") =>
        browser.PostAsync("/api/sign-in", new { email, password });
}
