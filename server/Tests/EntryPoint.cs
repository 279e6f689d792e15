using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Consumers;
using Holdfast.Tests.Engine.Jobs;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Tests;

/// <summary>Runs the tests; or, called with <c>work</c> or <c>consume</c>, is a process that a test starts in order to kill it.</summary>
internal static class EntryPoint
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        ["work", .. var of] => WorkerProcess.RunAsync(of),
        ["consume", .. var of] => ConsumerProcess.RunAsync(of),
        _ when Unsound() is { } fault => FailAsync(fault),
        _ => ConsoleRunner.Run(arguments),
    };

    /// <summary>What is wrong with the record types: each test would say it, for none could begin.</summary>
    private static string? Unsound()
    {
        try
        {
            using var services = TestEngine.Services("", []);
            _ = services.GetRequiredService<Policy>();
            return null;
        }
        catch (InvalidOperationException fault)
        {
            return fault.Message;
        }
    }

    private static async Task<int> FailAsync(string fault)
    {
        await Console.Error.WriteLineAsync($"error: {fault}");
        return 1;
    }
}
