using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.Identity;

/// <summary>
/// People who were erased and have come back with a database from before. Before the server listens, and whenever it learns of somebody
/// who was erased elsewhere, they are shut out and go at once.
/// </summary>
public sealed class Returned : IHostedService
{
    private readonly Deletions _deletions;
    private readonly JobDesk _desk;

    public Returned(IServiceProvider services)
    {
        _deletions = services.GetRequiredService<Deletions>();
        _desk = services.GetRequiredService<JobDesk>();
    }

    /// <summary>Shuts them out. Good to repeat.</summary>
    public async Task ShutOutAsync()
    {
        if (await _deletions.RepeatAsync() > 0)
            await _desk.EnqueueAsync(Guid.Empty, Actor.Server(Eraser.DueKind), new NewJob(Eraser.DueKind, new Eraser.Due()));
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => ShutOutAsync();

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
