using System.Buffers.Text;
using System.Security.Cryptography;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What each request of a session that is to change something bears beside the cookie: a token of 128 random bits that counts once.
/// The answer brings the next, also where it refuses. Only their hashes are kept, in Redis where there is one, else beside the
/// session; while Redis is away beside the session too: whoever comes with one from there is refused once, and repeats.
/// </summary>
internal sealed class CsrfTokens(Db db, RedisClient? redis = null)
{
    internal const string Header = "X-CSRF-Token";

    /// <summary>So many wait to be used: one for each page that is open, and for each request that is under way.</summary>
    internal const int MostOfOne = 16;

    private const int TokenBytes = 16;

    /// <summary>After a day without a change a page is refused once more.</summary>
    private const string KeptMilliseconds = "86400000";

    // KEYS: the session's. ARGV: what is used up, or nothing; what is added; whether all before end.
    private const string Exchange = """
        if ARGV[3] == '1' then redis.call('DEL', KEYS[1]) end
        if ARGV[1] ~= '' and redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
        redis.call('RPUSH', KEYS[1], ARGV[2])
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[4]), -1)
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        return 1
        """;

    /// <summary>Whether a request needs one.</summary>
    internal static bool IsAsked(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsConnect(request.Method);

    /// <summary>Uses up the token that a request bears, and hands out the next.</summary>
    /// <returns>Why it does not count; nothing has been done then, and the request may come again with the token that the answer brings.</returns>
    internal async Task<Failure?> SpendAsync(HttpContext context, Guid session)
    {
        var next = HandOut(context);
        if (HashOf(context.Request) is { } shown && await ExchangeAsync(session, shown, next, endsAll: false))
            return null;
        await ExchangeAsync(session, null, next, endsAll: false);
        return RequestFailures.CsrfRefused.With($"Send it again with the header {Header} as this answer has it; each counts once.");
    }

    /// <summary>Hands out one more, to a page that begins.</summary>
    internal Task AddAsync(HttpContext context, Guid session) => ExchangeAsync(session, null, HandOut(context), endsAll: false);

    /// <summary>The first token of a session that is to begin, and what stands beside it then; the rest is <see cref="BeginAsync(HttpContext, Guid, string)"/>.</summary>
    internal (string Token, byte[][] Beside) First()
    {
        var (token, hash) = New();
        return (token, redis is null ? [hash] : []);
    }

    /// <summary>Hands out the first of a session that has begun with it.</summary>
    internal Task BeginAsync(HttpContext context, Guid session, string first)
    {
        context.Response.Headers[Header] = first;
        return redis is null ? Task.CompletedTask : ExchangeAsync(session, null, SHA256.HashData(Base64Url.DecodeFromChars(first)), endsAll: true);
    }

    /// <summary>Hands out the first, and ends all others: the session goes on under a new cookie.</summary>
    internal Task BeginAsync(HttpContext context, Guid session) => ExchangeAsync(session, null, HandOut(context), endsAll: true);

    /// <summary>A new one in the answer, which counts as soon as its hash is kept.</summary>
    internal static byte[] HandOut(HttpContext context)
    {
        var (token, hash) = New();
        context.Response.Headers[Header] = token;
        return hash;
    }

    private static (string Token, byte[] Hash) New()
    {
        var token = RandomNumberGenerator.GetBytes(TokenBytes);
        return (Base64Url.EncodeToString(token), SHA256.HashData(token));
    }

    private static byte[]? HashOf(HttpRequest request)
    {
        var token = new byte[TokenBytes];
        return request.Headers[Header] is [{ } text] && text.Length == Base64Url.GetEncodedLength(TokenBytes)
            && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, token, out var length) && length == TokenBytes
                ? SHA256.HashData(token)
                : null;
    }

    /// <summary>In one step, so that of two who use the same one passes.</summary>
    private async Task<bool> ExchangeAsync(Guid session, byte[]? used, byte[] next, bool endsAll)
    {
        if (redis is not null)
        {
            try
            {
                return await redis.SendAsync(
                    "EVAL", Exchange, "1", $"csrf:{session}", used is null ? "" : Convert.ToHexString(used), Convert.ToHexString(next),
                    endsAll ? "1" : "0", $"{MostOfOne}", KeptMilliseconds) is 1L;
            }
            catch (RedisException)
            {
                // Whoever works goes on working.
            }
        }

        Sql kept = (used, endsAll) switch
        {
            (null, true) => $"'{{}}'::bytea[]",
            (null, false) => $"csrf[greatest(1, cardinality(csrf) - {MostOfOne} + 2):]",
            _ => $"array_remove(csrf, {used})",
        };
        Sql which = used is null ? (Sql)$"true" : $"{used} = ANY(csrf)";
        // One that a crash of the database forgets, or brings back, is one that is refused, or one that nobody else knows: no reason to wait for a disk.
        return await db.Instance.ExecuteAsync(
            $"SELECT set_config('synchronous_commit', 'off', true)",
            $"UPDATE identity.sessions SET csrf = {kept} || {next} WHERE id = {session} AND kind = 'browser' AND ended_at IS NULL AND {which}") == 1;
    }
}
