using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Consumers;

/// <summary>Does what follows from the entries of the log. Runs at least once for each, in their order within a workspace.</summary>
public interface IConsumerHandler
{
    /// <param name="entry">The entry, as far as this process knows what is in it.</param>
    /// <param name="step">The workspace, and what holds together with having read the entry.</param>
    /// <param name="cancel">When it takes longer than <see cref="Consumer.Patience"/>, or the server stops.</param>
    /// <exception cref="Exception">Whatever it throws stops the consumer in this workspace, until the entry is handled or passed over by hand.</exception>
    Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel);

    /// <summary>The statements that empty what the consumer has made of a workspace, before it is made anew: see <see cref="Consumer.CanRebuild"/>.</summary>
    IReadOnlyList<Sql> Clear(Guid workspace) => [];
}

/// <summary>A reader of the log with a cursor in each workspace. A new one begins with the first entry that there is.</summary>
/// <param name="Name"><c>module.noun</c>.</param>
/// <param name="Handler">What it does.</param>
public sealed record Consumer(string Name, Func<IServiceProvider, IConsumerHandler> Handler)
{
    /// <summary>
    /// Whether it may be sent back to the start: all that it makes is in the database, and <see cref="IConsumerHandler.Clear"/>
    /// empties it.
    /// </summary>
    public bool CanRebuild { get; init; }

    /// <summary>How long one entry may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause after the first failure of an entry; each later one is twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <param name="attempts">How many have failed, from 1.</param>
    internal TimeSpan PauseAfter(int attempts) => Pauses.After(attempts, FirstPause, LongestPause);
}

/// <summary>All consumers of this server. Made once at start.</summary>
public sealed class ConsumerRegistry(IEnumerable<Consumer> consumers)
{
    private readonly Dictionary<string, Consumer> _consumers = consumers.ToDictionary(consumer => consumer.Name, StringComparer.Ordinal);

    internal IReadOnlyCollection<Consumer> All => _consumers.Values;

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    internal Consumer Of(string name) => _consumers.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no consumer '{name}'. There are: {string.Join(", ", _consumers.Keys)}.", nameof(name));
}
