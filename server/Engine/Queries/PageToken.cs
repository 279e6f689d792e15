using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Queries;

/// <summary>
/// The token of a page: where its last record stands in the order of its list. The next page is what comes after that,
/// whatever has come or gone since: no record comes twice, and none is left out that was there all the time.
/// </summary>
internal static class PageToken
{
    private const int MaxLength = 4096;

    /// <param name="list">What makes the list: another one does not take the token.</param>
    /// <param name="place">See <see cref="ListOrder.PlaceOf"/>.</param>
    internal static string Write(string list, IReadOnlyList<string?> place) => Base64Url.EncodeToString(JsonText.Bytes(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Digest(list));
        foreach (var value in place)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }));

    /// <returns>The place; null for what is no token, or that of another list.</returns>
    internal static IReadOnlyList<string?>? Read(string list, string token)
    {
        if (token.Length > MaxLength || !Base64Url.IsValid(token))
            return null;
        try
        {
            var parts = JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(token));
            return parts is [{ } digest, .. var place] && digest == Digest(list) ? place : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The last of these is half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A token holds nothing that its reader has not read, so this keeps mistakes away and no one else.</summary>
    private static string Digest(string list) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, 8));
}
