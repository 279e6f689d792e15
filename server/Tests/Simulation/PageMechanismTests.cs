using Holdfast.Tests.Simulation.Pages;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Simulation;

/// <summary>The same control for the browser's engine: what is taken away lies in the world around it, below its own code.</summary>
public sealed class PageMechanismTests(TestCluster cluster)
{
    private const int Seeds = 60;

    [Fact]
    public Task Where_a_number_is_sent_before_it_is_kept_what_was_applied_is_called_refused() =>
        FindsAsync(["the log has it", "waits for ever"], Sabotage.NumbersInMemory, Deed.Make, Deed.Make, Deed.Edit, Deed.OpenTab, Deed.KillTab);

    [Fact]
    public Task Where_the_cursor_is_kept_before_the_records_some_are_missed() =>
        FindsAsync(["holds nothing where there is"], Sabotage.CursorFirst, Deed.Make, Deed.Make, Deed.Wait, Deed.OpenTab, Deed.KillTab);

    [Fact]
    public Task Where_a_page_that_goes_leaves_no_note_its_last_words_are_lost() =>
        FindsAsync(["was kept and is lost"], Sabotage.NoLastWords, Deed.Make, Deed.OpenTab, Deed.CloseTab);

    [Fact]
    public Task Where_pages_do_not_hear_each_other_some_show_what_was() =>
        FindsAsync(["holds", "waits for ever"], Sabotage.NoTelling, Deed.Make, Deed.OpenTab);

    /// <summary>A script of nothing but these, in an order that the seed gives.</summary>
    private static IReadOnlyList<Step> Of(int seed, Deed[] deeds)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 24).Select(_ => new Step(deeds[random.Next(deeds.Length)], random.Next(100), random.Next(1000), random.Next(2) * random.Next(200)))];
    }

    /// <summary>Runs seeds until one fails with some of these words, demands that one does, and that it does not with the mechanism.</summary>
    private async Task FindsAsync(string[] words, Sabotage sabotage, params Deed[] deeds)
    {
        var database = await cluster.CreateDatabaseAsync();
        // A thread, because the simulator waits for what it started elsewhere.
        var (found, otherwise) = await Task.Factory.StartNew(Find, TaskCreationOptions.LongRunning);
        await cluster.DropDatabaseAsync(database);
        Assert.True(found is not null, $"{Seeds} seeds found nothing of this kind.");
        Assert.True(otherwise?.Failure is null, $"With the mechanism it fails as well. {otherwise}");

        (Run? Found, Run? Otherwise) Find()
        {
            using var laboratory = new Laboratory(database, cluster.SuperuserOf(database), new PageProcess());
            var failed = Enumerable.Range(1, Seeds).Select(seed => Simulator.Play(laboratory, seed, Of(seed, deeds), sabotage))
                .FirstOrDefault(run => run.Failure is { } failure && words.Any(word => failure.Contains(word, StringComparison.Ordinal)));
            return failed is null ? (null, null) : (failed, Simulator.Play(laboratory, failed.Seed, failed.Script));
        }
    }
}
