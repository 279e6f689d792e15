using System.Net;
using System.Text;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>The pictures of people: what is taken for one, and who sees it.</summary>
public sealed class PictureTests(TestServer server) : IClassFixture<TestServer>
{
    internal static byte[] Png(int width, int height) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. Big(width), .. Big(height), 8, 6, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Jpeg(int width, int height) =>
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 0, 0];

    private static byte[] WebP(int width, int height) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];

    private static byte[] Lossless(int width, int height)
    {
        var packed = (uint)(width - 1) | ((uint)(height - 1) << 14);
        return [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8L"u8, 0, 0, 0, 0, 0x2F, (byte)packed, (byte)(packed >> 8), (byte)(packed >> 16), (byte)(packed >> 24), .. new byte[8]];
    }

    private static byte[] Extended(int width, int height) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];

    private static byte[] Big(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    [Fact]
    [Trait("asvs", "5.2.2")]
    [Trait("asvs", "5.2.6")]
    public void What_it_is_and_how_large_is_read_from_its_bytes()
    {
        foreach (var make in new Func<int, int, byte[]>[] { Png, Jpeg, WebP, Lossless, Extended })
        {
            Assert.NotNull(PictureFormat.TypeOf(make(256, 256)));
            Assert.NotNull(PictureFormat.TypeOf(make(16, 1024)));
            foreach (var (width, height) in new[] { (15, 256), (256, 15), (1025, 256), (256, 1025), (0, 0) })
                Assert.Null(PictureFormat.TypeOf(make(width, height)));
            var whole = make(256, 256);
            for (var length = 0; length < 16; length++)
                Assert.Null(PictureFormat.TypeOf(whole.AsSpan(0, length)));
        }

        Assert.Equal(["image/png", "image/jpeg", "image/webp", "image/webp", "image/webp"], new[] { Png(99, 98), Jpeg(99, 98), WebP(99, 98), Lossless(99, 98), Extended(99, 98) }.Select(bytes => PictureFormat.TypeOf(bytes)));
        foreach (var other in new[] { "GIF89a..........................................", "RIFF....WEBPALPH................................", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>", "<!doctype html><script>1</script>................" })
            Assert.Null(PictureFormat.TypeOf(Encoding.UTF8.GetBytes(other)));
    }

    [Fact]
    [Trait("asvs", "5.2.1")]
    public async Task Only_a_picture_of_a_fitting_size_is_taken()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        foreach (var bytes in new[] { Png(2000, 256), "<svg/>"u8.ToArray(), [.. Png(256, 256), .. new byte[64_000]] })
            (await SendAsync(ada, bytes)).Refuses(HttpStatusCode.UnprocessableEntity, "picture.refused", "image");
        (await ada.PostAsync("/api/me/picture", new { image = "no base64!" })).Refuses(HttpStatusCode.UnprocessableEntity, "picture.refused", "image");
        (await ada.PostAsync("/api/me/picture", new { })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "image");
        Assert.Empty((await ada.GetAsync("/api/people/pictures")).Json.GetProperty("pictures").EnumerateObject());
    }

    [Fact]
    [Trait("asvs", "3.2.1")]
    [Trait("asvs", "8.2.2")]
    public async Task Who_shares_a_workspace_sees_it_and_to_nobody_else_it_is_there()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        using var eve = await server.NewBrowser().SignUpAsync("Eve", "Elsewhere");
        var user = (await ada.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var hash = (await SendAsync(ada, Png(256, 256))).Is(HttpStatusCode.OK).Json.GetProperty("hash").GetString();
        var address = $"/api/people/{user}/picture/{hash}";
        foreach (var friend in new[] { ada, vera })
        {
            Assert.Equal(hash, (await friend.GetAsync("/api/people/pictures")).Json.GetProperty("pictures").GetProperty($"{user}").GetString());
            var seen = (await friend.GetAsync(address)).Is(HttpStatusCode.OK);
            Assert.Equal("image/png", seen.Message.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", seen.Message.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal(["nosniff"], seen.Message.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["same-origin"], seen.Message.Headers.GetValues("Cross-Origin-Resource-Policy"));
        }

        Assert.Empty((await eve.GetAsync("/api/people/pictures")).Json.GetProperty("pictures").EnumerateObject());
        var there = (await eve.GetAsync(address)).Is(HttpStatusCode.NotFound);
        Assert.Equal(there.Text, (await eve.GetAsync($"/api/people/{Guid.CreateVersion7()}/picture/{hash}")).Text);

        // Whoever leaves sees it no more; whoever takes it away leaves nothing.
        (await vera.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/leave")).Is(HttpStatusCode.OK);
        (await vera.GetAsync(address)).Is(HttpStatusCode.NotFound);
        (await ada.DeleteAsync("/api/me/picture")).Is(HttpStatusCode.NoContent);
        (await ada.GetAsync(address)).Is(HttpStatusCode.NotFound);
        Assert.Empty(await server.LookAsync($"SELECT 1 FROM identity.pictures WHERE user_id = '{user}'"));
    }

    private static Task<Answer> SendAsync(TestBrowser person, byte[] bytes) => person.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(bytes) });
}
