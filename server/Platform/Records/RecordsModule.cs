using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Records;

/// <summary>Records over HTTP, for whoever does not hold a socket.</summary>
public static class RecordsModule
{
    public static void Map(WebApplication app)
    {
        var workspace = app.MapApi().MapGroup("/workspaces/{workspace:guid}");
        workspace.MapGet("/records/{type}", ReadDoor.ListAsync);
        workspace.MapGet("/records/{type}/{id:guid}", ReadDoor.FindAsync);
        workspace.MapGet("/records/{type}/{id:guid}/history", ReadDoor.HistoryAsync);
        workspace.MapPost("/records/{type}/{id:guid}/secrets/{field}", RevealDoor.HandleAsync);
        workspace.MapPost("/records/{type}/{id:guid}/merge-into/{into:guid}", MergeDoor.HandleAsync);
        workspace.MapPost("/records/{type}/{id:guid}/copy", CopyDoor.HandleAsync);
        workspace.MapPost("/records/{type}/import", ImportDoor.HandleAsync).WithMetadata(new ImportDoor.Size());
        workspace.MapGet("/records/{type}/export", ExportDoor.HandleAsync);
        workspace.MapPost("/transactions", WriteDoor.HandleAsync);
        workspace.MapPost("/transactions/{id:guid}/undo", UndoDoor.HandleAsync);
        workspace.MapGet("/changes", ChangesDoor.HandleAsync);
    }
}
