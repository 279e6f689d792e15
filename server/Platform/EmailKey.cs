using Holdfast.Engine.Storage;

namespace Holdfast.Platform;

/// <summary>By what an address is known: two that differ in case or in their Unicode spelling alone are one.</summary>
internal static class EmailKey
{
    /// <summary>The key of an address, as <c>identity.users</c> keeps it.</summary>
    internal static Sql Of(string email) => $"identity.email_key({Fold(email)})";

    /// <summary>What the database folds further: its <c>lower()</c> knows no letters beyond ASCII in every locale.</summary>
    internal static string Fold(string email) => email.ToLowerInvariant();
}
