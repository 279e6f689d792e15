using System.Diagnostics;
using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;

namespace Holdfast.Host.Web;

/// <summary>Whatever is thrown becomes a 500 without details; they are in the log under the same trace id.</summary>
internal sealed class ServerErrors(RequestDelegate next, ILogger<ServerErrors> logger)
{
    public static readonly FailureCode ServerError = new("server.error", 500, "Something went wrong on the server.");

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            var failure = e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RequestFailures.TooLarge.With($"Send at most {Listener.MaxBody} bytes.", null, ("max", Listener.MaxBody))
                : RequestFailures.Malformed.With("Send a well-formed request.");
            await Problem.WriteAsync(context, failure);
        }
        catch (Exception e)
        {
            var trace = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
            logger.LogError(e, "{Method} {Route} failed", context.Request.Method, context.GetEndpoint()?.DisplayName);
            if (context.Response.HasStarted)
                throw;
            context.Response.Clear();
            context.Response.Headers.CacheControl = "no-store";
            await Problem.WriteAsync(context, ServerError.With("Try again; the server's log tells more under this trace id."), trace);
        }
    }
}
