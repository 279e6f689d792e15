using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Backups in a bucket, at a server that speaks S3.</summary>
public sealed class S3StoreTests
{
    private const string Login = "S3RVER:S3RVER";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The examples that the makers of the signature have published.</summary>
    [Theory]
    [InlineData("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void Requests_are_signed_as_the_published_examples_are(string query, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://examplebucket.s3.amazonaws.com/?{query}");
        new S3Signature("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", new Day()).Sign(request, "/", query, default);
        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}",
            request.Headers.GetValues("Authorization").Single());
    }

    [Fact]
    public async Task A_bucket_keeps_lists_page_by_page_and_removes()
    {
        await using var server = await Bucket.StartAsync();
        var store = new S3Store(new Uri(server.Place("some folder")), Login);
        var bytes = new byte[9 << 20];
        Random.Shared.NextBytes(bytes);
        await store.PutAsync("big/one+of them", bytes, Cancel);
        Assert.Equal(bytes, await store.GetAsync("big/one+of them", Cancel));
        Assert.Null(await store.GetAsync("big/none", Cancel));
        await Parallel.ForAsync(0, 1050, Cancel, async (number, stop) => await store.PutAsync($"many/{number:D4}", new byte[number], stop));
        var listed = await store.ListAsync("many/", Cancel);
        Assert.Equal(Enumerable.Range(0, 1050).Select(number => ($"many/{number:D4}", (long)number)), listed.Select(item => (item.Name, item.Size)));
        await store.DeleteAsync("many/0000", Cancel);
        await store.DeleteAsync("many/0000", Cancel);
        Assert.Equal(1049, (await store.ListAsync("many/", Cancel)).Count);
        Assert.Empty(await new S3Store(new Uri(server.Place("another")), Login).ListAsync("", Cancel));

        var lost = new S3Store(new Uri(server.Place("x").Replace("holdfast", "nobody", StringComparison.Ordinal)), Login);
        Assert.Contains("There is no bucket nobody", (await Assert.ThrowsAsync<StartException>(() => lost.ListAsync("", Cancel))).Message, StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<StartException>(() => store.ListAsync("", Cancel))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body><br>Sign in to this network</body></html>", "is no list of the bucket")]
    [InlineData("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "does not come to an end")]
    [InlineData("<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>", "does not come to an end")]
    [InlineData("<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>", "names what was not asked for")]
    public async Task What_is_no_list_of_a_bucket_is_said_to_be_none(string answer, string says)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var server = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        server.Start();
        var serving = Task.Run(async () =>
        {
            while (server.IsListening)
            {
                var context = await server.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer), Cancel);
                context.Response.Close();
            }
        }, Cancel);
        var store = new S3Store(new Uri($"s3://holdfast?endpoint=http://127.0.0.1:{port}"), Login);
        Assert.Contains(says, (await Assert.ThrowsAsync<StartException>(() => store.ListAsync("", Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel))).Message, StringComparison.Ordinal);
        server.Stop();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_lost_machine_comes_back_from_a_bucket()
    {
        await using var server = await Bucket.StartAsync();
        await using var lab = new BackupLab();
        string[] settings = ["--backup", server.Place("of the company"), "--backup-login", Login, "--backup-key", lab.Key];
        var lost = lab.NewMachine();
        await using (var host = await HostProcess.StartReadyAsync(lost, settings))
        {
            await Eventually.HoldsAsync("there is a first backup", () => host.Output.Contains("The first backup of this database is in s3://holdfast/of the company/", StringComparison.Ordinal), seconds: 60);
            await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            await BackupLab.ArrivedAsync(lost);
            await BackupLab.LoseAsync(lost, host);
        }

        var other = lab.NewMachine();
        string[] there = ["--data", other["data"], "--postgres-bin", TestCluster.Programs];
        var (exit, output) = await HostCommand.RunAsync(["restore", .. settings, .. there]);
        Assert.True(exit == 0, output);
        (exit, output) = await HostCommand.RunAsync(["log", "verify", .. there]);
        Assert.True(exit == 0, output);
        Assert.Contains("1 entry, 2 records, 0 deleted: sound", output, StringComparison.Ordinal);
    }

    /// <summary>The day of the examples.</summary>
    private sealed class Day : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    }

    /// <summary>A server with a bucket, from npm. It does not check signatures.</summary>
    private sealed class Bucket : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Process _process;
        private readonly int _port;
        private bool _ended;

        private Bucket(int port)
        {
            _port = port;
            _process = Process.Start(new ProcessStartInfo("node", [
                Path.Combine(Repository.Root, "server/Tests/Servers/node_modules/s3rver/bin/s3rver.js"), "--directory", _folder["buckets"],
                "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--silent", "--configure-bucket", "holdfast"
            ])
            { UseShellExecute = false })!;
        }

        public string Place(string folder) => $"s3://holdfast/{folder}?endpoint=http://127.0.0.1:{_port}&region=eu-central-1";

        public static async Task<Bucket> StartAsync()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            var bucket = new Bucket(port);
            using var client = new HttpClient();
            await Eventually.HoldsAsync("the server of the bucket answers", async () =>
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Cancel);
                    return true;
                }
                catch (HttpRequestException e)
                {
                    return bucket._process.HasExited ? throw new InvalidOperationException("It ended. bin/test brings it: npm ci in server/Tests/Servers.", e) : false;
                }
            });
            return bucket;
        }

        public async ValueTask DisposeAsync()
        {
            if (_ended)
                return;
            _ended = true;
            Posix.Signal(_process.Id, Posix.Kill);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
            _folder.Dispose();
        }
    }
}
