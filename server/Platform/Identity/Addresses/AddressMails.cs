using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Jobs;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Mail to addresses that nobody has shown yet to be his own: whoever asks for it, nobody is flooded, and nobody uses up another's turns.</summary>
internal sealed class AddressMails(ILimitStore limits, InstanceSecret secret)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);
    private static readonly TimeSpan Forget = TimeSpan.FromHours(24);

    /// <summary>To one address from one who asks: three, and then after pauses.</summary>
    private static readonly Limit Each = Limit.Growing(free: 3, FirstPause, LongestPause, Forget);

    /// <summary>The same from all of them together, without the person who has it: twice as many.</summary>
    private static readonly Limit All = Limit.Growing(free: 6, FirstPause, LongestPause, Forget);

    /// <summary>Sends one when it is its turn. An attempt that fails counts nothing.</summary>
    /// <param name="emailKey">By what the address is known.</param>
    /// <param name="by">Who asks: a person, or what a caller is known by.</param>
    /// <param name="isOwn">Whether it is the address of the person who asks: what strangers ask for costs him no turn.</param>
    /// <param name="send">Sends it.</param>
    /// <exception cref="JobPutOffException">Its turn comes later: else whoever asks often enough keeps the owner from his own.</exception>
    internal async Task SendAsync(string emailKey, string by, bool isOwn, Func<Task> send)
    {
        var each = new Draw(Each, $"mail {await NameAsync($"{by} {emailKey}")}");
        Draw[] draws = isOwn ? [each] : [each, new(All, $"mail {await NameAsync(emailKey)}")];
        if ((await limits.TakeAsync(draws)).Wait is { } wait)
            throw new JobPutOffException(wait);
        try
        {
            await send();
        }
        catch
        {
            await limits.GiveBackAsync(forget: false, draws);
            throw;
        }
    }

    /// <summary>What an address, or a caller, is known by where it is counted: neither stands in a store, nor can be guessed from what does.</summary>
    internal async ValueTask<string> NameAsync(string text) =>
        Convert.ToHexString(HMACSHA256.HashData(await secret.DeriveAsync("mails"), Encoding.UTF8.GetBytes(text)));
}
