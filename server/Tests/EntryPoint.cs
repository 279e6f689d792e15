using Holdfast.Tests.Engine.Consumers;
using Holdfast.Tests.Engine.Jobs;
using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Tests;

/// <summary>Runs the tests; or, called with <c>work</c> or <c>consume</c>, is a process that a test starts in order to kill it.</summary>
internal static class EntryPoint
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        ["work", .. var of] => WorkerProcess.RunAsync(of),
        ["consume", .. var of] => ConsumerProcess.RunAsync(of),
        _ => ConsoleRunner.Run(arguments),
    };
}
