namespace Holdfast.Engine.Jobs;

/// <summary>What is to stand in a <see cref="JobRun"/>.</summary>
/// <param name="State">One of its states.</param>
/// <param name="Percent">From 0 to 100; as it was where null.</param>
/// <param name="Step">What the job is at.</param>
/// <param name="Count">How many it has done of that.</param>
/// <param name="Claim">The worker whose attempt begins with it; null where one goes on.</param>
internal sealed record Told(string State, int? Percent, string? Step, long? Count, Guid? Claim = null);

/// <summary>Writes into the record of a job.</summary>
/// <returns>False where the database is away. Refusals count as told: nobody wants to hear it any more.</returns>
internal delegate Task<bool> WriteRun(Job job, Told told);

/// <summary>What a job says of itself, on its way into its record: twice a second at most, and of what it says the newest only.</summary>
internal sealed class JobTeller(Job job, WriteRun write)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _telling = Task.CompletedTask;
    private Told? _next;
    private bool _isTelling;

    internal void Say(Told told)
    {
        lock (_gate)
        {
            if (_over.Task.IsCompleted)
                return;
            _next = After(_next, told);
            if (_isTelling)
                return;
            _isTelling = true;
            _telling = TellAsync();
        }
    }

    /// <summary>Writes the last word.</summary>
    /// <param name="told">That.</param>
    /// <param name="isLost">Whether it is for others to say by now.</param>
    internal async Task EndAsync(Told told, Func<bool> isLost)
    {
        lock (_gate)
            _over.SetResult();
        // What is just being written may fail yet.
        await _telling;
        told = After(_next, told);
        while (!await write(job, told) && !isLost())
            await Task.Delay(Pause, CancellationToken.None);
    }

    private async Task TellAsync()
    {
        while (true)
        {
            Told told;
            lock (_gate)
            {
                if (_next is null || _over.Task.IsCompleted)
                {
                    _isTelling = false;
                    return;
                }

                (told, _next) = (_next, null);
            }

            if (!await write(job, told))
            {
                lock (_gate)
                    _next = _next is null ? told : After(told, _next);
            }

            await Task.WhenAny(_over.Task, Task.Delay(Pause));
        }
    }

    /// <summary>What is told in place of an earlier word. The beginning of an attempt is not skipped: by it the record knows whom to listen to.</summary>
    private static Told After(Told? earlier, Told told) => told with { Claim = told.Claim ?? earlier?.Claim };
}
