using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Identity;

/// <summary>What a password hash costs on this machine.</summary>
/// <param name="MemoryKiB">The memory of one.</param>
/// <param name="Passes">How often it goes over that.</param>
/// <param name="Milliseconds">How long one took, the median of some that were made right after the start.</param>
/// <param name="PerSecondAndCore">How many sign-ins that allows.</param>
/// <param name="Cores">On how many of them at once.</param>
public sealed record PasswordCosts(int MemoryKiB, int Passes, double Milliseconds, double PerSecondAndCore, int Cores);

/// <summary>
/// The gate before Argon2id. As many threads of its own as there are cores, so that neither memory nor the threads
/// that answer everybody else can run out; a queue of bounded length, beyond which one is asked to come back.
/// </summary>
internal sealed partial class PasswordHasher(ILogger<PasswordHasher> logger) : IHostedService, IDisposable
{
    /// <summary>At 25 ms each, whoever is last in a full queue waits some two seconds.</summary>
    internal const int QueuePerCore = 80;

    private const int Measured = 5;

    private readonly BlockingCollection<Action> _queue = new(QueuePerCore * Environment.ProcessorCount);
    private string _nobodys = "";
    private PasswordCosts? _costs;

    /// <summary>How long to wait where the queue is full.</summary>
    internal static TimeSpan ComeBackAfter { get; } = TimeSpan.FromSeconds(2);

    /// <summary>What a hash costs here; null for the moment after the start in which that is found out.</summary>
    internal PasswordCosts? Costs => Volatile.Read(ref _costs);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Sodium.Start() is { } missing)
            throw new InvalidOperationException(missing);
        _nobodys = Sodium.Hash(RandomNumberGenerator.GetBytes(32));
        for (var core = 0; core < Environment.ProcessorCount; core++)
            new Thread(Work) { IsBackground = true, Name = $"argon2 {core}" }.Start();
        // In the queue like everything else: the start does not wait for it, and what comes meanwhile has the other cores.
        TryRun("", _ => Measure(), CancellationToken.None, out var measuring);
        _ = measuring.ContinueWith(failed => LogNotMeasured(logger, failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.CompleteAdding();
        return Task.CompletedTask;
    }

    public void Dispose() => _queue.Dispose();

    /// <param name="password">To be hashed.</param>
    /// <param name="cancel">Gives up the place in the queue.</param>
    /// <param name="hash">To be awaited: the hash in PHC format.</param>
    /// <returns>False where the queue is full.</returns>
    internal bool TryHash(string password, CancellationToken cancel, out Task<string> hash) => TryRun(password, Sodium.Hash, cancel, out hash);

    /// <param name="phc">The stored hash. Null where there is no such person: the work is the same, the answer no.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="cancel">Gives up the place in the queue.</param>
    /// <param name="matches">To be awaited: whether they match.</param>
    /// <returns>False where the queue is full.</returns>
    internal bool TryVerify(string? phc, string password, CancellationToken cancel, out Task<bool> matches)
    {
        var stored = phc ?? _nobodys;
        return TryRun(password, bytes => Sodium.Verify(stored, bytes) && phc is not null, cancel, out matches);
    }

    /// <param name="password">What is worked on; its bytes are wiped afterwards.</param>
    /// <param name="work">Runs on a thread of the gate.</param>
    /// <param name="cancel">Gives up the place in the queue.</param>
    /// <param name="result">To be awaited.</param>
    /// <returns>False where the queue is full.</returns>
    internal bool TryRun<T>(string password, Func<byte[], T> work, CancellationToken cancel, out Task<T> result)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        result = answer.Task;
        var asker = Activity.Current;
        return _queue.TryAdd(Run);

        void Run()
        {
            if (cancel.IsCancellationRequested)
            {
                answer.TrySetCanceled(cancel);
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(password);
            Activity.Current = asker;
            try
            {
                answer.TrySetResult(work(bytes));
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
            }
            finally
            {
                Activity.Current = null;
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    private bool Measure()
    {
        var password = RandomNumberGenerator.GetBytes(32);
        var taken = new List<double>();
        while (taken.Count < Measured)
        {
            var began = Stopwatch.GetTimestamp();
            Sodium.Hash(password);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        taken.Sort();
        var median = taken[Measured / 2];
        Volatile.Write(ref _costs, new PasswordCosts(Sodium.MemoryBytes / 1024, (int)Sodium.Passes, median, 1000 / median, Environment.ProcessorCount));
        return true;
    }

    private void Work()
    {
        try
        {
            foreach (var run in _queue.GetConsumingEnumerable())
                run();
        }
        catch (ObjectDisposedException)
        {
            // A start that failed has put everything away while this was at work.
        }
    }

    [LoggerMessage(LogLevel.Warning, "What a password hash costs here could not be measured")]
    private static partial void LogNotMeasured(ILogger logger, Exception exception);
}
