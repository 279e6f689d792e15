using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.Identity;

/// <summary>
/// The gate before Argon2id. As many threads of its own as there are cores, so that neither memory nor the threads
/// that answer everybody else can run out; a queue of bounded length, beyond which one is asked to come back.
/// </summary>
internal sealed class PasswordHasher : IHostedService, IDisposable
{
    /// <summary>At 25 ms each, whoever is last in a full queue waits some two seconds.</summary>
    internal const int QueuePerCore = 80;

    private readonly BlockingCollection<Action> _queue = new(QueuePerCore * Environment.ProcessorCount);
    private string _nobodys = "";

    /// <summary>How long to wait where the queue is full.</summary>
    internal static TimeSpan ComeBackAfter { get; } = TimeSpan.FromSeconds(2);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Sodium.Start() is { } missing)
            throw new InvalidOperationException(missing);
        _nobodys = Sodium.Hash(RandomNumberGenerator.GetBytes(32));
        for (var core = 0; core < Environment.ProcessorCount; core++)
            new Thread(Work) { IsBackground = true, Name = $"argon2 {core}" }.Start();
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

    private bool TryRun<T>(string password, Func<byte[], T> work, CancellationToken cancel, out Task<T> result)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        result = answer.Task;
        return _queue.TryAdd(Run);

        void Run()
        {
            if (cancel.IsCancellationRequested)
            {
                answer.TrySetCanceled(cancel);
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(password);
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
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    private void Work()
    {
        foreach (var run in _queue.GetConsumingEnumerable())
            run();
    }
}
