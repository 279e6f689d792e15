using Holdfast.Engine.Jobs;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Mail to addresses that nobody has shown yet to be his own: whoever asks for it, nobody is flooded.</summary>
internal sealed class AddressMails(ILimitStore limits)
{
    /// <summary>To one address: three, and then after pauses from ten minutes to four hours; a dozen a day at most.</summary>
    private static readonly Limit Most = Limit.Growing(free: 3, TimeSpan.FromMinutes(10), TimeSpan.FromHours(4), forget: TimeSpan.FromHours(24));

    /// <summary>Sends one when it is its turn. An attempt that fails counts nothing.</summary>
    /// <param name="emailKey">By what the address is known.</param>
    /// <param name="send">Sends it.</param>
    /// <exception cref="JobPutOffException">Its turn comes later: else whoever asks often enough keeps the owner from his own.</exception>
    internal async Task SendAsync(string emailKey, Func<Task> send)
    {
        var draw = new Draw(Most, $"mail to {emailKey}");
        if ((await limits.TakeAsync(draw)).Wait is { } wait)
            throw new JobPutOffException(wait);
        try
        {
            await send();
        }
        catch
        {
            await limits.GiveBackAsync(forget: false, draw);
            throw;
        }
    }
}
