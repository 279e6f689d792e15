using System.Security.Cryptography;
using System.Text.Json;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// The pictures of people. Whoever shares a workspace with somebody sees his; to everybody else it is not there. The browser
/// makes a small square of whatever was chosen, so that nothing else of the file leaves it.
/// </summary>
internal sealed class Pictures(Db db, TimeProvider time)
{
    /// <summary>Four times what the browser makes of any picture.</summary>
    internal const int MaxBytes = 64_000;

    private sealed record Shown(Guid UserId, string Hash);

    private sealed record Kept(string Type, byte[] Bytes);

    /// <summary>GET /api/people/pictures: of whom there is one, with what it is asked for by.</summary>
    internal async Task<IResult> ListAsync(SignedIn who, CancellationToken cancel)
    {
        var people = await SeenByAsync(who.User, cancel);
        var shown = await db.Instance.QueryAsync<Shown>($"SELECT user_id, hash FROM identity.pictures WHERE user_id = ANY({people.ToArray()})", cancel);
        return TypedResults.Ok(new { pictures = shown.ToDictionary(picture => picture.UserId, picture => picture.Hash) });
    }

    /// <summary>GET /api/people/{user}/picture/{hash}. It is another address for another picture, so a browser may keep it.</summary>
    internal async Task<IResult> ReadAsync(Guid user, string hash, HttpResponse response, SignedIn who, CancellationToken cancel)
    {
        var picture = (await SeenByAsync(who.User, cancel)).Contains(user)
            ? await db.Instance.FirstAsync<Kept>($"SELECT type, bytes FROM identity.pictures WHERE user_id = {user} AND hash = {hash}", cancel)
            : null;
        if (picture is null)
            return Problem.Of(RequestFailures.NotFound.With("There is no such picture."));
        response.Headers.CacheControl = "private, max-age=86400, immutable";
        // Drawn by a page of ours it is a picture; opened by itself it is a file.
        response.Headers.ContentDisposition = "attachment";
        return TypedResults.Bytes(picture.Bytes, picture.Type);
    }

    /// <summary>POST /api/me/picture {image}: the bytes in base64.</summary>
    internal async Task<IResult> SetAsync(SignedIn who, JsonBody body)
    {
        var bytes = new byte[MaxBytes];
        var text = body.Json.TryGetProperty("image", out var image) && image.ValueKind == JsonValueKind.String ? image.GetString()! : "";
        if (text.Length == 0)
            return Problem.Of(FieldFailures.Required.With("'image' takes a picture in base64.", "image"));
        if (!Convert.TryFromBase64String(text, bytes, out var length) || PictureFormat.TypeOf(bytes.AsSpan(0, length)) is not { } type)
        {
            return Problem.Of(IdentityFailures.PictureRefused.With(
                $"'image' takes a PNG, JPEG or WebP of at most {MaxBytes} bytes and {PictureFormat.LeastPixels} to {PictureFormat.MostPixels} pixels on each side, in base64.", "image"));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length)).AsSpan(0, 16));
        await db.Instance.ExecuteAsync($"""
            INSERT INTO identity.pictures (user_id, type, bytes, hash, changed_at) VALUES ({who.User}, {type}, {bytes[..length]}, {hash}, {time.GetUtcNow()})
            ON CONFLICT (user_id) DO UPDATE SET type = excluded.type, bytes = excluded.bytes, hash = excluded.hash, changed_at = excluded.changed_at
            """);
        return TypedResults.Ok(new { hash });
    }

    /// <summary>DELETE /api/me/picture</summary>
    internal async Task<IResult> RemoveAsync(SignedIn who)
    {
        await db.Instance.ExecuteAsync($"DELETE FROM identity.pictures WHERE user_id = {who.User}");
        return TypedResults.NoContent();
    }

    /// <summary>A person himself, and all with whom he shares a workspace.</summary>
    private async Task<IReadOnlySet<Guid>> SeenByAsync(Guid user, CancellationToken cancel)
    {
        var others = await db.System.QueryAsync<Guid>(
            $"SELECT DISTINCT o.user_id FROM access.members m JOIN access.members o ON o.workspace_id = m.workspace_id WHERE m.user_id = {user}", cancel);
        return new HashSet<Guid>(others) { user };
    }
}
