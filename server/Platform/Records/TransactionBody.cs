using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>A transaction as it comes: one JSON object, which the engine reads. As large as a message of the socket.</summary>
internal sealed class TransactionBody : Body, IBindableFromHttpContext<TransactionBody>
{
    /// <summary>There whenever a handler runs.</summary>
    public JsonElement Json { get; private init; }

    public static async ValueTask<TransactionBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var (json, failure) = await ReadAsync(context.Request, context.RequestAborted, SyncDesk.MaxBytes, SyncDesk.MaxDepth);
        using (json)
            return new TransactionBody { Failure = failure, Json = json?.RootElement.Clone() ?? default };
    }
}
