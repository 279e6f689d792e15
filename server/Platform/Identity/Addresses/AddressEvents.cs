namespace Holdfast.Platform.Identity;

/// <summary>What happened to a person's address, as <c>details</c> of the security event; the pages have words for each.</summary>
internal static class AddressEvents
{
    internal static readonly IReadOnlyDictionary<string, string> Verified = Of("address_verified");
    internal static readonly IReadOnlyDictionary<string, string> Asked = Of("address_asked");
    internal static readonly IReadOnlyDictionary<string, string> GivenUp = Of("address_given_up");
    internal static readonly IReadOnlyDictionary<string, string> Changed = Of("address_changed");
    internal static readonly IReadOnlyDictionary<string, string> Undone = Of("address_undone");

    private static Dictionary<string, string> Of(string what) => new(StringComparer.Ordinal) { ["reason"] = what };
}
