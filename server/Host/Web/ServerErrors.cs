using System.Diagnostics;
using System.Net.Sockets;
using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;
using Npgsql;

namespace Holdfast.Host.Web;

/// <summary>Whatever is thrown becomes a 500, or a 503 where the database or Redis is away, without details; they are in the log under the same trace id.</summary>
internal sealed class ServerErrors(RequestDelegate next, ILogger<ServerErrors> logger)
{
    public static readonly FailureCode NoDatabase = new("server.no_database", 503, "The database does not answer.");
    public static readonly FailureCode NoRedis = new("server.no_redis", 503, "Redis does not answer.");
    public static readonly FailureCode ServerError = new("server.error", 500, "Something went wrong on the server.");

    /// <summary>In seconds: about as long as a database takes to start.</summary>
    private const int RetryAfter = 5;

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
        catch (IOException e) when (e.InnerException is OverflowException && !context.Response.HasStarted)
        {
            // How the framework says that the size of a chunk is no number.
            await Problem.WriteAsync(context, RequestFailures.Malformed.With("Send a well-formed request."));
        }
        catch (Exception e)
        {
            var trace = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
            logger.LogError(e, "{Method} {Route} failed", context.Request.Method, context.GetEndpoint()?.DisplayName);
            if (context.Response.HasStarted)
                throw;
            context.Response.Clear();
            var failure = PassesOf(e) is { } passes
                ? passes.With($"Send it again in {RetryAfter} s; the server's log tells more under this trace id.", null, ("retryAfter", RetryAfter))
                : ServerError.With("Try again; the server's log tells more under this trace id.");
            await Problem.WriteAsync(context, failure, trace);
        }
    }

    /// <summary>What is away for a while; null where it is a fault of ours.</summary>
    private static FailureCode? PassesOf(Exception e) => e is RedisException ? NoRedis : IsOfDatabase(e) ? NoDatabase : null;

    /// <summary>That it cannot be reached, starts, stops or has no connection left (classes 08, 53 and 57P): what passes, in contrast to a fault of ours.</summary>
    private static bool IsOfDatabase(Exception e) => e switch
    {
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] } => true,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        _ => false,
    };
}
