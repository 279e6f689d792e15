namespace Holdfast.Tests.Simulation.Pages;

/// <summary>What people do with tabs, and what becomes of these and of disks.</summary>
internal static class PageScript
{
    /// <summary>Of so many operations on a disk one may be told to fail.</summary>
    private const int Soon = 30;

    public static void Do(World world, Page page, Step step)
    {
        var desk = world.Desk!;
        switch (step.Deed)
        {
            case Deed.Undo or Deed.Redo:
                world.Note($"{page.Name}: {(step.Deed == Deed.Redo ? "do again" : "take back")}");
                page.TakeBack(again: step.Deed == Deed.Redo);
                break;
            case Deed.Answer:
                Answer(world, page, step.What);
                break;
            case Deed.OpenTab when desk.Pages.Count(other => other.Computer == page.Computer) < 3:
                var opened = desk.Open(page.Computer);
                world.Note($"{opened.Name} is opened");
                break;
            case Deed.CloseTab or Deed.KillTab:
                world.Note($"{page.Name} {(step.Deed == Deed.CloseTab ? "is closed" : "ends in the middle of something")}");
                desk.End(page, inOrder: step.Deed == Deed.CloseTab && !page.IsFrozen);
                break;
            case Deed.Freeze when !page.IsFrozen:
                world.Note($"{page.Name} is frozen");
                page.Freeze(frozen: true);
                break;
            case Deed.Thaw when desk.Pages.Where(other => other.IsFrozen).ToArray() is { Length: > 0 } frozen:
                world.Note($"{frozen[step.What % frozen.Length].Name} thaws");
                frozen[step.What % frozen.Length].Freeze(frozen: false);
                break;
            case Deed.Wake when !page.IsFrozen:
                page.Tell("wake");
                break;
            case Deed.Fail:
                world.Note($"the disk of {page.Person.Name} {(step.Who % 2 == 0 ? "will be full" : "will fail")} in {step.What % Soon} operations");
                desk.Fail(page.Computer, step.What % Soon, isFull: step.Who % 2 == 0);
                break;
        }
    }

    /// <summary>Nothing fails any more, everybody has a tab, and all tabs can go on.</summary>
    public static void Heal(Desk desk)
    {
        foreach (var computer in desk.Computers)
        {
            desk.Heal(computer);
            desk.SetAway(computer, away: false);
            if (desk.Pages.All(page => page.Computer != computer))
                desk.Open(computer);
        }

        foreach (var page in desk.Pages.Where(page => page.IsFrozen))
            page.Freeze(frozen: false);
    }

    private static void Answer(World world, Page page, int what)
    {
        var letters = page.Look().GetProperty("letters");
        if (letters.GetArrayLength() == 0)
            return;
        var letter = letters[what % letters.GetArrayLength()];
        world.Note($"{page.Name}: {(what % 2 == 0 ? "send again" : "give up")} {letter.GetProperty("id").GetString()![^4..]}");
        world.Desk!.Answered.UnionWith(letter.GetProperty("held").EnumerateArray().Append(letter.GetProperty("id")).Select(id => id.GetGuid()));
        page.Answer(what % 2 == 0 ? "retry" : "discard", letter.GetProperty("id").GetString()!);
    }
}
