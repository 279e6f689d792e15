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
    [InlineData("$argon2id$v=19$m=4194304,t=2,p=1" + Rest, false)]
    [InlineData("$argon2id$v=19$m=19456,t=100000,p=1" + Rest, false)]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1" + Rest, false)]
    [InlineData("secret", false)]
    [InlineData(null, true)]
    public void Nobody_brings_a_password_that_takes_all_others_time_to_check(string? hash, bool isTaken)
    {
        var person = new TransferPerson(Guid.CreateVersion7(), "ada@example.org", "Ada", "en", hash);
        Assert.Equal(isTaken, Record.Exception(() => People.Add(person)) is null);
    }
}
