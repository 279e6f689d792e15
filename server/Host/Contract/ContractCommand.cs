using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;

namespace Holdfast.Host.Contract;

/// <summary><c>holdfast contract</c>: writes the generated files of the contract. <c>bin/contract</c> calls it.</summary>
internal static class ContractCommand
{
    public static IReadOnlyDictionary<string, string> Files()
    {
        var services = new ServiceCollection();
        Program.AddModules(services, connectionString: "", new SiteSettings { PublicAddress = new Uri("http://localhost") });
        using var provider = services.BuildServiceProvider();
        return ContractWriter.Files(
            provider.GetRequiredService<RecordRegistry>(),
            provider.GetRequiredService<Policy>(),
            FailureCode.DeclaredIn([.. Program.Projects, typeof(ContractCommand).Assembly]));
    }

    public static void Run(string root)
    {
        foreach (var (path, text) in Files())
            File.WriteAllText(Path.Combine(root, path), text);
    }
}
