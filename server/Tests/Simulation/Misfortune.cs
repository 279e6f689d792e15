using Holdfast.Tests.Simulation.Pages;

namespace Holdfast.Tests.Simulation;

/// <summary>What goes wrong.</summary>
internal static class Misfortune
{
    public static void Do(World world, Browser browser, Step step)
    {
        switch (step.Deed)
        {
            case Deed.Cut when browser.Link is { } link:
                world.Note($"{browser.Name}: its connection is cut");
                world.Break(link);
                break;
            case Deed.Lose when browser is Page { IsFrozen: false } page:
                world.Note($"{browser.Name} gives up on its connection and tries another");
                page.Tell("tryNow");
                break;
            case Deed.Lose when browser is ModelBrowser { Link: { } link }:
                world.Note($"{browser.Name} gives up on its connection, of which the server knows nothing yet");
                browser.Lost(link);
                break;
            case Deed.Away:
                browser.IsAway = !browser.IsAway;
                world.Note($"{browser.Name} {(browser.IsAway ? "goes away" : "comes back")}");
                foreach (var open in world.Links.Where(link => link.Browser.IsAway && link.BrowserListens).ToArray())
                    world.Break(open);
                break;
            case Deed.Expire:
                world.Expire(browser);
                break;
            case Deed.Stall when browser.Link is { } link:
                world.Stall(link, !link.IsStalled);
                break;
            case Deed.Swap when browser is Page { Link: { } link }:
                if (link.Swap())
                    world.Note($"{browser.Name}: pushes arrive in another order");
                break;
            case Deed.Swap when browser is ModelBrowser { Link: { } link, CanAskAgain: true } model:
                foreach (var what in new[] { step.What, step.What + 1 })
                {
                    Script.Make(world, browser, what);
                    if (model.WantsToPush)
                        model.Push();
                }

                if (link.Swap())
                    world.Note($"{browser.Name}: these arrive in another order");
                break;
            case Deed.Again when browser is ModelBrowser { CanAskAgain: true } model:
                world.Note($"{browser.Name} asks for a scope anew");
                model.AskAgain([World.Scopes[step.What % World.Scopes.Count]]);
                break;
            case Deed.Die when world.Nodes[step.What % world.Nodes.Count] is { IsDead: false } node:
                world.Kill(node);
                break;
            case Deed.Backup:
                world.Backup();
                break;
            case Deed.Restore when world.HasBackup:
                world.Restore();
                break;
            case Deed.Wait:
                var seconds = step.What % 4 == 0 ? 21 : 2.1;
                world.Note($"{seconds} s pass");
                world.Pass(TimeSpan.FromSeconds(seconds));
                break;
        }
    }
}
