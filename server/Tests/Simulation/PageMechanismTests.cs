using Holdfast.Tests.Simulation.Pages;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Simulation;

/// <summary>The same control for the browser's engine: what is taken away lies in the world around it, below its own code.</summary>
public sealed class PageMechanismTests(TestCluster cluster)
{
    private const int Seeds = 60;

    private static readonly Step Tab = new(Deed.OpenTab, 0, 0, 200);
    private static readonly Step Edit = new(Deed.Make, 0, 0, 0);
    private static readonly Step Write = new(Deed.Make, 0, 0, 30);
    private static readonly Step Kill = new(Deed.KillTab, 0, 0, 100);

    [Fact]
    public Task Where_a_number_is_sent_before_it_is_kept_what_was_applied_is_called_refused() =>
        FindsAsync("was called rejected", Sabotage.NumbersInMemory, [Tab, .. Often(Edit, Write, Tab, Kill)]);

    [Fact]
    public Task Where_the_cursor_is_kept_before_the_records_some_are_missed() =>
        FindsAsync("holds nothing where there is", Sabotage.CursorFirst, [Tab, .. Often(new Step(Deed.Make, 1, 0, 40), Tab, Kill)]);

    [Fact]
    public Task Where_a_page_that_goes_leaves_no_note_its_last_words_are_lost() =>
        FindsAsync("is lost", Sabotage.NoLastWords, [Tab, .. Often(Edit, new Step(Deed.CloseTab, 0, 0, 100), Tab)]);

    [Fact]
    public Task Where_pages_do_not_hear_each_other_some_show_what_was() =>
        FindsAsync("", Sabotage.NoTelling, [Tab, .. Often(Write)]);

    [Fact]
    public Task Where_a_frozen_page_keeps_the_lead_the_others_wait_for_it() =>
        FindsAsync("waits for ever", Sabotage.NoStealing, [Tab, .. Often(new Step(Deed.Freeze, 0, 0, 20), Tab)]);

    [Fact]
    public Task Where_whoever_once_led_may_write_as_a_leader_what_is_kept_is_wrong() =>
        FindsAsync("", Sabotage.NoFence, [Tab, .. Often(Write, new Step(Deed.Freeze, 0, 0, 0), new Step(Deed.Wait, 0, 0, 60), Write, new Step(Deed.Thaw, 0, 0, 60))]);

    private static IEnumerable<Step> Often(params Step[] steps) => Enumerable.Repeat(steps, 5).SelectMany(step => step);

    /// <summary>Runs seeds until one fails with these words, demands that one does, and that it does not with the mechanism.</summary>
    private async Task FindsAsync(string words, Sabotage sabotage, IReadOnlyList<Step> script)
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
            var failed = Enumerable.Range(1, Seeds).Select(seed => Simulator.Play(laboratory, seed, script, sabotage))
                .FirstOrDefault(run => run.Failure?.Contains(words, StringComparison.Ordinal) ?? false);
            return failed is null ? (null, null) : (failed, Simulator.Play(laboratory, failed.Seed, script));
        }
    }
}
