using System.Buffers.Text;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Platform.Identity;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Access tokens that we did not make, or not so. Each is made by hand, without the library that reads them.</summary>
public sealed class ForgedTokenTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    /// <summary>The order of the curve P-256.</summary>
    private static readonly BigInteger Order = new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    private TestBrowser _person = null!;
    private TestProgram _program = null!;

    public async ValueTask InitializeAsync()
    {
        _person = await server.NewBrowser().SignUpAsync();
        var made = (await _person.PostAsync("/api/tokens", new { name = "T", days = "30" })).Is(HttpStatusCode.Created);
        _program = new TestProgram(server.Address) { Refresh = made.Json.GetProperty("token").GetString() };
        await _program.RefreshAsync();
    }

    public ValueTask DisposeAsync()
    {
        _program.Dispose();
        _person.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    [Trait("asvs", "9.1.1")]
    public async Task What_we_sign_ourselves_by_hand_is_taken_so_that_the_refusals_below_mean_something() =>
        (await AskAsync(await SignAsync(_ => { }, _ => { }))).Is(HttpStatusCode.OK);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    [Trait("asvs", "9.1.1")]
    [Trait("asvs", "9.1.2")]
    public async Task Without_a_signature_a_token_is_nothing(string algorithm)
    {
        var (head, body) = Parts(json => json["alg"] = algorithm, _ => { });
        foreach (var signature in new[] { "", Base64Url.EncodeToString(new byte[64]), _program.Access!.Split('.')[2] })
            await RefusedAsync($"{head}.{body}.{signature}");
        await RefusedAsync($"{head}.{body}");
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS512")]
    [Trait("asvs", "9.1.2")]
    public async Task The_public_key_is_no_password(string algorithm)
    {
        var (head, body) = Parts(json => json["alg"] = algorithm, _ => { });
        var text = Encoding.ASCII.GetBytes($"{head}.{body}");
        var spki = Convert.FromHexString((await server.LookAsync("SELECT encode(public_key, 'hex') FROM identity.signing_keys"))[0]!);
        using var open = ECDsa.Create();
        open.ImportSubjectPublicKeyInfo(spki, out _);
        var point = open.ExportParameters(false).Q;
        var jwks = (await _person.GetAsync("/api/.well-known/jwks.json")).Is(HttpStatusCode.OK);
        byte[][] secrets =
        [
            spki, Encoding.ASCII.GetBytes(open.ExportSubjectPublicKeyInfoPem()), [.. point.X!, .. point.Y!], Encoding.UTF8.GetBytes(jwks.Text),
            Encoding.UTF8.GetBytes(jwks.Json.GetProperty("keys")[0].GetRawText()), [],
        ];
        foreach (var secret in secrets)
            await RefusedAsync($"{head}.{body}.{Base64Url.EncodeToString(algorithm == "HS256" ? HMACSHA256.HashData(secret, text) : HMACSHA512.HashData(secret, text))}");
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [Trait("asvs", "9.1.2")]
    [Trait("asvs", "9.1.3")]
    public async Task Another_key_does_not_count_however_the_token_offers_it(string algorithm)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var point = pair.ExportParameters(false).Q;
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X!), ["y"] = Base64Url.EncodeToString(point.Y!) };
        Action<JsonObject>[] offers =
        [
            _ => { }, json => json.Remove("kid"), json => json["kid"] = "other", json => json["kid"] = "../../../../dev/null", json => json["kid"] = "' OR 1=1 --",
            json => json["kid"] = 1, json => json["jwk"] = jwk.DeepClone(), json => json["jku"] = "http://127.0.0.1:1/jwks.json", json => json["x5u"] = "http://127.0.0.1:1/cert.pem",
            json => json["x5c"] = new JsonArray(Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo())), json => json["crit"] = new JsonArray("exp"),
        ];
        foreach (var offer in offers)
        {
            var (head, body) = Parts(
                json =>
                {
                    json["alg"] = algorithm;
                    offer(json);
                }, _ => { });
            var text = Encoding.ASCII.GetBytes($"{head}.{body}");
            var signature = algorithm switch
            {
                "RS256" => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                "PS256" => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                "ES384" => pair.SignData(text, HashAlgorithmName.SHA384),
                _ => pair.SignData(text, HashAlgorithmName.SHA256),
            };
            await RefusedAsync($"{head}.{body}.{Base64Url.EncodeToString(signature)}");
        }
    }

    public static TheoryData<string, string> Claims => new()
    {
        { "aud", "\"http://localhost/other\"" },
        { "aud", "null" },
        { "iss", "\"https://evil.example\"" },
        { "iss", "null" },
        { "exp", "null" },
        { "exp", "1000000000" },
        { "exp", "\"never\"" },
        { "nbf", "null" },
        { "nbf", "4000000000" },
        { "sub", "null" },
        { "sub", "\"0198c1f2-0000-7000-8000-000000000000\"" },
        { "sid", "null" },
        { "sid", "\"0198c1f2-0000-7000-8000-000000000000\"" },
        { "jti", "null" },
        { "jti", "\"1\"" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    [Trait("asvs", "9.2.1")]
    [Trait("asvs", "9.2.3")]
    public async Task What_the_right_key_has_signed_must_still_be_for_us_and_for_now(string claim, string value) =>
        await RefusedAsync(await SignAsync(_ => { }, json =>
        {
            if (value == "null")
                json.Remove(claim);
            else
                json[claim] = JsonNode.Parse(value);
        }));

    [Theory]
    [InlineData("\"JWT\"")]
    [InlineData("\"id+jwt\"")]
    [InlineData("\"rt+jwt\"")]
    [InlineData("null")]
    [Trait("asvs", "9.2.2")]
    public async Task What_the_right_key_has_signed_for_something_else_is_no_access_token(string type) =>
        await RefusedAsync(await SignAsync(
            json =>
            {
                if (type == "null")
                    json.Remove("typ");
                else
                    json["typ"] = JsonNode.Parse(type);
            }, _ => { }));

    [Theory]
    [InlineData("[\"b64\"]")]
    [InlineData("[\"exp\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    [Trait("asvs", "9.1.1")]
    public async Task What_the_right_key_has_signed_asks_for_nothing_that_we_do_not_understand(string critical) =>
        await RefusedAsync(await SignAsync(json => json["crit"] = JsonNode.Parse(critical), _ => { }));

    [Fact]
    [Trait("bug", "20")]
    public async Task A_token_that_was_given_up_stays_so_however_it_is_written()
    {
        var parts = _program.Access!.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var other = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] mirrored = [.. signature[..32], .. new byte[32 - other.Length], .. other];
        var twin = $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(mirrored)}";
        // Mathematics knows two signatures for each one; that both are good is why none of them may be what is remembered.
        (await AskAsync(twin)).Is(HttpStatusCode.OK);

        (await _program.PostAsync("/api/tokens/revoke", new { token = _program.Access })).Is(HttpStatusCode.NoContent);
        var asn = AsnOf(signature);
        foreach (var written in new[]
        {
            _program.Access, twin, $"{_program.Access}=", $"{_program.Access}==", $"{parts[0]}=.{parts[1]}=.{parts[2]}", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(asn)}",
            $"{_program.Access}.", $"{parts[0]}.{parts[1]}.{parts[2].Replace('-', '+').Replace('_', '/')}",
            $"{parts[0]}.{parts[1]}.{parts[2][..^1]}{(char)(parts[2][^1] + 1)}",
        })
        {
            await RefusedAsync(written);
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer eyJhbGciOiJkaXIifQ.a.b.c.d")]
    public async Task Junk_is_refused_and_breaks_nothing(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(request, ownOrigin: false)).Status);
        await RefusedAsync(new string('a', 20_000));
        await RefusedAsync($"{new string('a', 1000)}.{new string('b', 1000)}.c");
    }

    [Fact]
    [Trait("asvs", "9.1.3")]
    public async Task Keys_change_each_month_and_what_was_signed_before_counts_until_it_is_over()
    {
        var rotate = new SigningKeys.Rotate();
        var keys = server.Get<SigningKeys>();
        var first = await KeysAsync();
        server.Clock.Forward(TimeSpan.FromDays(31));
        (await _person.SignInAsync()).Is(HttpStatusCode.OK);
        await keys.RunAsync(null!, rotate, CancellationToken.None);
        using var program = new TestProgram(server.Address)
        {
            Refresh = (await _person.PostAsync("/api/tokens", new { name = "T", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString(),
        };
        await program.RefreshAsync();
        var before = program.Access!;
        var both = await KeysAsync();
        Assert.Equal(first.Count + 1, both.Count);
        // The new one is published for a day before it signs.
        Assert.Contains(KeyOf(before), first);
        server.Clock.Forward(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await program.RefreshAsync();
        Assert.DoesNotContain(KeyOf(program.Access!), first);
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromHours(2));
        await keys.RunAsync(null!, rotate, CancellationToken.None);
        await program.RefreshAsync();
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal([KeyOf(program.Access!)], await KeysAsync());
    }

    private async Task<List<string>> KeysAsync()
    {
        var keys = (await _person.GetAsync("/api/.well-known/jwks.json")).Is(HttpStatusCode.OK).Json.GetProperty("keys").EnumerateArray().ToArray();
        Assert.All(keys, key => Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
        return [.. keys.Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static string KeyOf(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;

    private async Task<Answer> AskAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var stranger = server.NewBrowser();
        return await stranger.SendAsync(request, ownOrigin: false);
    }

    private async Task RefusedAsync(string token) => (await AskAsync(token)).Refuses(HttpStatusCode.Unauthorized, "token.refused");

    /// <summary>Head and body of the real token, altered.</summary>
    private (string Head, string Body) Parts(Action<JsonObject> head, Action<JsonObject> body)
    {
        var parts = _program.Access!.Split('.').Take(2).Select(part => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject()).ToArray();
        head(parts[0]);
        body(parts[1]);
        return (Write(parts[0]), Write(parts[1]));

        static string Write(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>The real token, altered and signed with the real key.</summary>
    private async Task<string> SignAsync(Action<JsonObject> head, Action<JsonObject> body)
    {
        var (first, second) = Parts(head, body);
        var key = ((ECDsaSecurityKey)(await server.Get<SigningKeys>().SignerAsync()).Key).ECDsa;
        return $"{first}.{second}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes($"{first}.{second}"), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The same two numbers as other libraries write them.</summary>
    private static byte[] AsnOf(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }
}
