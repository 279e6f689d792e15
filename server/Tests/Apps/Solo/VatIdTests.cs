using System.Text.Json;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>The browser refuses by <c>contract/vatIds.json</c> what the rules refuse by their own table.</summary>
public sealed class VatIdTests
{
    [Fact]
    public void The_browser_knows_the_same_forms()
    {
        using var told = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "contract", "vatIds.json")));
        Assert.Equal(
            VatId.Told.Select(form => (form.Key, form.Value.Pattern, form.Value.Example)).Order(),
            told.RootElement.EnumerateObject().Select(form => (form.Name, form.Value.GetProperty("form").GetString()!, form.Value.GetProperty("example").GetString()!)).Order());
    }
}
