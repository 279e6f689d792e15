using System.Net;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64", "2001:db8:1:2::/64")]
    [InlineData("::1", "127.0.0.1/32", "127.0.0.0/24")]
    public void A_caller_is_an_address_or_the_line_that_it_sits_on(string address, string caller, string neighbourhood)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(caller, ClientAddress.Caller(context).ToString());
        Assert.Equal(neighbourhood, ClientAddress.Neighbourhood(context).ToString());
    }
}
