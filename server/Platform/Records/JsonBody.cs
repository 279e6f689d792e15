using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>One JSON object as it comes, which the handler or the engine reads. As large as a message of the socket.</summary>
internal sealed class JsonBody : Body, IBindableFromHttpContext<JsonBody>
{
    /// <summary>There whenever a handler runs.</summary>
    public JsonElement Json { get; private init; }

    public static async ValueTask<JsonBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var (json, failure) = await ReadAsync(context.Request, context.RequestAborted, SyncDesk.MaxBytes, SyncDesk.MaxDepth);
        using (json)
            return new JsonBody { Failure = failure, Json = json?.RootElement.Clone() ?? default };
    }
}
