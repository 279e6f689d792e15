using Holdfast.Engine.Series;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Operator;

/// <summary>What whoever runs the instance sees and does, under <c>/api/operator</c>. Nobody else gets past its check.</summary>
public static partial class OperatorModule
{
    public static void Map(WebApplication app)
    {
        var operators = Group(app);
        operators.MapGet("/jobs", JobsDoor.StateAsync);
        operators.MapPost("/queues/{queue}/pause", JobsDoor.PauseAsync);
        operators.MapPost("/queues/{queue}/resume", JobsDoor.ResumeAsync);
        operators.MapPost("/jobs/redrive", JobsDoor.RedriveAsync);
        operators.MapGet("/consumers", ConsumersDoor.StateAsync);
        operators.MapPost("/consumers/{consumer}/pause", ConsumersDoor.PauseAsync);
        operators.MapPost("/consumers/{consumer}/resume", ConsumersDoor.ResumeAsync);
        operators.MapPost("/consumers/{consumer}/rebuild", ConsumersDoor.RebuildAsync);
        operators.MapPost("/consumers/{consumer}/workspaces/{workspace:guid}/rebuild", ConsumersDoor.RebuildOneAsync);
        operators.MapPost("/consumers/{consumer}/workspaces/{workspace:guid}/retry", ConsumersDoor.RetryAsync);
        operators.MapPost("/consumers/{consumer}/workspaces/{workspace:guid}/entries/{seq:long}/skip", ConsumersDoor.SkipAsync);
        operators.MapGet("/locks", LocksDoor.StateAsync);
        operators.MapPost("/locks/{user:guid}/unlock", LocksDoor.UnlockAsync);
        operators.MapGet("/events", EventsDoor.PageAsync);
        operators.MapGet("/events/export", EventsDoor.FileAsync).RequireFresh();
        operators.MapGet("/events/counts", EventsDoor.CountsAsync);
        operators.MapGet("/passwords", (PasswordHasher hasher) => TypedResults.Ok(new { costs = hasher.Costs }));
        operators.MapGet("/series", async (SeriesBoard board, CancellationToken cancel) => TypedResults.Ok(new { series = await board.ReadAsync(cancel) }));
    }

    /// <summary>The group of addresses that only operators get to, with a browser. What does more than look takes a fresh proof.</summary>
    public static RouteGroupBuilder Group(IEndpointRouteBuilder app) => app.MapApi().MapGroup("/operator").RefuseTokens().AddEndpointFilter(CheckAsync);

    private static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var (request, services) = (call.HttpContext.Request, call.HttpContext.RequestServices);
        var who = call.HttpContext.Features.Get<SignedIn>()!;
        if (!await services.GetRequiredService<Operators>().IsAsync(who.User, call.HttpContext.RequestAborted))
            return Problem.Of(OperatorFailures.Required.With("Whoever has the machine makes you one: 'bin/run operator add' and your address."));
        if (!HttpMethods.IsGet(request.Method))
        {
            if (FreshProof.Check(call.HttpContext) is { } stale)
                return Problem.Of(stale);
            var endpoint = call.HttpContext.GetEndpoint()!.DisplayName!;
            LogActed(services.GetRequiredService<ILogger<Operators>>(), who.User, endpoint);
            await services.GetRequiredService<SecurityEvents>().NoteAsync(SecurityEvent.Of(call.HttpContext, SecurityEventNames.OperatorActed) with
            {
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["at"] = endpoint },
            });
        }

        return await next(call);
    }

    [LoggerMessage(LogLevel.Information, "The operator {User} used {Endpoint}")]
    private static partial void LogActed(ILogger logger, Guid user, string endpoint);
}
