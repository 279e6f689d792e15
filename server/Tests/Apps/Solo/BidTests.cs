using System.Net;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

public sealed class BidTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_bid_that_is_done_does_not_change_until_it_is_opened_again()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var id = Guid.CreateVersion7();
        (await ada.WriteAsync(new { op = "create", type = "solo.bid", id, values = new { name = "Website", state = "done" } })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "set", type = "solo.bid", id, field = "name", value = "Shop" })).Refuses(HttpStatusCode.UnprocessableEntity, "bid.done", "state");
        (await ada.WriteAsync(new { op = "set", type = "solo.bid", id, field = "state", value = "open" })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "set", type = "solo.bid", id, field = "name", value = "Shop" })).Is(HttpStatusCode.OK);
    }
}
