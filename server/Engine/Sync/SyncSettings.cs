namespace Holdfast.Engine.Sync;

/// <summary>What a process gives each person who opens sockets.</summary>
public sealed record SyncSettings
{
    /// <summary>How many may be open at once: some tabs on some machines, and nobody with a loop.</summary>
    public int SocketsPerPerson { get; init; } = 100;
}
