using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation;

/// <summary>A mechanism that is taken out of the model, to see that the simulator misses it.</summary>
internal enum Sabotage
{
    None,

    /// <summary>The server sees each browser's transactions numbered as they come in, so that none ever seems missing.</summary>
    NumberOnArrival,

    /// <summary>Guards never reach the server.</summary>
    DropGuards,

    /// <summary>Browsers count for themselves, and send what it came to.</summary>
    CountAlone,

    /// <summary>Browsers take that for newer which the clock says is.</summary>
    TrustClocks,

    /// <summary>A restored log counts as the one that was, and a cursor is a number and no more.</summary>
    KeepEpoch,

    /// <summary>A node sends to nobody while one of its browsers does not read.</summary>
    WaitForAll,

    /// <summary>Nobody looks what other nodes have written.</summary>
    NoPoll,

    /// <summary>A browser whose session ends gives up what it has not been answered.</summary>
    GiveUpWhenSignedOut,

    /// <summary>A page sends a number before it is kept.</summary>
    NumbersInMemory,

    /// <summary>A page keeps how far its records follow the log before it keeps them.</summary>
    CursorFirst,

    /// <summary>A page that is closed leaves no note.</summary>
    NoLastWords,

    /// <summary>Pages do not hear each other.</summary>
    NoTelling,
}

/// <summary>What is taken away around a page, in the words of <c>web/headless/simulated/spoil.ts</c>.</summary>
internal static class Spoiling
{
    public static string? WordFor(Sabotage sabotage) => sabotage switch
    {
        Sabotage.NumbersInMemory => "numbers",
        Sabotage.CursorFirst => "atomic",
        Sabotage.NoLastWords => "lastWords",
        Sabotage.NoTelling => "telling",
        _ => null,
    };
}

/// <summary>Changes what browsers send, on its way to the server.</summary>
internal sealed class Tampering(Sabotage sabotage)
{
    private readonly Dictionary<(Browser, string), int> _arrived = [];

    public Message On(Browser browser, Message message)
    {
        if (sabotage is not (Sabotage.NumberOnArrival or Sabotage.DropGuards or Sabotage.CountAlone) || message.Text is null || JsonNode.Parse(message.Text) is not JsonObject frame || frame["transactions"] is not JsonArray transactions)
            return message;
        foreach (var transaction in transactions)
        {
            if (sabotage == Sabotage.NumberOnArrival)
                transaction!["mutation"] = ArrivalOf(browser, (string)transaction["id"]!);
            else if (sabotage == Sabotage.DropGuards)
                DropGuards((JsonArray)transaction!["operations"]!);
            else
                CountAlone(browser, (JsonArray)transaction!["operations"]!);
        }

        return new Message(frame.ToJsonString());
    }

    private int ArrivalOf(Browser browser, string transaction)
    {
        if (!_arrived.TryGetValue((browser, transaction), out var arrival))
            _arrived.Add((browser, transaction), arrival = _arrived.Keys.Count(key => key.Item1 == browser) + 1);
        return arrival;
    }

    private static void CountAlone(Browser browser, JsonArray operations)
    {
        foreach (var operation in operations.OfType<JsonObject>().Where(operation => (string)operation["op"]! == "increment"))
        {
            var held = browser.Records.FirstOrDefault(held => held.Id == Guid.Parse((string)operation["id"]!));
            var before = long.TryParse(held?.Values.GetValueOrDefault("hits"), out var hits) ? hits : 0;
            (operation["op"], operation["value"]) = ("set", before + (long)operation["by"]!);
            operation.Remove("by");
        }
    }

    private static void DropGuards(JsonArray operations)
    {
        foreach (var operation in operations)
            ((JsonObject)operation!).Remove("guard");
    }
}
