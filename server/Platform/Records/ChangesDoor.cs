using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>
/// GET /api/workspaces/{workspace}/changes?epoch=&amp;after=&amp;tx=&amp;access=&amp;scopes=: the messages that a socket would bring
/// after hello, for where sockets do not get through. Who asks again from the welcome's head has missed nothing.
/// </summary>
internal static class ChangesDoor
{
    internal static async Task<IResult> HandleAsync(Guid workspace, SignedIn who, HttpRequest http, SyncDesk desk, CancellationToken cancel)
    {
        if (Address.Read(http, ["epoch", "after", "tx", "access", "scopes"], out var asked) is { } failure || (failure = Read(asked, out var at)) is not null)
            return Problem.Of(failure);
        var (frames, refusal) = await desk.CatchUpAsync(workspace, new SyncUser(who.User, who.Session), at!, cancel);
        return refusal is not null ? Problem.Of(refusal) : new Answer(frames!);
    }

    private static Failure? Read(Dictionary<string, string> asked, out Whereabouts? at)
    {
        at = null;
        Guid epoch = default, transaction = default;
        if (asked.TryGetValue("epoch", out var epochText) && !Guid.TryParseExact(epochText, "D", out epoch))
            return Malformed("epoch", "the 'epoch' of a welcome");
        if (asked.TryGetValue("tx", out var txText) && !Guid.TryParseExact(txText, "D", out transaction))
            return Malformed("tx", "the 'tx' of a head");
        var seq = 0L;
        if (asked.TryGetValue("after", out var afterText) && !long.TryParse(afterText, NumberStyles.None, CultureInfo.InvariantCulture, out seq))
            return Malformed("after", "the 'seq' of a head");
        var scopes = asked.GetValueOrDefault("scopes", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length > SyncDesk.MaxScopes)
            return FieldFailures.TooMany.With($"At most {SyncDesk.MaxScopes} scopes.", "scopes", ("max", SyncDesk.MaxScopes));
        at = new Whereabouts(
            epochText is null ? null : epoch, afterText is null ? null : (seq, txText is null ? null : transaction), asked.GetValueOrDefault("access"), scopes);
        return null;
    }

    private static Failure Malformed(string name, string expected) => FieldFailures.Malformed.With($"'{name}' takes {expected}.", name, ("format", "cursor"));

    private sealed class Answer(IReadOnlyList<byte[]> frames) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json";
            await response.Body.WriteAsync("{\"frames\":["u8.ToArray(), httpContext.RequestAborted);
            for (var i = 0; i < frames.Count; i++)
            {
                if (i > 0)
                    await response.Body.WriteAsync(","u8.ToArray(), httpContext.RequestAborted);
                await response.Body.WriteAsync(frames[i], httpContext.RequestAborted);
            }

            await response.Body.WriteAsync("]}"u8.ToArray(), httpContext.RequestAborted);
        }
    }
}
