using Holdfast.Tests.Engine.Jobs;
using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Tests;

/// <summary>Runs the tests; or, called with <c>work</c>, is a worker that a test starts in order to kill it.</summary>
internal static class EntryPoint
{
    private static Task<int> Main(string[] arguments) => arguments is ["work", .. var of] ? WorkerProcess.RunAsync(of) : ConsoleRunner.Run(arguments);
}
