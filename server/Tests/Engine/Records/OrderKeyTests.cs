using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Records;
using Xunit;

namespace Holdfast.Tests.Engine.Records;

public sealed class OrderKeyTests
{
    /// <summary>Wherever people put things, in whatever order: the list stays sorted by its keys.</summary>
    [Fact]
    public void Between_two_there_is_always_a_third() => Prop.ForAll(
        ArbMap.Default.ArbFor<(ushort Place, uint Draw)[]>(),
        moves =>
        {
            var keys = new List<string>();
            foreach (var (place, draw) in moves)
            {
                var at = place % (keys.Count + 1);
                keys.Insert(at, OrderKey.Between(at == 0 ? null : keys[at - 1], at == keys.Count ? null : keys[at], (int)(draw % OrderKey.Draws)));
            }

            Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
            Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
            Assert.All(keys, key => Assert.True(OrderKey.IsKey(key), key));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(OrderKey.Draws - 1)]
    public void Both_ends_of_the_draw_stay_within_the_gap(int draw)
    {
        string? low = null, high = null;
        for (var i = 0; i < 200; i++)
        {
            var key = OrderKey.Between(low, high, draw);
            Assert.True(string.CompareOrdinal(low, key) < 0 && (high is null || string.CompareOrdinal(key, high) < 0), $"{low} {key} {high}");
            (low, high) = i % 2 == 0 ? (key, high) : (low, key);
        }
    }

    [Fact]
    public void A_long_list_keeps_short_keys_and_the_same_gap_takes_four_hundred_moves()
    {
        string? last = null;
        for (var i = 0; i < 100_000; i++)
            last = OrderKey.Between(last, null, OrderKey.Draws - 1);
        Assert.True(last!.Length <= 8, last);

        var (low, high) = (OrderKey.Between(null, null, 0), last);
        for (var i = 0; i < 400; i++)
            high = OrderKey.Between(low, high, 0);
        Assert.InRange(high.Length, 9, OrderKey.Max);
    }
}
