using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>The JSON object that a request carries, read strictly, or what is wrong with it.</summary>
public abstract class Body
{
    /// <summary>Far above what any request needs that carries no records.</summary>
    internal const int MaxBytes = 16_384;

    private const int MaxDepth = 4;

    /// <summary>What is wrong with the body; such a request never reaches its handler.</summary>
    internal Failure? Failure { get; private protected init; }

    /// <summary>Answers for the handler where the body is not what it takes.</summary>
    internal static ValueTask<object?> RefuseBadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.Arguments.OfType<Body>().FirstOrDefault()?.Failure is { } failure
            ? ValueTask.FromResult<object?>(Problem.Of(failure))
            : next(context);

    private protected static async Task<(JsonDocument? Json, Failure? Failure)> ReadAsync(
        HttpRequest request, CancellationToken cancel, int maxBytes = MaxBytes, int maxDepth = MaxDepth)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await request.Body.ReadAsync(buffer, cancel) is var read && read > 0)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > maxBytes)
                    return (null, TooLarge(maxBytes));
            }

            var strict = new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false };
            var json = JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return (json, null);
            json.Dispose();
            return (null, NotJson(maxDepth));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // It says so in its header, and the server did not even begin to read.
            return (null, TooLarge(maxBytes));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return (null, RequestFailures.TooSlow.With("Send the whole body at once."));
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException or InvalidOperationException)
        {
            // The last of these is a name that holds half of a surrogate pair.
            return (null, NotJson(maxDepth));
        }
    }

    private static Failure TooLarge(int max) => RequestFailures.TooLarge.With($"A body takes at most {max} bytes.", null, ("max", max));

    private static Failure NotJson(int levels) =>
        RequestFailures.Malformed.With($"The body must be one JSON object in UTF-8, of at most {levels} levels and without repeated members.");
}

/// <summary>A body that holds a <typeparamref name="T"/>: its properties carry the engine's field attributes, which say what is allowed.</summary>
public sealed class Body<T> : Body, IBindableFromHttpContext<Body<T>>
    where T : class, new()
{
    /// <summary>What was sent. There whenever a handler runs.</summary>
    public T Value { get; private init; } = null!;

#pragma warning disable CA1000 // This static member is what the framework looks for on the type of a parameter.
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
#pragma warning restore CA1000
    {
        var (json, failure) = await ReadAsync(context.Request, context.RequestAborted);
        if (json is null)
            return new Body<T> { Failure = failure };
        using (json)
        {
            failure = InputShape<T>.Read(json.RootElement, out var value);
            return new Body<T> { Failure = failure, Value = value };
        }
    }
}
