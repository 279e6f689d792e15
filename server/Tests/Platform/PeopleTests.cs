using Holdfast.Engine.Transfer;
using Holdfast.Platform.Identity;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>People who come with a workspace out of a file.</summary>
public sealed class PeopleTests
{
    private const string Rest = "$Fpo2cAPhwq4Cs9yKqEE6Pg$lZOtorF1sALbkQysgiXCg1wlVMaOYpRe8J6OFkl0QTk";

    [Theory]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1" + Rest, true)]
    [InlineData("$argon2id$v=19$m=8192,t=1,p=1" + Rest, true)]
    [InlineData("$argon2id$v=19$m=19457,t=2,p=1" + Rest, false)]
    [InlineData("$argon2id$v=19$m=19456,t=3,p=1" + Rest, false)]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1" + Rest, false)]
    [InlineData("secret", false)]
    [InlineData(null, false)]
    public void A_password_comes_along_where_to_check_it_takes_no_longer_than_any_others(string? hash, bool isTaken)
    {
        var person = new TransferPerson(Guid.CreateVersion7(), "ada@example.org", "Ada", "en", hash);
        // The person himself, and his password.
        Assert.Equal(isTaken ? 2 : 1, People.Add(person).Count);
    }
}
