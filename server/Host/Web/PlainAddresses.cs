using Holdfast.Platform.Http;

namespace Holdfast.Host.Web;

/// <summary>
/// Refuses an address that holds a line break or another control character. None of ours does, and the log has the address beside
/// what it tells of a request, where the rest of such a one would pass for a line of its own.
/// </summary>
internal static class PlainAddresses
{
    public static void UsePlainAddresses(this WebApplication app) => app.Use((context, next) => context.Request.Path.Value!.Any(IsControl)
        ? Problem.WriteAsync(context, RequestFailures.Malformed.With("The address holds a control character."))
        : next(context));

    private static bool IsControl(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';
}
