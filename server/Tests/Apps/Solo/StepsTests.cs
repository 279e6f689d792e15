using System.Text.Json;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Apps.Solo.Projects;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>The browser offers steps by <c>contract/steps.json</c>; the rules decide by their own tables.</summary>
public sealed class StepsTests
{
    [Theory]
    [InlineData("solo.customer")]
    [InlineData("solo.project")]
    public void The_browser_offers_just_the_steps_that_the_rules_allow(string type)
    {
        var told = Told()[type];
        var steps = type == "solo.customer" ? CustomerRules.Steps : ProjectRules.Steps;

        Assert.All(told, state => Assert.Equal(steps.From(state.Key), state.Value));
        Assert.Equal(steps.States.Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, Dictionary<string, string[]>> Told() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]>>>(File.ReadAllText(Path.Combine(Repository.Root, "contract", "steps.json")))!;
}
