using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Host;
using Holdfast.Platform.Mail;
using Holdfast.Tests.Host;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class MailTests(TestCluster cluster)
{
    private static readonly Uri Site = new("https://holdfast.example");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Languages => [.. MailTexts.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_mail_has_words_in_every_language(string language)
    {
        var (english, words) = (MailTexts.Of("en"), MailTexts.Of(language));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), words.Keys);
        foreach (var (key, text) in words)
        {
            Assert.Equal(Holes(english[key]), Holes(text));
            Assert.False(string.IsNullOrWhiteSpace(text), key);
        }

        foreach (var template in MailTemplates.All)
            Assert.Contains($"{template}.subject", words.Keys);
        Assert.Equal(MailTemplates.All, words.Keys.Where(key => key.EndsWith(".subject", StringComparison.Ordinal)).Select(key => key.Split('.')[0]));

        static IEnumerable<string> Holes(string text) =>
            Regex.Matches(text, "{[a-zA-Z]+}", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(hole => hole.Value).Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Html_loads_nothing_and_leads_nowhere_but_by_its_link(string language)
    {
        var html = MailTexts.Render(Reset(language), new Uri(Site, "/reset#abc"), Site).Html;
        Assert.Contains(language == "ar" ? "<html lang=\"ar\" dir=\"rtl\">" : $"<html lang=\"{language}\" dir=\"ltr\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("src=|url\\(|@import|<link|<script|<img", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)), html);
        Assert.Equal(["https://holdfast.example/reset#abc"], Regex.Matches(html, "href=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(href => href.Groups["to"].Value));
        Assert.DoesNotContain('{', Regex.Replace(html, "<style>.*</style>", "", RegexOptions.Singleline, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_language_without_words_is_written_in_english_and_a_region_in_its_language()
    {
        Assert.Equal(Subject("en"), Subject("fr"));
        Assert.Equal(Subject("de"), Subject("de-CH"));
        Assert.NotEqual(Subject("en"), Subject("de"));

        static string Subject(string language) => MailTexts.Render(Reset(language), null, Site).Subject;
    }

    [Fact]
    public async Task A_name_makes_neither_a_header_nor_markup()
    {
        using var folder = new TemporaryFolder();
        var message = InviteBy("<b>Ada</b>\r\nBcc: eve@example.org\r\n\r\nSend money\u2028now");
        await new FolderSender(folder["mail"], Site, TimeProvider.System).SendAsync(message, MailTexts.Render(message, null, Site), Cancel);
        var mail = new TestMail(folder["mail"]).To("ada@example.org").Single();
        Assert.DoesNotMatch(new Regex("^Bcc", RegexOptions.Multiline, TimeSpan.FromSeconds(1)), mail.Head);
        Assert.Equal("<b>Ada</b> Bcc: eve@example.org Send money now invites you to Analytical Engines", mail.Header("Subject"));
        Assert.Contains("<b>Ada</b> Bcc: eve@example.org Send money now works with others", mail.Text, StringComparison.Ordinal);
        Assert.Contains("<bdi>&lt;b&gt;Ada&lt;/b&gt; Bcc", mail.Html, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["mail/.writing"]));
    }

    [Fact]
    public async Task A_folder_of_mail_is_its_owners_alone()
    {
        using var folder = new TemporaryFolder();
        var message = Reset();
        await new FolderSender(folder["mail"], Site, TimeProvider.System).SendAsync(message, MailTexts.Render(message, null, Site), Cancel);
        const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["mail"]));
        Assert.Equal(OwnersFile, File.GetUnixFileMode(Directory.EnumerateFiles(folder["mail"], "*.eml").Single()));
    }

    [Theory]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("ada@example.org, eve@example.org")]
    [InlineData("Eve <ada@example.org>")]
    [InlineData("<ada@example.org>")]
    [InlineData("ada(1)@example.org")]
    [InlineData("ada@example.org\0")]
    [InlineData("ada")]
    public async Task An_address_that_is_none_or_more_than_one_gets_nothing(string address)
    {
        using var folder = new TemporaryFolder();
        var message = Reset() with { To = address };
        var refused = await Assert.ThrowsAsync<MailException>(() =>
            new FolderSender(folder["mail"], Site, TimeProvider.System).SendAsync(message, MailTexts.Render(message, null, Site), Cancel));
        Assert.True(refused.IsFinal);
        Assert.DoesNotContain("ada", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.EnumerateFiles(folder["mail"], "*.eml"));
    }

    [Fact]
    public async Task Without_a_setting_the_terminal_shows_mail_and_a_journal_learns_no_link()
    {
        var message = Reset();
        var rendered = MailTexts.Render(message, new Uri(Site, "/reset#abc"), Site);
        using var output = new StringWriter();
        await new TerminalSender(output, isTerminal: true).SendAsync(message, rendered, Cancel);
        Assert.Contains(rendered.Text, output.ToString(), StringComparison.Ordinal);
        using var journal = new StringWriter();
        await new TerminalSender(journal, isTerminal: false).SendAsync(message, rendered, Cancel);
        Assert.Contains("--mail", journal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("abc", journal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", journal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_takes_it_and_what_it_refuses_is_told_without_the_address()
    {
        var port = SettingForms.FreePort();
        await using var server = await TestMailServer.StartAsync(port);
        var sender = new SmtpSender(new SmtpServer("localhost", port, "team@holdfast.example", null, Encrypts: false), Site);
        var message = InviteBy("Zoë مريم");
        await SendAsync(message);
        await Eventually.HoldsAsync("it is there", () => server.Mails.Count == 1);
        var taken = server.Mails[0];
        Assert.Equal(("team@holdfast.example", "ada@example.org", false), (taken.From, taken.To.Single(), taken.Secure));
        Assert.Contains("Zoë مريم", taken.Mail.Text, StringComparison.Ordinal);
        Assert.Equal($"<{message.Id}@holdfast.example>", taken.Mail.Header("Message-ID"));

        var nobody = await Assert.ThrowsAsync<MailException>(() => SendAsync(message with { To = "nobody@example.org" }));
        Assert.Contains("there is no <(the address)>", nobody.Message, StringComparison.Ordinal);
        var busy = await Assert.ThrowsAsync<MailException>(() => SendAsync(message with { To = "busy@example.org" }));
        Assert.Equal((true, false), (nobody.IsFinal, busy.IsFinal));

        Task SendAsync(Message mail) => sender.SendAsync(mail, MailTexts.Render(mail, null, Site), Cancel);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_server_that_does_not_encrypt_or_cannot_prove_its_name()
    {
        using var folder = new TemporaryFolder();
        var (plain, unknown) = (SettingForms.FreePort(), SettingForms.FreePort());
        await using var first = await TestMailServer.StartAsync(plain);
        await using var second = await TestMailServer.StartAsync(unknown, TestCertificate.Write(folder["server.pem"]));
        foreach (var port in new[] { plain, unknown })
        {
            var message = Reset();
            var sender = new SmtpSender(new SmtpServer("localhost", port, "team@holdfast.example", null, Encrypts: true), Site);
            Assert.False((await Assert.ThrowsAsync<MailException>(() => sender.SendAsync(message, MailTexts.Render(message, null, Site), Cancel))).IsFinal);
        }

        Assert.Empty(first.Mails);
        Assert.Empty(second.Mails);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_waited_for_for_long()
    {
        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var message = Reset();
        var sender = new SmtpSender(new SmtpServer("127.0.0.1", port, "team@holdfast.example", null, Encrypts: false) { Patience = TimeSpan.FromMilliseconds(300) }, Site);
        var failed = await Assert.ThrowsAsync<MailException>(() => sender.SendAsync(message, MailTexts.Render(message, null, Site), Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.Contains("did not answer", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_waits_for_a_server_that_is_dead_and_the_operator_sees_what_no_server_takes()
    {
        var port = SettingForms.FreePort();
        await using var product = new TestServer(cluster) { Arguments = ["--mail", $"smtp://localhost:{port}?from=team@holdfast.example"] };
        await product.InitializeAsync();
        var mailer = product.Get<Mailer>();
        await mailer.SendAsync(Reset() with { Template = MailTemplates.PasswordChanged });
        await Eventually.HoldsAsync("it was tried", async () => (await product.LookAsync("SELECT error FROM engine.jobs WHERE kind = 'mail.send' AND error IS NOT NULL")).Count == 1);

        await using var server = await TestMailServer.StartAsync(port);
        await Eventually.HoldsAsync("it is there", () => server.Mails.Count == 1);
        Assert.Equal("Your password was changed", server.Mails[0].Mail.Header("Subject"));

        await mailer.SendAsync(Reset() with { Template = MailTemplates.PasswordChanged, To = "nobody@example.org" });
        await Eventually.HoldsAsync("it failed for good", async () => (await product.LookAsync("SELECT 1 FROM engine.job_ends WHERE job ->> 'kind' = 'mail.send' AND outcome = 'failed'")).Count == 1);
        Assert.DoesNotContain(product.Log.Lines, line => line.Contains("nobody@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_product_encrypts_proves_itself_and_believes_the_certificates_of_its_machine()
    {
        using var folder = new TemporaryFolder();
        var (port, pem) = (SettingForms.FreePort(), TestCertificate.Write(folder["server.pem"]));
        await using var server = await TestMailServer.StartAsync(port, pem, "team@holdfast.example:s3cret:pass");
        await using var host = HostProcess.StartBehind(
            ["env", $"SSL_CERT_FILE={pem}"], folder, "--mail", $"smtp://team%40holdfast.example:s3cret%3Apass@localhost:{port}?tls=starttls");
        await host.ReadyAsync();
        using var browser = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
        await browser.PostAsync("/api/forgot", new { email = browser.Email });
        // The one by which the address is shown to be the person's is the other.
        await Eventually.HoldsAsync("both are there", () => server.Mails.Count == 2);
        Assert.All(server.Mails, mail => Assert.Equal((true, "team@holdfast.example"), (mail.Secure, mail.User)));
        Assert.Single(server.Mails, mail => mail.Mail.Link.StartsWith($"http://localhost:{host.Port}/reset#", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_that_lacks_a_value_is_refused_to_whoever_forgot_it()
    {
        await using var product = new TestServer(cluster);
        await product.InitializeAsync();
        var lacking = new Message(MailTemplates.Reset, "en", "ada@example.org", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Contains("'span'", (await Assert.ThrowsAsync<KeyNotFoundException>(() => product.Get<Mailer>().SendAsync(lacking))).Message, StringComparison.Ordinal);
    }

    private static Message Reset(string language = "en") => new(
        MailTemplates.Reset, language, "ada@example.org", new Dictionary<string, string>(StringComparer.Ordinal) { ["span"] = MailTexts.Span(language, TimeSpan.FromMinutes(15)) });

    private static Message InviteBy(string name) => new(
        MailTemplates.Invite, "en", "ada@example.org", new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = name, ["workspace"] = "Analytical Engines" });
}
