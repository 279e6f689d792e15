using System.Security.Cryptography;
using Holdfast.Platform.Identity;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What private keys are sealed with.</summary>
public sealed class TokenKeyTests
{
    private const int NonceSize = 12;

    [Fact]
    [Trait("asvs", "11.3.4")]
    public void Nothing_is_sealed_twice_with_the_same_nonce()
    {
        var key = TokenKey.New();
        byte[] name = [1, 2, 3], plain = [4, 5, 6];
        var sealedOnes = Enumerable.Range(0, 10_000).Select(_ => key.Seal(name, plain)).ToArray();
        Assert.Equal(sealedOnes.Length, sealedOnes.Select(one => Convert.ToHexString(one.AsSpan(0, NonceSize))).Distinct(StringComparer.Ordinal).Count());
        Assert.All(sealedOnes.Take(10), one => Assert.Equal(plain, key.Open(name, one)));
        Assert.ThrowsAny<CryptographicException>(() => key.Open([1, 2, 4], sealedOnes[0]));
        Assert.ThrowsAny<CryptographicException>(() => TokenKey.New().Open(name, sealedOnes[0]));
    }
}
