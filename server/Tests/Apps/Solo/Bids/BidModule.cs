using Holdfast.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Apps.Solo.Bids;

/// <summary>The record type of <c>docs/en/add-a-record-type.md</c>, which builds on those of the product.</summary>
internal static class BidModule
{
    public static void Add(IServiceCollection services)
    {
        services.AddRecord(new BidRules());
    }
}
