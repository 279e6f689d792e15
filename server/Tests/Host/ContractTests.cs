using Holdfast.Host.Contract;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class ContractTests
{
    [Fact]
    public async Task The_committed_contract_is_what_the_registries_say()
    {
        foreach (var (path, text) in ContractCommand.Files())
        {
            var committed = await File.ReadAllTextAsync(Path.Combine(Repository.Root, path));
            Assert.True(text == committed, $"{path} has drifted from the server's registries. Run bin/contract and commit the result.");
        }
    }
}
