namespace Holdfast.Engine.Operations;

/// <summary>
/// Starts what nobody waits for, behind what already waits to run, and on the scheduler that the caller runs on. In the product that is
/// the thread pool; the simulator runs a whole node on a scheduler of its own, and decides what goes on when.
/// </summary>
internal static class Background
{
    internal static void Start(Func<Task> work) =>
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.PreferFairness, TaskScheduler.Current);
}
