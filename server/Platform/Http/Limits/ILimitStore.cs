namespace Holdfast.Platform.Http;

/// <summary>Where is kept what has been taken of limits. All stores decide by the same formula (<see cref="Gcra"/>).</summary>
public interface ILimitStore
{
    /// <summary>Takes all of them or none, before the work is done, so that parallel attempts cannot overrun a limit.</summary>
    Task<Taken> TakeAsync(params IReadOnlyList<Draw> draws);

    /// <summary>Gives back what turned out to be welcome.</summary>
    /// <param name="forget">Whether growing limits begin anew; else only the last one is taken back.</param>
    /// <param name="draws">What was taken.</param>
    Task GiveBackAsync(bool forget, params IReadOnlyList<Draw> draws);

    /// <summary>For each key how much time is left until it is at rest; zero where it is.</summary>
    Task<IReadOnlyList<TimeSpan>> RestsAsync(IReadOnlyList<string> keys, CancellationToken cancel);
}
