using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Platform.Views;

internal static class ViewFailures
{
    internal static readonly FailureCode TooMany = new("view.too_many", 422, "More views or homes than someone has.");

    /// <summary>Why a record of someone's own is one too many; null where it is not.</summary>
    /// <param name="change">Of the record.</param>
    /// <param name="like">One with the same member, from what is made.</param>
    /// <param name="most">How many someone has.</param>
    /// <param name="name">What they are called.</param>
    internal static Failure? CheckMost<T>(Change<T> change, Func<T, T> like, int most, string name)
        where T : Record =>
        change is { Before: null, After: { } made } && change.CountLike(like(made), "Member") > most
            ? TooMany.With($"You have {most} {name}. Delete one first.", "member", ("max", most))
            : null;
}
