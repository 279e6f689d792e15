using System.Globalization;
using System.Net;
using System.Web;
using System.Xml;
using System.Xml.Linq;

namespace Holdfast.Host.Backups;

/// <summary>A bucket of a service that speaks S3: requests by path, signed with version 4.</summary>
internal sealed class S3Store : BackupStore
{
    private const int Tries = 4;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(5), MaxResponseContentBufferSize = Largest };

    private readonly S3Signature _signature;
    private readonly Uri _endpoint;
    private readonly string _bucket;
    private readonly string _prefix;

    /// <param name="place">s3://bucket/prefix?endpoint=https://host&amp;region=name, as the settings have checked it.</param>
    /// <param name="login">ID:SECRET.</param>
    public S3Store(Uri place, string login)
    {
        var query = HttpUtility.ParseQueryString(place.Query);
        _endpoint = new Uri(query["endpoint"]!);
        _bucket = place.Host;
        _prefix = place.AbsolutePath.Trim('/') is { Length: > 0 } path ? Uri.UnescapeDataString(path) + "/" : "";
        var parts = login.Split(':', 2);
        _signature = new S3Signature(parts[0], parts[1], query["region"] ?? "us-east-1", TimeProvider.System);
    }

    public override string Where => $"s3://{_bucket}/{_prefix} at {_endpoint.Authority}";

    public override async Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Put, name, "", bytes, cancel);
    }

    public override async Task<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, name, "", null, cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    public override async Task<IReadOnlyList<StoredObject>> ListAsync(string prefix, CancellationToken cancel)
    {
        var found = new List<StoredObject>();
        while (true)
        {
            // The first form of the request: every service knows it, and it goes on after a name and not after a token.
            var after = found.Count == 0 ? "" : $"marker={Uri.EscapeDataString(_prefix + found[^1].Name)}&";
            var query = $"{after}prefix={Uri.EscapeDataString(_prefix + prefix)}";
            using var answer = await SendAsync(HttpMethod.Get, null, query, null, cancel);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                throw new StartException($"There is no bucket {_bucket} at {_endpoint.Authority}. Make it, or name another by --backup.");
            var (page, isLast) = Page(await answer.Content.ReadAsStringAsync(cancel));
            // One that does not go on after the name it was given would go on for ever.
            if (!isLast && (page.Count == 0 || (found.Count > 0 && string.CompareOrdinal(page[0].Name, found[^1].Name) <= 0)))
                throw NoList("it does not come to an end");
            found.AddRange(page);
            if (isLast)
                return [.. found.OrderBy(item => item.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>One page of a list, as the service answers it, whatever that service is.</summary>
    private (List<StoredObject> Objects, bool IsLast) Page(string answer)
    {
        try
        {
            var page = XDocument.Parse(answer).Root!;
            var names = page.Name.Namespace;
            return ([.. page.Elements(names + "Contents").Select(item => new StoredObject(
                item.Element(names + "Key")?.Value is { } key && key.StartsWith(_prefix, StringComparison.Ordinal) ? key[_prefix.Length..] : throw new FormatException("it names what was not asked for"),
                long.Parse(item.Element(names + "Size")?.Value ?? "", CultureInfo.InvariantCulture),
                DateTimeOffset.Parse(item.Element(names + "LastModified")?.Value ?? "", CultureInfo.InvariantCulture)))],
                page.Element(names + "IsTruncated")?.Value != "true");
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException)
        {
            throw NoList(e.Message);
        }
    }

    private StartException NoList(string why) => new($"What {_endpoint.Authority} answers is no list of the bucket {_bucket}: {why}. Look at the address in --backup.");

    public override async Task DeleteAsync(string name, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Delete, name, "", null, cancel);
    }

    /// <summary>Sends a request, again where the service is busy or the line broke. Answers are a success, or 404.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? name, string query, ReadOnlyMemory<byte>? body, CancellationToken cancel)
    {
        var path = $"/{_bucket}{(name is null ? "/" : "/" + string.Join('/', (_prefix + name).Split('/').Select(Uri.EscapeDataString)))}";
        for (var attempt = 1; ; attempt++)
        {
            string trouble;
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(_endpoint, query.Length > 0 ? $"{path}?{query}" : path));
                if (body is { } bytes)
                    request.Content = new ReadOnlyMemoryContent(bytes);
                _signature.Sign(request, path, query, body ?? default);
                var answer = await Http.SendAsync(request, cancel);
                if (answer.IsSuccessStatusCode || (answer.StatusCode == HttpStatusCode.NotFound && method == HttpMethod.Get))
                    return answer;
                trouble = $"it answers {(int)answer.StatusCode} {Code(await answer.Content.ReadAsStringAsync(cancel))}";
                var isFinal = (int)answer.StatusCode is < 500 and not 408 and not 429;
                answer.Dispose();
                if (isFinal)
                    attempt = Tries;
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                trouble = e.Message;
            }

            if (attempt >= Tries)
                throw new StartException($"The backup at {Where} cannot be reached: {trouble}. Look at the address in --backup, at HOLDFAST_BACKUP_LOGIN and at what that login may do there.");
            await Task.Delay(TimeSpan.FromSeconds(0.2 * (1 << attempt)), cancel);
        }
    }

    private static string Code(string answer)
    {
        try
        {
            return XDocument.Parse(answer).Root?.Elements().FirstOrDefault(element => element.Name.LocalName == "Code")?.Value ?? "";
        }
        catch (XmlException)
        {
            return "";
        }
    }
}
