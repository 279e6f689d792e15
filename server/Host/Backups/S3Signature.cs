using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Host.Backups;

/// <summary>Signs requests to an S3 service (AWS Signature Version 4), body included.</summary>
internal sealed class S3Signature(string id, string secret, string region, TimeProvider clock)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Signed = "host;x-amz-content-sha256;x-amz-date";

    /// <param name="request">Gets the headers.</param>
    /// <param name="path">As it is sent, escaped.</param>
    /// <param name="query">As it is sent, its names in order.</param>
    /// <param name="body">Empty where there is none.</param>
    public void Sign(HttpRequestMessage request, string path, string query, ReadOnlyMemory<byte> body)
    {
        var now = clock.GetUtcNow();
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/s3/aws4_request";
        var digest = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        var canonical = $"{request.Method}\n{path}\n{query}\nhost:{request.RequestUri!.Authority}\nx-amz-content-sha256:{digest}\nx-amz-date:{time}\n\n{Signed}\n{digest}";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Mac);
        request.Headers.Host = request.RequestUri.Authority;
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", digest);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={id}/{scope}, SignedHeaders={Signed}, Signature={Convert.ToHexStringLower(Mac(key, toSign))}");
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
