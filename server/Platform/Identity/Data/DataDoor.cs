using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Identity;

/// <summary>A person's own data as a file: asked for, made by a job, and fetched for a day by whoever's it is.</summary>
internal sealed class DataDoor(Db db, JobDesk desk, Mailer mailer, SecurityEvents events, TimeProvider time)
{
    internal static readonly FailureCode Running = new("data.running", 409, "Your data is being put together.");
    internal static readonly FailureCode TooOften = new("data.too_often", 429, "You have had your data put together often enough today.");
    internal static readonly FailureCode Gone = new("data.gone", 404, "This file is not there, or not any more.");

    /// <summary>How many in a day.</summary>
    private const int MostOfADay = 3;

    private sealed record Row(Guid Id, string State, int Percent, long? Bytes, DateTime AskedAt);

    private sealed record Counted(long Times, bool IsUnderWay);

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/me/export", (SignedIn who, DataDoor door, CancellationToken cancel) => door.ReadAsync(who, cancel)).RefuseTokens().OpenToUnverified();
        api.MapPost("/me/export", (HttpContext context, SignedIn who, DataDoor door) => door.AskAsync(context, who)).RequireFresh().OpenToUnverified();
        api.MapGet("/me/export/{export:guid}", (HttpContext context, Guid export, SignedIn who, DataDoor door) => door.FetchAsync(context, export, who)).RequireFresh().OpenToUnverified();
    }

    /// <summary>GET /api/me/export: the newest of today, or null.</summary>
    private async Task<IResult> ReadAsync(SignedIn who, CancellationToken cancel) => TypedResults.Ok(new
    {
        export = await db.Instance.FirstAsync<Row>(
            $"SELECT id, state, percent, bytes, asked_at FROM identity.exports WHERE user_id = {who.User} AND asked_at > {Oldest} ORDER BY asked_at DESC, id DESC LIMIT 1", cancel) is { } row
            ? new { row.Id, row.State, row.Percent, row.Bytes, row.AskedAt, Until = row.AskedAt + DataExport.Life }
            : null,
    });

    /// <summary>POST /api/me/export</summary>
    private async Task<IResult> AskAsync(HttpContext context, SignedIn who)
    {
        var export = Guid.CreateVersion7();
        var made = await db.Instance.ExecuteAsync(Users.Turn(who.User), $"""
            INSERT INTO identity.exports (id, user_id, state, asked_at)
            SELECT {export}, {who.User}, 'waiting', {time.GetUtcNow()}
            WHERE NOT EXISTS (SELECT FROM identity.exports WHERE user_id = {who.User} AND state IN ('waiting', 'running'))
              AND (SELECT count(*) FROM identity.exports WHERE user_id = {who.User} AND asked_at > {Oldest}) < {MostOfADay}
            """);
        if (made == 0)
        {
            var counted = (await db.Instance.FirstAsync<Counted>(
                $"SELECT count(*) AS times, coalesce(bool_or(state IN ('waiting', 'running')), false) AS is_under_way FROM identity.exports WHERE user_id = {who.User} AND asked_at > {Oldest}"))!;
            return Problem.Of(counted.IsUnderWay || counted.Times < MostOfADay
                ? Running.With("Wait until it is done, and fetch it.")
                : TooOften.With($"There are {MostOfADay} in a day. Fetch the last one, or come back tomorrow.", null, ("max", MostOfADay)));
        }

        await desk.EnqueueAsync(Guid.Empty, Actor.Server(DataExport.Kind), new NewJob(DataExport.Kind, new DataExport.Asked(export)));
        await NoteAsync(context, "asked");
        // An address that was never shown to be his may be somebody else's, who learns nothing.
        if (who.IsVerified)
            await mailer.SendAsync(Message.Plain(MailTemplates.DataAsked, who.Language, who.Email));
        return TypedResults.Accepted((string?)null, new { id = export });
    }

    /// <summary>GET /api/me/export/{export}: the file. The session opens it and a fresh proof; its address opens nothing.</summary>
    private async Task<IResult> FetchAsync(HttpContext context, Guid export, SignedIn who)
    {
        var row = await db.Instance.FirstAsync<Row>(
            $"""
            SELECT id, state, percent, bytes, asked_at FROM identity.exports e
            WHERE id = {export} AND user_id = {who.User} AND state = 'done' AND asked_at > {Oldest}
              AND bytes = (SELECT sum(octet_length(p.bytes)) FROM identity.export_pieces p WHERE p.export_id = e.id)
            """, context.RequestAborted);
        if (row is null)
            return Problem.Of(Gone.With("It can be fetched for a day, by whoever asked for it. Ask for it again."));
        await NoteAsync(context, "fetched");
        return TypedResults.Stream(
            stream => WriteAsync(stream, export, context.RequestAborted), "application/zip", string.Create(CultureInfo.InvariantCulture, $"holdfast-{row.AskedAt:yyyy-MM-dd}.zip"));
    }

    private async Task WriteAsync(Stream stream, Guid export, CancellationToken cancel)
    {
        for (var number = 0; await db.Instance.FirstAsync<byte[]>($"SELECT bytes FROM identity.export_pieces WHERE export_id = {export} AND number = {number}", cancel) is { } piece; number++)
            await stream.WriteAsync(piece, cancel);
    }

    private DateTimeOffset Oldest => time.GetUtcNow() - DataExport.Life;

    private Task NoteAsync(HttpContext context, string what) => events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.Exported) with
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["data"] = "mine", ["step"] = what },
    });
}
