using Holdfast.Tests.Simulation.Pages;

namespace Holdfast.Tests.Simulation;

/// <summary>What a run of one seed came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Script">Its script, or what is left of it.</param>
/// <param name="Failure">What was found; null where all was well.</param>
/// <param name="Notes">What happened, for people.</param>
/// <param name="Tally">What happened how often.</param>
/// <param name="Course">The same where the same things happened in the same order.</param>
internal sealed record Run(int Seed, IReadOnlyList<Step> Script, string? Failure, IReadOnlyList<string> Notes, IReadOnlyDictionary<string, int> Tally, long Course)
{
    public override string ToString() => $"""
        Seed {Seed}: {Failure}
        Run it again with bin/test sim --from {Seed} --seeds 1. Of its script these {Script.Count} steps are left:
          {string.Join("\n  ", Script)}
        and this happened:
          {string.Join("\n  ", Notes)}
        """;
}

/// <summary>Runs seeds, and makes the script of one that fails as short as it can.</summary>
internal static class Simulator
{
    private const int MostRounds = 60;

    public static Run Play(Laboratory laboratory, int seed, IReadOnlyList<Step>? script = null, Sabotage sabotage = Sabotage.None)
    {
        script ??= Script.Of(seed, forPages: laboratory.Pages is not null);
        using var world = new World(laboratory, seed, sabotage);
        string? failure = null;
        try
        {
            world.Found();
            foreach (var step in script)
            {
                Script.Do(world, step);
                world.Run(step.Then);
                // Nobody works faster than this; it is what timers wait for.
                world.Desk?.Pass(TimeSpan.FromSeconds(0.5));
            }

            Rest(world);
            new Oracle(world).Check();
        }
        catch (SimulationFailure e)
        {
            failure = e.Message;
        }

        return new Run(seed, script, failure, world.Notes, world.Tally, world.Course);
    }

    /// <summary>The fewest steps that still fail, with as little between them as will do.</summary>
    public static Run Shrink(Laboratory laboratory, Run failed)
    {
        // What is calmer may do with still fewer.
        for (var calmed = true; calmed;)
        {
            for (var size = failed.Script.Count / 2; size > 0;)
            {
                var shorter = Fails(Enumerable.Range(0, failed.Script.Count - size + 1).Where(at => at % size == 0)
                    .Select(at => failed.Script.Where((_, i) => i < at || i >= at + size)));
                if (shorter is null)
                    size /= 2;
                else
                    (failed, size) = (shorter, Math.Min(size, Math.Max(1, shorter.Script.Count / 2)));
            }

            calmed = false;
            while (Fails(Enumerable.Range(0, failed.Script.Count).Where(at => failed.Script[at].Then > 0)
                .Select(at => failed.Script.Select((step, i) => i == at ? step with { Then = 0 } : step))) is { } calmer)
                (failed, calmed) = (calmer, true);
        }

        return failed;

        Run? Fails(IEnumerable<IEnumerable<Step>> scripts) =>
            scripts.Select(script => Play(laboratory, failed.Seed, [.. script])).FirstOrDefault(run => run.Failure is not null);
    }

    /// <summary>The network heals, whoever was away comes back, and all that is under way comes to its end.</summary>
    private static void Rest(World world)
    {
        world.Note("everything heals");
        foreach (var browser in world.Browsers)
            browser.IsAway = false;
        if (world.Desk is { } desk)
            PageScript.Heal(desk);
        foreach (var link in world.Links.ToArray())
        {
            if (!link.BrowserListens)
                world.Break(link);
        }

        if (world.Links.Where(link => link.IsStalled).ToArray() is { Length: > 0 } stalled)
        {
            // One who does not read keeps nobody else from coming to rest.
            ComeToRest(world, browser => browser.Link is not { IsStalled: true });
            foreach (var link in stalled)
                world.Stall(link, stalled: false);
        }

        ComeToRest(world, _ => true);
    }

    private static void ComeToRest(World world, Func<Browser, bool> counts)
    {
        for (var (round, quiet) = (0, 0); quiet < 2; round++)
        {
            world.Run(int.MaxValue);
            // The poll of the nodes finds what another node wrote; a browser that was told to wait tries again.
            world.Pass(TimeSpan.FromSeconds(2.1));
            world.Run(int.MaxValue);
            quiet = world.Browsers.Where(counts).All(browser => browser.IsDrained) ? quiet + 1 : 0;
            if (round > MostRounds)
                throw new SimulationFailure($"{string.Join(", ", world.Browsers.Where(counts).Where(browser => !browser.IsDrained).Select(browser => browser.Name))} waits for ever");
        }
    }
}
